"""Say the answer to a scan in the words of the counter: one word, one reason, one next step.

Least disclosure: what is said here comes from ``scan_words.toml`` and the answer alone, which knows no category, no
number of a person and nothing about who is entitled to what.
"""

from __future__ import annotations

import tomllib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from canteen.checkin import Answer
from canteen.foundation.clock import CHINA
from canteen.foundation.money import spoken_yuan
from canteen.http.words import value


def said(answer: Answer, *, may_undo: bool = True) -> dict[str, Any]:
    """Return the answer as the scanning page reads it, without the counts of the meal."""
    reason = _words()["reasons"][_reason(answer)]
    facts = _facts(answer)
    told = {part: reason.get(part, "").format_map(facts) for part in ("word", "why", "next", "allergy")}
    return {
        **told,
        "scan_id": answer.scan_id,
        "verdict": answer.verdict,
        "reason": answer.reason,
        "meal": answer.meal,
        "allergy": told["allergy"] or None,
        "name": answer.person_masked,
        "collect": reason.get("collect") or _collect(answer.collect_fen),
        "collect_fen": answer.collect_fen,
        "dishes": "" if told["why"] == answer.dishes else answer.dishes,
        "flags": list(answer.flags),
        "redemption": answer.redemption_ref if answer.collect_fen is not None else None,
        "tender": answer.tender,
        "tenders": _tenders(answer),
        "actions": _actions(answer, may_undo),
    }


def reasons() -> frozenset[str]:
    """Return the reasons that can be said."""
    return frozenset(_words()["reasons"])


def for_device() -> dict[str, Any]:
    """Return the words in which a device says its own answers."""
    words = _words()
    parts = {name: words[name] for name in ("collect", "actions", "actions_of", "tenders")}
    own = {"reasons": {**words["reasons"], **words["own"]}, "here": words["places"]["here"]}
    return {**parts, **own, "harmful": words["places"]["harmful"]}


def _reason(answer: Answer) -> str:
    """Name the reason; who comes without using the order that waits is a guest of another canteen, or changed it."""
    if answer.reason != "walk_in" or not answer.params.get("other_place"):
        return answer.reason
    return "another_dish" if answer.params.get("is_here") else "other_place"


def _facts(answer: Answer) -> dict[str, str]:
    params = answer.params
    return {
        "meal": value("meal", answer.meal or params.get("meal", "")),
        "time": _time(params.get("at")),
        "place": _words()["places"]["here"] if params.get("is_here") else str(params.get("place", "")),
        "price": spoken_yuan(int(params.get("price_fen", 0))),
        "length": str(params.get("length", "")),
        "allergen": str(params.get("allergen", "")),
        "dishes": answer.dishes or str(params.get("dishes", "")),
        "other_place": str(params.get("other_place", "")),
        "more": spoken_yuan((answer.collect_fen or 0) - (answer.agreed_fen or 0)),
        "because": _because(params.get("because", ())),
    }


def _because(reasons_of_rules: list[str]) -> str:
    words = _words()["because"]
    return str(next((words[reason] for reason in reasons_of_rules if reason in words), words["other"]))


def _time(at: datetime | str | None) -> str:
    """Write a time of day; an answer that was stored before holds it as text."""
    if at is None:
        return ""
    instant = datetime.fromisoformat(at) if isinstance(at, str) else at
    return f"{instant.astimezone(CHINA):%H:%M}"


def _collect(collect_fen: int | None) -> str:
    if collect_fen is None:
        return ""
    words = _words()["collect"]
    return str(words["amount"].format(own=spoken_yuan(collect_fen)) if collect_fen else words["free"])


def _tenders(answer: Answer) -> list[dict[str, str]]:
    if not answer.collect_fen or answer.redemption_ref is None:
        return []
    # Nobody knows a guest's name, so a guest can owe nothing.
    barred = {"tab"} if answer.kind == "public" else set()
    return [{"id": tender, "label": label} for tender, label in _words()["tenders"].items() if tender not in barred]


def _actions(answer: Answer, may_undo: bool) -> list[dict[str, str]]:
    """List the buttons; what an answer only advises (type the number, look for the name) is said as the next step."""
    labels = {**_words()["actions"], **_words()["actions_of"].get(answer.reason, {})}
    offered = [action for action in answer.actions if action in labels and (may_undo or action != "undo")]
    return [{"id": action, "label": labels[action]} for action in offered]


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
