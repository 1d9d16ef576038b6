"""Change the tree of regions as documents order it: rename, retire, restore; what a place was called is kept.

Rules name places by what they are called on the day of the meal, so a renaming says from which day it counts. Only a
local code may be retired: those of the nation come and go with the nation's list.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import audit
from canteen.foundation.clock import service_day
from canteen.foundation.errors import Invalid, Refused
from canteen.places.regions import add_region, prefix, region
from canteen.places.tables import Canteen, Region, RegionChange


def add_local_region(
    session: Session, *, code: str, name: str, on: date, document: str, actor: str, at: datetime
) -> Region:
    """Enter a local place below a known one, from a day on and by a document."""
    added = add_region(session, code=code, name=name, is_local=True, actor=actor, at=at)
    _keep(session, added, "added", on=on, document=document, actor=actor, at=at)
    return added


def rename_region(
    session: Session, *, code: str, name: str, on: date, document: str, actor: str, at: datetime
) -> Region:
    """Give a place another name from a day on, today at the latest; ``places.region_change_early`` for a later one."""
    found = _changing(session, code, on, at)
    if name == found.name:
        raise Invalid("places.region_same_name", name=name)
    _keep(session, found, "renamed", on=on, document=document, actor=actor, at=at, new_name=name)
    found.name = name
    session.flush()
    return found


def retire_region(session: Session, *, code: str, on: date, document: str, actor: str, at: datetime) -> Region:
    """Retire a local place; refuses ``places.region_national``, and ``places.region_in_use`` by a canteen."""
    found = _changing(session, code, on, at)
    if not found.is_local:
        raise Refused("places.region_national", name=found.name)
    open_here = select(Canteen.name).where(Canteen.region_code.startswith(prefix(code)), Canteen.closed_on.is_(None))
    canteen = session.scalar(open_here.limit(1))
    if canteen is not None:
        raise Refused("places.region_in_use", name=found.name, canteen=canteen)
    _keep(session, found, "retired", on=on, document=document, actor=actor, at=at)
    found.retired_on = on
    session.flush()
    return found


def restore_region(session: Session, *, code: str, on: date, document: str, actor: str, at: datetime) -> Region:
    """Take a retired place up again."""
    found = _changing(session, code, on, at)
    _keep(session, found, "restored", on=on, document=document, actor=actor, at=at)
    found.retired_on = None
    session.flush()
    return found


def region_changes(session: Session, *, prefixes: Sequence[str], limit: int) -> Sequence[RegionChange]:
    """List what changed within some leading digits, the latest first."""
    rows = session.scalars(select(RegionChange).order_by(RegionChange.id.desc()))
    return [row for row in rows if row.region_code.startswith(tuple(prefixes))][:limit]


def _changing(session: Session, code: str, on: date, at: datetime) -> Region:
    if on > service_day(at):
        raise Invalid("places.region_change_early", day=on)
    return region(session, code=code)


def _keep(
    session: Session, found: Region, kind: str, *, on: date, document: str, actor: str, at: datetime, new_name: str = ""
) -> None:
    session.add(
        RegionChange(
            region_code=found.code, kind=kind, name=found.name, new_name=new_name, effective_on=on, document=document,
            at=at, actor=actor,
        )
    )  # fmt: skip
    session.flush()
    if kind != "added":
        audit.record(
            session, chain=f"region:{found.code[:6]}", at=at, actor=actor, action=f"region_{kind}", subject=found.code,
            on=on.isoformat(), document=document,
        )  # fmt: skip
