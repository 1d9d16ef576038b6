"""Answer while a policy is typed: its mistakes with their lines, its form, and what typical people would pay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from canteen import subsidy
from canteen.foundation.errors import Invalid
from canteen.foundation.money import fen
from canteen.subsidy import Sample
from canteen.web.policy_words import priced, table_of, told, words

LARGEST_BODY = 900_000
_MEALS = ("breakfast", "lunch", "dinner", "snack")
_MODES = ("dine_in", "pickup", "delivery")
_DEAREST = 100_000


def asked() -> dict[str, Any]:
    """Read what the page sends; refuses ``subsidy.draft_too_long`` and ``form.missing``."""
    if (request.content_length or 0) > LARGEST_BODY:
        raise Invalid("subsidy.draft_too_long", most=200_000)
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or not isinstance(body.get("text"), str):
        raise Invalid("form.missing")
    return body


def answer(session: Session, *, body: dict[str, Any], region_code: str, today: date) -> dict[str, Any]:
    """Return all that the page shows beside the text."""
    text = _edited(body["text"], body.get("edit"))
    checked = subsidy.check(text, subsidy.around(session, region_code))
    shown = (
        subsidy.form.form_of(text)
        if len(text) <= subsidy.LONGEST_TEXT and not _is_dear(checked)
        else subsidy.form.Form()
    )
    count = len(checked.policy.examples) if checked.policy else 0
    failed = sum(problem.code == "example_fails" for problem in checked.problems)
    return {
        "text": text if text != body["text"] else None,
        "problems": [told(problem) for problem in checked.problems],
        "form": {
            "groups": [_group(one) for one in shown.groups],
            "unknown": [words()["unknown"].format(line=line, path=path) for path, line in shown.unknown],
        },
        "prices": _prices(session, checked.policy, body.get("sample"), today),
        "examples": {"count": count, "failed": failed},
    }


def _is_dear(checked: subsidy.Checked) -> bool:
    return any(one.code in {"too_long", "too_deep", "alias_used", "value_too_long"} for one in checked.problems)


def _edited(text: str, edit: Any) -> str:
    """Write into the text what was done in the form; what has no place in it any more changes nothing."""
    if not isinstance(edit, dict) or not isinstance(edit.get("path"), str):
        return text
    act = _ACTS.get(str(edit.get("act", "put")))
    try:
        return text if act is None else act(text, edit)
    except ValueError:
        return text


def _put(text: str, edit: dict[str, Any]) -> str:
    return subsidy.form.put(text, edit["path"], str(edit.get("value", ""))[:200])


_ACTS: dict[str, Callable[[str, dict[str, Any]], str]] = {
    "put": _put,
    "add_class": lambda text, edit: subsidy.form.add_class(text, edit["path"]),
    "remove_class": lambda text, edit: subsidy.form.remove_class(text, edit["path"]),
}


def _group(one: subsidy.form.Group) -> dict[str, Any]:
    said = words()["form"]
    name = f"：{one.name}" if one.name else ""
    return {
        "title": said["groups"][one.title] + name,
        "kind": one.title,
        "path": one.path,
        "fields": [_field(field) for field in one.fields],
    }


def _field(field: subsidy.form.Field) -> dict[str, Any]:
    said = words()["form"]
    label = said["labels"].get(field.label, field.label)
    if field.label == "payer":
        label = f"{label} {field.path.rpartition('/')[2]}"
    return {
        "path": field.path,
        "label": label,
        "kind": field.kind,
        "value": field.value,
        "hint": said["hints"].get(field.label, ""),
        "options": [[option, said["options"].get(option, option)] for option in field.options],
    }


def _prices(session: Session, policy: subsidy.Policy | None, wanted: Any, today: date) -> dict[str, Any] | None:
    if policy is None:
        return None
    published = subsidy.known(session)
    sample = _sample(wanted if isinstance(wanted, dict) else {}, policy, published, today)
    return {**table_of(priced(published, policy, sample), published), "on": sample.on.isoformat()}


def _sample(wanted: dict[str, Any], policy: subsidy.Policy, published: subsidy.Published, today: date) -> Sample:
    """Read which meal the table is to show; what is not well formed is as if not said."""
    meal, mode = wanted.get("meal"), wanted.get("mode")
    try:
        price = fen(str(wanted.get("price") or "15.00"))
    except ValueError:
        price = 1500
    try:
        on = date.fromisoformat(str(wanted.get("on")))
    except ValueError:
        on = subsidy.sample_day(policy.versions[-1], today, published.calendar)
    return Sample(
        on if 2000 <= on.year <= 2200 else today,
        meal if meal in _MEALS else "lunch",
        mode if mode in _MODES else "dine_in",
        price if 0 <= price <= _DEAREST else 1500,
        200 if mode == "delivery" else 0,
    )
