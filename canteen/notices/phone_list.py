"""Keep whom to call, where no message reaches a person, until the person was told.

A canteen's own people see its list; what belongs to no canteen is seen by whoever sees a whole region. Each time that
somebody calls is a mark of its own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from canteen import audit, places
from canteen.foundation.db import scope_of, vault_of
from canteen.foundation.errors import NotFound, Refused
from canteen.foundation.references import new_reference
from canteen.notices import rules
from canteen.notices.kinds import kind_of
from canteen.notices.tables import PhoneCall, PhoneCallMark

_NO_CANTEEN = "office:calls"


@dataclass(frozen=True)
class Listed:
    """Show a call: whom, about what, why by telephone, and what came of it so far."""

    ref: str
    person_id: int
    canteen_id: int | None
    kind: str
    content: dict[str, Any]
    why: str
    state: str
    raised_at: datetime
    until_at: datetime
    marks: tuple[tuple[str, str, datetime], ...] = ()


def put(
    session: Session, *, matter: str, person_id: int, canteen_id: int | None, kind: str, content_sealed: str, why: str,
    at: datetime, until: datetime | None = None,
) -> None:  # fmt: skip
    """Put a person on the list, once for a matter; what is to be said comes sealed."""
    call = PhoneCall(
        ref=new_reference("T"), matter=f"{matter}:{person_id}", person_id=person_id, canteen_id=canteen_id, kind=kind,
        content_sealed=content_sealed, why=why, raised_at=at, until_at=rules.worth_until(kind_of(kind), at, until),
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(call)
    except IntegrityError:
        if session.scalar(select(PhoneCall.id).where(PhoneCall.matter == call.matter)) is None:
            raise


def listed(session: Session, *, at: datetime) -> list[Listed]:
    """List whom to call in reach: who was not told yet and still should be, the most pressing first."""
    open_ones = (PhoneCall.state != "told", PhoneCall.until_at > at)
    wanted = select(PhoneCall).where(in_reach(session, PhoneCall.canteen_id), *open_ones)
    return _shown(session, wanted.order_by(PhoneCall.until_at, PhoneCall.id))


def settled(session: Session, *, at: datetime, limit: int = 30) -> list[Listed]:
    """List who was told, and what nobody told in time, the latest first."""
    done = or_(PhoneCall.state == "told", PhoneCall.until_at <= at)
    wanted = select(PhoneCall).where(in_reach(session, PhoneCall.canteen_id), done)
    return _shown(session, wanted.order_by(PhoneCall.raised_at.desc(), PhoneCall.id.desc()).limit(limit))


def note(session: Session, *, ref: str, mark: str, actor: str, at: datetime) -> None:
    """Mark a call: ``called``, ``not_reached`` or ``told``; refuses ``notices.no_such_call``, ``notices.told``."""
    call = session.scalar(
        select(PhoneCall).where(PhoneCall.ref == ref, in_reach(session, PhoneCall.canteen_id)).with_for_update()
    )
    if call is None:
        raise NotFound("notices.no_such_call")
    if call.state == "told":
        raise Refused("notices.told")
    last = session.scalar(select(func.max(PhoneCallMark.number)).where(PhoneCallMark.call_id == call.id)) or 0
    call.state = mark
    session.add(PhoneCallMark(call_id=call.id, number=last + 1, mark=mark, actor=actor, at=at))
    session.flush()


def opened(session: Session, *, canteen_id: int | None, count: int, actor: str, at: datetime) -> None:
    """Keep that somebody opened the numbers of a list."""
    chain = _NO_CANTEEN
    if canteen_id is not None:
        chain = f"canteen:{places.canteen_by_id(session, canteen_id=canteen_id).ref}"
    audit.record(session, chain=chain, at=at, actor=actor, action="call_list_opened", subject="notices", count=count)


def prune(session: Session, *, before: datetime) -> None:
    """Wipe what was to be said long ago; that somebody was called, and when, stays."""
    old = update(PhoneCall).where(PhoneCall.until_at < before, PhoneCall.content_sealed != "")
    session.execute(old.values(content_sealed=""))


def in_reach(session: Session, canteen_id: InstrumentedAttribute[int | None]) -> ColumnElement[bool]:
    """Narrow to the canteens in scope; what has none is for whoever sees a whole region."""
    scope = scope_of(session)
    if scope.everywhere:
        return true()
    own = canteen_id.in_(sorted(scope.canteen_ids))
    return or_(own, canteen_id.is_(None)) if scope.region_prefixes else own


def _shown(session: Session, wanted: Any) -> list[Listed]:
    calls: Sequence[PhoneCall] = session.scalars(wanted).all()
    marks = _marks(session, [call.id for call in calls])
    vault = vault_of(session)
    return [
        Listed(
            call.ref, call.person_id, call.canteen_id, call.kind,
            json.loads(vault.open(call.content_sealed)) if call.content_sealed else {},
            call.why, call.state, call.raised_at, call.until_at, tuple(marks.get(call.id, ())),
        )
        for call in calls
    ]  # fmt: skip


def _marks(session: Session, call_ids: Sequence[int]) -> dict[int, list[tuple[str, str, datetime]]]:
    rows = session.scalars(
        select(PhoneCallMark).where(PhoneCallMark.call_id.in_(call_ids)).order_by(PhoneCallMark.number)
    )
    found: dict[int, list[tuple[str, str, datetime]]] = {}
    for row in rows:
        found.setdefault(row.call_id, []).append((row.mark, row.actor, row.at))
    return found
