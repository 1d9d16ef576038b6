"""Lay out a run of what-if: a bar while it goes on, then totals, chart, tables and the people it moves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import tables
from canteen.foundation.money import grouped_yuan
from canteen.foundation.secrecy import masked_name
from canteen.places import Canteen
from canteen.settlement import MEASURES, RunView
from canteen.web import settling
from canteen.web.settling import signed

_SHOWN = 20
_UNFINISHED = ("waiting", "running")


def run(session: Session, view: RunView, *, may_cancel: bool) -> dict[str, Any]:
    """Return the context of the page."""
    said = settling.words()["whatif"]
    unfinished = view.state in _UNFINISHED
    region = settling.region_names(session, [view.region_code])[view.region_code]
    period = said["period"].format(first=view.first_day, last=view.last_day)
    return {
        "crumbs": [{"label": "政策试算", "href": url_for("web.whatif")}, {"label": view.ref, "href": None}],
        "title": view.policy,
        "subtitle": f"{region} · {period} · {view.draft_ref or view.draft_digest[:12]}",
        "status": said["states"][view.state],
        "tone": said["tones"][view.state],
        "progress": _progress(view) if unfinished else None,
        "problem": said["failed"].format(why=view.note) if view.state == "failed" else None,
        "cancel_action": url_for("web.cancel_whatif", ref=view.ref) if unfinished and may_cancel else None,
        "found": _found(session, view) if view.content is not None else None,
        "excel_href": url_for("web.whatif_workbook", ref=view.ref) if view.content is not None else None,
        "digest": view.digest,
    }


def progress_text(view: RunView) -> str:
    """Say how far a run is."""
    said = settling.words()["whatif"]
    if view.state != "running":
        return str(said["states"][view.state])
    return str(said["progress"].format(done=f"{view.done_count:,}", total=f"{view.total_count:,}"))


def _progress(view: RunView) -> dict[str, Any]:
    return {
        "url": url_for("web.whatif_progress", ref=view.ref),
        "done": view.done_count,
        "total": max(view.total_count, 1),
        "text": progress_text(view),
    }


def names(session: Session, view: RunView) -> dict[str, dict[str, str]]:
    """Return the names behind the references of a result, people masked."""
    content = view.content or {}
    refs = [one[0] for side in ("gain", "lose") for one in content["people"][side]["most"]]
    person = tables.seniors.Person
    people = session.execute(select(person.ref, person.name).where(person.ref.in_(refs)))
    canteens = [ref for ref, _ in content["books"]]
    listed = session.execute(select(Canteen.ref, Canteen.name).where(Canteen.ref.in_(canteens)))
    return {
        "person": {row.ref: f"{masked_name(row.name)} {row.ref}" for row in people},
        "canteen": {row.ref: row.name for row in listed},
        "payer": settling.funder_names(session),
    }


def _found(session: Session, view: RunView) -> dict[str, Any]:
    content, named = view.content or {}, names(session, view)
    return {
        "boxes": _boxes(content),
        "tables": [_table(by, content["rows"][by], named) for by in ("category", "canteen", "month")],
        "payers": [_payer(row, named["payer"]) for row in content["payers"]],
        "chart": _chart(content["rows"]["month"]),
        "sides": [_side(side, content["people"][side], named["person"]) for side in ("lose", "gain")],
        "books": [settling.words()["whatif"]["books"].format(ref=_name(named["canteen"], ref), seq=seq)
                  for ref, seq in content["books"]],
    }  # fmt: skip


def _boxes(content: dict[str, Any]) -> list[dict[str, Any]]:
    said = settling.words()["whatif"]["boxes"]
    before, after = _sides(content["total"])
    people = content["people"]

    def moved(name: str, label: str) -> dict[str, Any]:
        note = said["cost_note"].format(before=grouped_yuan(before[name]), after=grouped_yuan(after[name]))
        return {"label": said[label], "value": signed(after[name] - before[name]), "note": note, "href": None}

    meals_note = said["meals_note"].format(before=f"{before['subsidised']:,}", after=f"{after['subsidised']:,}")
    boxes = [moved("subsidy", "cost"), moved("own", "own"), moved("operator", "operator")]
    boxes.append({"label": said["meals"], "value": f"{content['meals']:,}", "note": meals_note, "href": None})
    for side in ("gain", "lose"):
        note = said["people_note"].format(fen=signed(people[side]["fen"]))
        boxes.append({"label": said[side], "value": f"{people[side]['count']:,}", "note": note, "href": None})
    return boxes


def _sides(row: Sequence[int]) -> tuple[dict[str, int], dict[str, int]]:
    """Read the figures of a row: what was booked, what the draft gives."""
    figures = row[2:]
    before, after = figures[: len(MEASURES)], figures[len(MEASURES) :]
    return dict(zip(MEASURES, before, strict=True)), dict(zip(MEASURES, after, strict=True))


def _table(by: str, rows: Iterable[Sequence[Any]], named: dict[str, dict[str, str]]) -> dict[str, Any]:
    shown = [_row(_name(named.get(by, {}), key), sums) for key, *sums in rows]
    return {"title": settling.words()["whatif"]["tables"][by], "rows": shown}


def _row(label: str, sums: Sequence[int]) -> dict[str, Any]:
    before, after = _sides(sums)
    return {
        "label": label,
        "meals": sums[0],
        "subsidised": [before["subsidised"], after["subsidised"]],
        "subsidy": [before["subsidy"], after["subsidy"]],
        "own": [before["own"], after["own"]],
        "change": signed(after["subsidy"] - before["subsidy"]),
    }


def _payer(row: Sequence[Any], named: dict[str, str]) -> dict[str, Any]:
    code, before, after, operator_before, operator_after = row
    return {
        "label": _name(named, code),
        "subsidy": [before, after],
        "operator": [operator_before, operator_after],
        "change": signed(after + operator_after - before - operator_before),
    }


def _chart(months: Iterable[Sequence[Any]]) -> dict[str, Any]:
    pairs = []
    for key, *sums in months:
        before, after = _sides(sums)
        values = [before["subsidy"], after["subsidy"]]
        pairs.append({"label": key, "values": values, "texts": [grouped_yuan(value) for value in values]})
    return {"pairs": pairs, "series": ["账上", "草稿"], "title": settling.words()["whatif"]["chart"]}


def _side(side: str, people: dict[str, Any], named: dict[str, str]) -> dict[str, Any]:
    said = settling.words()["whatif"]
    most = people["most"][:_SHOWN]
    return {
        "title": said["boxes"][side],
        "remark": said["most"].format(shown=len(most), count=people["count"]) if people["count"] > len(most) else "",
        "rows": [
            {"label": _name(named, ref), "meals": meals, "own": [before, after], "change": signed(difference)}
            for ref, meals, before, after, difference in most
        ],
    }


def _name(named: dict[str, str], key: str) -> str:
    return named.get(key, key) or str(settling.words()["nobody"])
