"""Lay out the list of policies, one policy with its versions, and one draft with what it would change."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from canteen import places, subsidy, tables
from canteen.foundation.clock import CHINA
from canteen.foundation.db import scope_of
from canteen.foundation.errors import NotFound
from canteen.subsidy import Published, Sample
from canteen.web import reach
from canteen.web.policy_words import (
    concerns,
    is_within,
    priced,
    staff_names,
    state_of,
    table_of,
    told,
    version_label,
    words,
)

_LINES_AROUND = 3
Row = tables.subsidy.PublishedPolicy
DraftRow = tables.subsidy.PolicyDraft


def policies(session: Session, *, today: date, may_write: bool) -> dict[str, Any]:
    """Return the context of the list."""
    published, names = subsidy.known(session), places.region_names(session)
    standing = [row for row in subsidy.standing_policies(session) if concerns(scope_of(session), row.region_code)]
    people = staff_names(session)
    return {
        "rows": [_policy_row(row, published, names, today) for row in standing],
        "drafts": [_draft_row(one, people, names) for one in subsidy.drafts(session)],
        "begin": _begin(session, standing, published) if may_write else None,
    }


def _policy_row(row: Row, published: Published, names: dict[str, str], today: date) -> dict[str, Any]:
    policy = published.policies[row.code]
    state = state_of(policy, row.text, today)
    current = policy.on(today) or policy.versions[-1]
    return {
        "name": policy.name,
        "href": url_for("web.policy", code=row.code),
        "region": names.get(row.region_code, row.region_code),
        "chosen": "、".join(words()["chosen"][of] for of, _ in policy.chosen_by),
        "version": version_label(current),
        "document": current.document,
        "state": words()["states"][state],
        "tone": words()["tones"][state],
    }


def _draft_row(one: DraftRow, people: dict[str, str], names: dict[str, str]) -> dict[str, Any]:
    return {
        "ref": one.ref,
        "name": one.name or one.policy_code or one.ref,
        "href": url_for("web.policy_draft", ref=one.ref),
        "region": names.get(one.region_code, one.region_code),
        "by": people.get(one.edited_by, one.edited_by),
        "at": f"{one.edited_at.astimezone(CHINA):%m-%d %H:%M}",
        "state": words()["draft_states"][one.state],
        "tone": words()["draft_tones"][one.state],
    }


def _begin(session: Session, standing: Sequence[Row], published: Published) -> dict[str, Any]:
    own = [row for row in standing if is_within(scope_of(session), row.region_code)]
    copies = [(f"policy:{row.code}", words()["copy"].format(name=published.policies[row.code].name)) for row in own]
    shipped = subsidy.shipped().policies.values()
    return {
        "action": url_for("web.begin_policy_draft"),
        "sources": copies + [(f"template:{one.id}", words()["template"].format(name=one.name)) for one in shipped],
        "regions": reach.region_options(session),
    }


def policy(session: Session, *, code: str, edition: int | None, today: date, may_write: bool) -> dict[str, Any]:
    """Return the context of one policy, or of an earlier publication of it; ``subsidy.unknown_policy`` otherwise."""
    rows = [one for one in subsidy.publications(session, code=code) if concerns(scope_of(session), one.region_code)]
    number = 0 if edition is None else len(rows) - edition
    if not 0 <= number < len(rows):
        raise NotFound("subsidy.unknown_policy", policy=code)
    row, published = rows[number], subsidy.known(session)
    held = subsidy.read_policy(row.text, code, published.register.names, lambda _policy, _floor: 0)
    state = state_of(held, row.text, today) if number == 0 else "superseded"
    draft = subsidy.draft_of(session, published_id=row.id)
    version = held.on(today) or held.versions[-1]
    on = subsidy.sample_day(version, today, published.calendar)
    table = priced(published, held, Sample(on))
    may = may_write and number == 0 and is_within(scope_of(session), row.region_code)
    return {
        "name": held.name,
        "code": code,
        "region": places.region(session, code=row.region_code).name,
        "state": words()["states"][state],
        "tone": words()["tones"][state],
        "versions": [_version(one, today) for one in reversed(held.versions)],
        "prices": table_of(table, published),
        "facts": _facts(row, draft, staff_names(session)),
        "scan_href": url_for("web.policy_scan", ref=draft.ref) if draft is not None else None,
        "publications": _publications(rows, number),
        "text": row.text,
        "text_href": url_for("web.policy_text", code=code) if number == 0 else None,
        "acts": _acts(code, has_end=version.valid_until is not None) if may else None,
    }


def _version(one: subsidy.PolicyVersion, today: date) -> dict[str, Any]:
    state = "in_force" if one.in_force(today) else "not_yet" if one.valid_from > today else "ended"
    return {
        "label": version_label(one),
        "document": " ".join(part for part in (one.document, one.title) if part),
        "source": one.source,
        "state": words()["states"][state],
        "tone": words()["tones"][state] if state != "ended" else "",
    }


def _facts(row: Row, draft: DraftRow | None, people: dict[str, str]) -> list[dict[str, str]]:
    told_by = row.published_by if draft is None else people.get(row.published_by, row.published_by)
    facts = [("发布", f"{row.published_at.astimezone(CHINA):%Y-%m-%d %H:%M} {told_by}")]
    if draft is not None:
        facts += [("文号", draft.document_number), ("起草", people.get(draft.created_by, draft.created_by))]
        facts += [("复核", people.get(draft.reviewed_by or "", draft.reviewed_by or "")), ("草稿", draft.ref)]
    else:
        facts.append(("来路", words()["by_command"]))
    return [{"label": label, "value": value} for label, value in [*facts, ("指纹", row.digest)]]


def _publications(rows: Sequence[Row], shown: int) -> list[dict[str, Any]]:
    return [
        {
            "label": f"{one.published_at.astimezone(CHINA):%Y-%m-%d %H:%M}",
            "document": one.document,
            "href": None if number == shown else url_for("web.policy", code=one.code, edition=len(rows) - number),
            "state": words()["states"]["superseded" if number else "in_force"] if number else "",
        }
        for number, one in enumerate(rows)
    ]


def _acts(code: str, *, has_end: bool) -> dict[str, Any]:
    return {"action": url_for("web.begin_policy_draft"), "source": f"policy:{code}", "has_end": has_end}


def draft(session: Session, *, ref: str, today: date, me: str, may_write: bool) -> dict[str, Any]:
    """Return the context of one draft: what it says, what it would change and for whom, and what is to be done."""
    one, published = subsidy.draft(session, ref=ref), subsidy.known(session)
    checked = subsidy.check(one.text, subsidy.around(session, one.region_code))
    standing = subsidy.standing_policy(session, one.policy_code)
    people = staff_names(session)
    old_text = "" if standing is None else standing.text
    scan = None if one.scan_id is None else session.get(tables.subsidy.PolicyScan, one.scan_id)
    return {
        "ref": one.ref,
        "name": one.name or one.policy_code,
        "region": places.region(session, code=one.region_code).name,
        "revision": one.revision,
        "steps": _steps(one, people),
        "problems": [told(problem) for problem in checked.problems],
        "touched": _touched(checked.policy, standing, published, today),
        "diff": diff(old_text, one.text),
        "prices": _compared(checked.policy, standing, published, today),
        "document_number": one.document_number,
        "scan": None if scan is None else {"href": url_for("web.policy_scan", ref=ref), "name": scan.name,
                                          "digest": scan.digest, "size": f"{scan.size / 1024:,.0f} KB"},
        "text": one.text,
        "acts": _draft_acts(one, me) if may_write else {},
        "edit_href": url_for("web.edit_policy_draft", ref=ref) if may_write and one.state == "draft" else None,
        "try_href": url_for("web.whatif", draft=ref) if may_write and one.state != "published" else None,
        "published_href": url_for("web.policy", code=one.policy_code) if one.state == "published" else None,
    }  # fmt: skip


def _touched(new: subsidy.Policy | None, standing: Row | None, published: Published, today: date) -> list[str]:
    """Name the versions already in force that a draft changes, adds or leaves out: what it says reaches back."""
    old = published.policies.get(standing.code) if standing is not None else None
    if new is None or old is None:
        return []
    before, after = ({v.version: v for v in one.versions if v.valid_from <= today} for one in (old, new))
    names = dict.fromkeys([*before, *after])
    return [name for name in names if before.get(name) != after.get(name)]


def _steps(one: DraftRow, people: dict[str, str]) -> list[dict[str, str]]:
    said = words()["steps"]
    written = f"{people.get(one.edited_by, one.edited_by)} {one.edited_at.astimezone(CHINA):%m-%d %H:%M}"
    reviewed = people.get(one.reviewed_by or "", one.reviewed_by or "") or said["todo"]
    order = ["draft", "reviewed", "published"]
    at = order.index(one.state) if one.state in order else 0
    notes = (written, reviewed, said["todo"] if at < 2 else one.document_number)
    labels = (said["written"], said["reviewed"], said["published"])
    states = ["done" if place <= at else "now" if place == at + 1 else "todo" for place in range(3)]
    if one.state == "draft":
        states = ["now", "todo", "todo"]
    return [
        {"label": label, "note": note, "state": state} for label, note, state in zip(labels, notes, states, strict=True)
    ]


def _draft_acts(one: DraftRow, me: str) -> dict[str, str]:
    by_state = {"draft": ("scan", "review", "drop"), "reviewed": ("publish", "return")}
    acts = {name: url_for(f"web.{name}_policy_draft", ref=one.ref) for name in by_state.get(one.state, ())}
    if me in (one.edited_by, one.created_by):
        acts.pop("review", None)
    return acts


def diff(old: str, new: str) -> list[dict[str, str]]:
    """Lay out what was added and what was taken out, line by line."""
    lines = list(difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=_LINES_AROUND))[2:]
    marks = {"+": "added", "-": "removed", "@": "place"}
    return [{"mark": marks.get(line[:1], ""), "text": line if line.startswith("@") else line[1:]} for line in lines]


def _compared(
    new: subsidy.Policy | None, standing: Row | None, published: Published, today: date
) -> dict[str, Any] | None:
    if new is None:
        return None
    on = subsidy.sample_day(new.versions[-1], today, published.calendar)
    table = priced(published, new, Sample(on))
    old = published.policies.get(standing.code) if standing is not None else None
    if old is None:
        return table_of(table, published)
    both = subsidy.joined(table, priced(published, old, Sample(on)))
    after, before = (priced(published, one, Sample(on), both) for one in (new, old))
    return table_of(after, published, before)
