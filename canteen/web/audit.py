"""Show who did what, within the reach of the asker, and prove that nothing was taken out or changed.

Acts on people are chained by district. Who sees less than a district sees the acts on the people in reach.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from canteen import audit as trail
from canteen import orders, places, seniors, tables
from canteen.foundation import clock
from canteen.foundation.db import scope_of
from canteen.http import words
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import office, reach

_ROW = trail.AuditRow
_REGION, _CANTEEN = "region:", "canteen:"
_DISTRICT = 6
_MOST_BROKEN = 20


def add_to(blueprint: Blueprint) -> None:
    """Add the page of the audit log."""
    blueprint.get("/office/audit")(audit)


@audience("audit.read")
def audit() -> str:
    """List the acts in reach, newest first; with ``check`` every chain is walked again."""
    asked = {name: request.args.get(name, "").strip()[:60] for name in ("actor", "action", "subject", "since", "until")}
    with house().database.reading(actor().scope) as session:
        which = and_(_in_reach(session), *_filters(asked))
        count = session.scalar(select(func.count(_ROW.id)).where(which)) or 0
        page = select(_ROW).where(which).order_by(_ROW.id.desc()).offset(office.offset()).limit(office.PAGE_SIZE)
        names = _names(session)
        return render_template(
            "office/audit.html",
            action=url_for("web.audit"),
            asked=asked,
            actions=[("", office.words()["audit"]["every"]), *office.words()["audit"]["actions"].items()],
            rows=[_row(session, row, names) for row in session.scalars(page)],
            page=office.pager(count, **asked),
            verdict=_verdict(session) if request.args.get("check") else None,
        )


def _in_reach(session: Session) -> ColumnElement[bool]:
    canteens = [f"{_CANTEEN}{canteen.ref}" for canteen in reach.canteens(session)]
    open_to_all = ["nation", *(["office:access"] if actor().may("staff.read") else [])]
    regions = [_of_region(prefix) for prefix in scope_of(session).region_prefixes]
    return or_(_ROW.chain.in_([*canteens, *open_to_all]), *regions)


def _of_region(prefix: str) -> ColumnElement[bool]:
    if len(prefix) <= _DISTRICT:
        return _ROW.chain.startswith(f"{_REGION}{prefix}")
    people = select(seniors.Person.ref).where(seniors.Person.region_code.startswith(prefix))
    return and_(_ROW.chain == f"{_REGION}{prefix[:_DISTRICT]}", _ROW.subject.in_(people))


def _filters(asked: dict[str, str]) -> list[ColumnElement[bool]]:
    filters = [getattr(_ROW, name) == asked[name] for name in ("action", "subject") if asked[name]]
    if asked["actor"]:
        filters.append(or_(_ROW.actor == asked["actor"], _ROW.actor.in_(_actors(asked["actor"]))))
    since, until = _day(asked["since"]), _day(asked["until"])
    if since:
        filters.append(_ROW.at >= clock.local(since, 0))
    if until:
        filters.append(_ROW.at <= clock.local(until, 23, 59))
    return filters


def _actors(name: str) -> Any:
    staff = tables.access.Staff
    return select("staff:" + staff.ref).where(or_(staff.name == name, staff.username == name))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _names(session: Session) -> dict[str, str]:
    return {f"staff:{one.ref}": one.name for one in session.scalars(select(tables.access.Staff))}


def _row(session: Session, row: trail.AuditRow, names: dict[str, str]) -> dict[str, Any]:
    local = row.at.astimezone(clock.CHINA)
    return {
        "at": f"{local:%Y-%m-%d %H:%M:%S}",
        "actor": names.get(row.actor) or _actor(row.actor),
        "action": office.words()["audit"]["actions"].get(row.action, row.action),
        "subject": row.subject,
        "detail": _detail(row.detail),
        "chain": _chain(session, row.chain),
        "seq": row.seq,
    }


def _actor(actor: str) -> str:
    kind, _, number = actor.partition(":")
    said = office.words()["audit"]["actors"].get(kind)
    return f"{said} {number}".strip() if said else actor


def _detail(text: str) -> str:
    """Say what the row keeps in words where there are words; nothing is left out."""
    said = office.words()["audit"]["details"]
    return "；".join(f"{said.get(name, name)}：{_value(value)}" for name, value in json.loads(text).items())


def _value(value: object) -> str:
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    said = office.words()
    known: dict[str, str] = said["documents"] | said["contacts"] | said["facts"] | said["consents"]
    return words.value("meal", value) if value in orders.MEALS else known.get(value, value)


def _chain(session: Session, chain: str) -> str:
    said = office.words()["audit"]["chains"]
    if chain.startswith(_REGION):
        region = session.get(places.Region, chain.removeprefix(_REGION).ljust(12, "0"))
        return str(said["region"]).format(name=region.name if region else chain)
    if chain.startswith(_CANTEEN):
        ref = chain.removeprefix(_CANTEEN)
        return str(said["canteen"]).format(name=places.canteen(session, ref=ref).name)
    return str(said.get(chain, chain))


def _verdict(session: Session) -> dict[str, str]:
    """Tell of the chains that the asker may know of; a chain shared with others counts whole."""
    said = office.words()["audit"]
    chains = set(session.scalars(select(_ROW.chain).where(_in_reach(session)).distinct()))
    broken = [(chain, seq) for chain, seq in trail.broken_rows(session) if chain in chains]
    if not broken:
        return {"tone": "ok", "text": said["healthy"].format(count=len(chains))}
    rows = [said["broken_row"].format(chain=_chain(session, chain), seq=seq) for chain, seq in broken[:_MOST_BROKEN]]
    return {"tone": "error", "text": said["broken"].format(count=len(broken), rows=office.words()["many"].join(rows))}
