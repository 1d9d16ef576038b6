"""Open canteens, change what may change about them, and close them for a day or for good."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from canteen import audit
from canteen.foundation.clock import service_day
from canteen.foundation.errors import Invalid, NotFound, Refused
from canteen.foundation.references import new_reference
from canteen.places.operators import require_place
from canteen.places.tables import KINDS, TENDERS, Canteen, ClosedDay


def open_canteen(
    session: Session,
    *,
    name: str,
    operator_id: int,
    region_code: str,
    address: str,
    phone: str,
    opened_on: date,
    actor: str,
    at: datetime,
    kind: str = "canteen",
    aliases: Sequence[str] = (),
    default_tender: str = "cash",
    supplied_by_id: int | None = None,
) -> Canteen:
    """Open a canteen, a meal point or a central kitchen, with its book, which the database opens itself.

    Refuses ``places.name_taken``, ``places.outside_scope``, ``places.canteen_kind``, ``places.unknown_tender``,
    ``places.kitchen_needed`` (a meal point without its central kitchen) and ``places.no_such_kitchen``.
    """
    require_place(session, region_code)
    _check_canteen(session, kind, default_tender, supplied_by_id, opened_on)
    _refuse_taken_name(session, name, but=None)
    opened = Canteen(
        ref=new_reference("C"),
        name=name,
        aliases=list(aliases),
        kind=kind,
        operator_id=operator_id,
        region_code=region_code,
        address=address,
        phone=phone,
        default_tender=default_tender,
        opened_on=opened_on,
        supplied_by_id=supplied_by_id,
    )
    session.add(opened)
    session.flush()
    _record(session, opened, "canteen_opened", actor, at)
    return opened


def change_canteen(
    session: Session,
    *,
    canteen_id: int,
    name: str,
    address: str,
    phone: str,
    operator_id: int,
    default_tender: str,
    supplied_by_id: int | None,
    aliases: Sequence[str],
    actor: str,
    at: datetime,
) -> Canteen:
    """Change what may change; kind, region and first day stay. The audit row keeps what it was before.

    Refuses as `open_canteen` does, and ``places.canteen_closed``.
    """
    changing = canteen_by_id(session, canteen_id=canteen_id)
    if changing.closed_on is not None:
        raise Refused("places.canteen_closed", name=changing.name)
    _check_canteen(session, changing.kind, default_tender, supplied_by_id, service_day(at))
    _refuse_taken_name(session, name, but=changing)
    wanted = {
        "name": name, "address": address, "phone": phone, "operator_id": operator_id,
        "default_tender": default_tender, "supplied_by_id": supplied_by_id, "aliases": list(aliases),
    }  # fmt: skip
    before = {field: getattr(changing, field) for field in wanted if getattr(changing, field) != wanted[field]}
    for field in before:
        setattr(changing, field, wanted[field])
    session.flush()
    session.expire(changing, ["operator"])
    after = {field: wanted[field] for field in before}
    if before:
        _record(session, changing, "canteen_changed", actor, at, before=before, after=after)
    return changing


def close_canteen(
    session: Session, *, canteen_id: int, on: date, actor: str, at: datetime, reason: str = ""
) -> Canteen:
    """Close a canteen for good; ``on`` is the first day without meals.

    Refuses ``places.canteen_closed``, ``places.closed_before_opened`` and ``places.still_supplies`` (a kitchen that
    open meal points get their meals from).
    """
    closing = session.get_one(Canteen, canteen_id, with_for_update={"of": Canteen}, populate_existing=True)
    if closing.closed_on is not None:
        raise Refused("places.canteen_closed", name=closing.name)
    if on < closing.opened_on:
        raise Invalid("places.closed_before_opened", opened_on=closing.opened_on)
    fed = select(Canteen.name).where(
        Canteen.supplied_by_id == canteen_id, or_(Canteen.closed_on.is_(None), Canteen.closed_on > on)
    )
    names = session.scalars(fed.order_by(Canteen.id)).all()
    if names:
        raise Refused("places.still_supplies", names="、".join(names))
    closing.closed_on, closing.closed_reason = on, reason or None
    _record(session, closing, "canteen_closed", actor, at, on=on.isoformat(), reason=reason)
    return closing


def canteen(session: Session, *, ref: str) -> Canteen:
    """Find a canteen by its public reference; ``places.canteen_unknown`` otherwise."""
    found = session.scalar(select(Canteen).where(Canteen.ref == ref))
    if found is None:
        raise NotFound("places.canteen_unknown", ref=ref)
    return found


def canteen_by_id(session: Session, *, canteen_id: int) -> Canteen:
    """Find a canteen by its key; ``places.canteen_unknown`` otherwise."""
    found = session.get(Canteen, canteen_id)
    if found is None:
        raise NotFound("places.canteen_unknown")
    return found


def canteens_in(session: Session, *, region_prefixes: Sequence[str]) -> Sequence[Canteen]:
    """List the canteens of some regions, given by the leading digits of their codes, in the order of place."""
    within = [Canteen.region_code.startswith(leading) for leading in region_prefixes]
    if not within:
        return []
    return session.scalars(select(Canteen).where(or_(*within)).order_by(Canteen.region_code, Canteen.id)).all()


def only_canteen(session: Session) -> int | None:
    """Return the key of the canteen where there is but one."""
    found = session.scalars(select(Canteen.id).limit(2)).all()
    return found[0] if len(found) == 1 else None


def canteens_of(session: Session, *, canteen_ids: Collection[int]) -> Sequence[Canteen]:
    """List canteens by their keys, in the order of place."""
    wanted = select(Canteen).where(Canteen.id.in_(sorted(canteen_ids)))
    return session.scalars(wanted.order_by(Canteen.region_code, Canteen.id)).all()


def kitchens_in(session: Session, *, on: date, canteen_ids: Collection[int] | None = None) -> Sequence[Canteen]:
    """List the central kitchens that cook on a day, all of them or those of some keys."""
    wanted = select(Canteen).where(
        Canteen.kind == "central_kitchen", or_(Canteen.closed_on.is_(None), Canteen.closed_on > on)
    )
    if canteen_ids is not None:
        wanted = wanted.where(Canteen.id.in_(sorted(canteen_ids)))
    return session.scalars(wanted.order_by(Canteen.region_code, Canteen.id)).all()


def close_day(
    session: Session, *, canteen_id: int, day: date, reason: str, actor: str, at: datetime, meal: str = ""
) -> ClosedDay:
    """Note that a canteen does not serve on a day, or one meal of it; noting it twice changes nothing."""
    place = canteen_by_id(session, canteen_id=canteen_id)
    closed = _closed(session, canteen_id, day, meal)
    if closed is None:
        closed = ClosedDay(canteen_id=canteen_id, day=day, meal=meal, reason=reason, decided_by=actor, decided_at=at)
        session.add(closed)
        session.flush()
        _record(session, place, "day_closed", actor, at, day=day.isoformat(), meal=meal)
    return closed


def reopen_day(session: Session, *, canteen_id: int, day: date, actor: str, at: datetime, meal: str = "") -> None:
    """Take a closed day back; ``places.day_not_closed`` where it was not."""
    place = canteen_by_id(session, canteen_id=canteen_id)
    closed = _closed(session, canteen_id, day, meal)
    if closed is None:
        raise NotFound("places.day_not_closed", day=day.isoformat(), meal=meal)
    session.delete(closed)
    session.flush()
    _record(session, place, "day_reopened", actor, at, day=day.isoformat(), meal=meal)


def closed_meals(session: Session, *, canteen_id: int, day: date) -> list[str]:
    """List the meals of a day on which a canteen does not serve; an empty word stands for the whole day."""
    wanted = select(ClosedDay.meal).where(ClosedDay.canteen_id == canteen_id, ClosedDay.day == day)
    return list(session.scalars(wanted.order_by(ClosedDay.meal)))


def _closed(session: Session, canteen_id: int, day: date, meal: str) -> ClosedDay | None:
    wanted = select(ClosedDay).where(ClosedDay.canteen_id == canteen_id, ClosedDay.day == day, ClosedDay.meal == meal)
    return session.scalar(wanted)


def _check_canteen(session: Session, kind: str, tender: str, supplied_by_id: int | None, on: date) -> None:
    if kind not in KINDS:
        raise Invalid("places.canteen_kind", kind=kind)
    if tender not in TENDERS:
        raise Invalid("places.unknown_tender", tender=tender)
    if kind == "meal_point" and supplied_by_id is None:
        raise Invalid("places.kitchen_needed")
    kitchen = None if supplied_by_id is None else session.get(Canteen, supplied_by_id)
    if supplied_by_id is None:
        return
    is_cooking = kitchen is not None and (kitchen.closed_on is None or kitchen.closed_on > on)
    if kitchen is None or kitchen.kind != "central_kitchen" or kind == "central_kitchen" or not is_cooking:
        raise Invalid("places.no_such_kitchen")


def _refuse_taken_name(session: Session, name: str, *, but: Canteen | None) -> None:
    held = session.scalar(select(Canteen.id).where(Canteen.name == name))
    if held is not None and (but is None or held != but.id):
        raise Refused("places.name_taken", name=name)


def _record(session: Session, place: Canteen, action: str, actor: str, at: datetime, **detail: object) -> None:
    audit.record(session, chain=f"canteen:{place.ref}", at=at, actor=actor, action=action, subject=place.ref, **detail)
