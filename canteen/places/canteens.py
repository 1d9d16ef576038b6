"""Open canteens, say when they serve, and close them for a day or for good."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import Date, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from canteen import audit
from canteen.foundation.errors import Invalid, NotFound, Refused
from canteen.foundation.references import new_reference
from canteen.places.regions import region
from canteen.places.tables import Canteen, ClosedDay, MealService, Operator

_A_DAY = 24 * 60


@dataclass(frozen=True, kw_only=True)
class ServiceTerms:
    """Say how a meal period is served; times are minutes after local midnight."""

    opens_minute: int
    closes_minute: int
    cutoff_minute: int
    cutoff_days: int = 0
    capacity: int
    weekdays: str = "1234567"
    dines_in: bool = True
    packs: bool = True
    delivers: bool = False
    delivery_fee_fen: int = 0


def add_operator(
    session: Session,
    *,
    name: str,
    kind: str,
    contract_number: str | None = None,
    contract_from: date | None = None,
    contract_until: date | None = None,
    price_ceiling_fen: int | None = None,
) -> Operator:
    """Enter who runs canteens; the contract is half-open, the ceiling is the dearest dish that it allows."""
    operator = Operator(
        ref=new_reference("F"),
        name=name,
        kind=kind,
        contract_number=contract_number,
        contract_from=contract_from,
        contract_until=contract_until,
        price_ceiling_fen=price_ceiling_fen,
    )
    session.add(operator)
    session.flush()
    return operator


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
    """Open a canteen, a meal point or a central kitchen; ``places.name_taken`` where the name is in use."""
    region(session, code=region_code)
    if session.scalar(select(Canteen.id).where(Canteen.name == name)) is not None:
        raise Refused("places.name_taken", name=name)
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


def close_canteen(session: Session, *, canteen_id: int, on: date, actor: str, at: datetime) -> Canteen:
    """Close a canteen for good; ``on`` is the first day without meals."""
    closing = canteen_by_id(session, canteen_id=canteen_id)
    closing.closed_on = on
    _record(session, closing, "canteen_closed", actor, at, on=on.isoformat())
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


def set_service(
    session: Session, *, canteen_id: int, meal: str, terms: ServiceTerms, actor: str, at: datetime
) -> MealService:
    """Say, anew or for the first time, how a canteen serves a meal; ``places.hours_malformed`` for odd times."""
    _check(terms)
    place = canteen_by_id(session, canteen_id=canteen_id)
    service = services(session, canteen_id=canteen_id).get(meal)
    if service is None:
        service = MealService(canteen_id=canteen_id, meal=meal)
        session.add(service)
    for name, value in asdict(terms).items():
        setattr(service, name, value)
    session.flush()
    _record(session, place, "service_set", actor, at, meal=meal, **asdict(terms))
    return service


def services(session: Session, *, canteen_id: int) -> dict[str, MealService]:
    """Return how a canteen serves, by meal."""
    rows = session.scalars(select(MealService).where(MealService.canteen_id == canteen_id))
    return {row.meal: row for row in rows}


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


def is_open(session: Session, *, canteen_id: int, day: date, meal: str) -> bool:
    """Tell whether a canteen serves a meal on a day."""
    return open_service(session, canteen_id=canteen_id, day=day, meal=meal) is not None


def open_service(session: Session, *, canteen_id: int, day: date, meal: str) -> MealService | None:
    """Return how a canteen serves a meal on a day, or None where it does not: weekday, closed day, closed for good."""
    values = {"canteen_id": canteen_id, "day": day, "meal": meal}
    service = session.scalars(_OPEN_SERVICE, values).one_or_none()
    return service if service is not None and str(day.isoweekday()) in service.weekdays else None


def price_ceiling(session: Session, *, canteen_id: int) -> int | None:
    """Return the dearest price in fen that the operator's contract allows, if it names one."""
    return canteen_by_id(session, canteen_id=canteen_id).operator.price_ceiling_fen


_OPEN_SERVICE = (
    select(MealService)
    .join(Canteen, Canteen.id == MealService.canteen_id)
    .where(
        MealService.canteen_id == bindparam("canteen_id"),
        MealService.meal == bindparam("meal"),
        Canteen.opened_on <= bindparam("day", type_=Date),
        or_(Canteen.closed_on.is_(None), Canteen.closed_on > bindparam("day", type_=Date)),
        ~exists().where(
            ClosedDay.canteen_id == MealService.canteen_id,
            ClosedDay.day == bindparam("day", type_=Date),
            or_(ClosedDay.meal == "", ClosedDay.meal == MealService.meal),
        ),
    )
)


def _closed(session: Session, canteen_id: int, day: date, meal: str) -> ClosedDay | None:
    wanted = select(ClosedDay).where(ClosedDay.canteen_id == canteen_id, ClosedDay.day == day, ClosedDay.meal == meal)
    return session.scalar(wanted)


def _check(terms: ServiceTerms) -> None:
    in_order = 0 <= terms.opens_minute < terms.closes_minute <= _A_DAY
    cut_off = terms.cutoff_days >= 0 and 0 <= terms.cutoff_minute <= _A_DAY
    days = bool(terms.weekdays) and set(terms.weekdays) <= set("1234567")
    if not (in_order and cut_off and days and terms.capacity >= 0 and terms.delivery_fee_fen >= 0):
        raise Invalid("places.hours_malformed")


def _record(session: Session, place: Canteen, action: str, actor: str, at: datetime, **detail: object) -> None:
    audit.record(session, chain=f"canteen:{place.ref}", at=at, actor=actor, action=action, subject=place.ref, **detail)
