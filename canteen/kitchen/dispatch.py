"""Send meals from a central kitchen to its meal points: what each needs, what was sent, what came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen import audit, places
from canteen.foundation.errors import Conflict, Invalid, NotFound, Refused
from canteen.foundation.references import new_reference
from canteen.kitchen.portions import cooked
from canteen.kitchen.rules import totals
from canteen.kitchen.tables import DispatchNote, DispatchReceipt
from canteen.kitchen.values import Meal
from canteen.places.tables import Canteen

# Tenths of a degree: GB 31654-2021 asks for 60 and above while food is carried hot.
HOT = 600
_COLDEST, _HOTTEST = -300, 1500
_MOST_DISHES = 60
_MOST = 9999


@dataclass(frozen=True, slots=True)
class Need:
    """Say how many portions of each dish a meal point needs."""

    canteen_id: int
    name: str
    portions: int
    dishes: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """Show a dispatch note with what became of it; the second half is empty until it was received."""

    note_id: int
    ref: str
    site: str
    service_date: date
    meal: str
    number: int
    dishes: tuple[tuple[str, int], ...]
    celsius_tenths: int
    measure: str
    sent_at: datetime
    received: tuple[tuple[str, int], ...] | None
    received_tenths: int | None
    explanation: str
    received_at: datetime | None

    @property
    def differences(self) -> tuple[tuple[str, int], ...]:
        """Say of which dishes more (positive) or fewer portions came than were sent."""
        if self.received is None:
            return ()
        moved = Counter(dict(self.received))
        moved.subtract(dict(self.dishes))
        return tuple(sorted((dish, count) for dish, count in moved.items() if count))


def needs(session: Session, *, kitchen_id: int, service_date: date, meal: str) -> list[Need]:
    """List what each meal point of a kitchen needs for a meal, as ordered by now."""
    sites = session.execute(
        select(Canteen.id, Canteen.name).where(Canteen.supplied_by_id == kitchen_id).order_by(Canteen.id)
    )
    found = []
    for canteen_id, name in sites:
        portions = cooked(session, of=Meal(canteen_id, service_date, meal)).portions
        dishes = tuple((total.dish, total.count) for total in totals(portions))
        found.append(Need(canteen_id, name, len(portions), dishes))
    return found


def dispatch(
    session: Session,
    *,
    kitchen_id: int,
    site_id: int,
    service_date: date,
    meal: str,
    dishes: Mapping[str, int],
    celsius_tenths: int,
    measure: str,
    actor: str,
    at: datetime,
) -> DispatchNote:
    """Send food to a meal point with a note; a second car of the same meal gets the next number.

    Refuses ``kitchen.not_supplied``, ``kitchen.nothing_sent``, ``kitchen.not_a_temperature``, and ``kitchen.too_cold``
    where it is below 60 degrees and nobody says what was done.
    """
    site = session.get(Canteen, site_id)
    if site is None or site.supplied_by_id != kitchen_id:
        raise NotFound("kitchen.not_supplied")
    sent = _counted(dishes)
    if not sent:
        raise Invalid("kitchen.nothing_sent")
    _check_warmth(celsius_tenths, measure)
    last = session.scalar(
        select(func.max(DispatchNote.number)).where(
            DispatchNote.site_id == site_id, DispatchNote.service_date == service_date, DispatchNote.meal == meal
        )
    )
    row = DispatchNote(
        ref=new_reference("P"), canteen_id=kitchen_id, site_id=site_id, service_date=service_date, meal=meal,
        number=(last or 0) + 1, dishes=[list(pair) for pair in sent], celsius_tenths=celsius_tenths,
        measure=measure.strip(), sent_at=at, sent_by=actor,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        raise Conflict("kitchen.sent_meanwhile") from error
    _record(session, kitchen_id, "food_sent", row.ref, sum(count for _, count in sent), actor, at)
    return row


def receive(
    session: Session,
    *,
    site_id: int,
    note_id: int,
    dishes: Mapping[str, int],
    celsius_tenths: int,
    explanation: str,
    actor: str,
    at: datetime,
) -> DispatchReceipt:
    """Note what came with a note, once.

    Refuses ``kitchen.no_such_note``, ``kitchen.received_already``, ``kitchen.not_a_temperature``, and
    ``kitchen.difference_unexplained`` where counts differ or it is below 60 degrees and no word says why.
    """
    note = session.get(DispatchNote, note_id)
    if note is None or note.site_id != site_id:
        raise NotFound("kitchen.no_such_note")
    if not _COLDEST <= celsius_tenths <= _HOTTEST:
        raise Invalid("kitchen.not_a_temperature")
    came = _counted(dishes, zeros=True)
    is_equal = {pair for pair in came if pair[1]} == {(dish, count) for dish, count in note.dishes}
    if not (is_equal and celsius_tenths >= HOT) and not explanation.strip():
        raise Refused("kitchen.difference_unexplained")
    row = DispatchReceipt(
        note_id=note_id, canteen_id=site_id, dishes=[list(pair) for pair in came], celsius_tenths=celsius_tenths,
        is_equal=is_equal, explanation=explanation.strip(), received_at=at, received_by=actor,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        raise Refused("kitchen.received_already") from error
    _record(session, site_id, "food_received", note.ref, sum(count for _, count in came), actor, at)
    return row


def sent_from(session: Session, *, kitchen_id: int, service_date: date) -> list[Sent]:
    """List what a kitchen sent for a day."""
    return _sent(session, (DispatchNote.canteen_id == kitchen_id, DispatchNote.service_date == service_date))


def sent_to(session: Session, *, site_id: int, service_date: date) -> list[Sent]:
    """List what was sent to a meal point for a day."""
    return _sent(session, (DispatchNote.site_id == site_id, DispatchNote.service_date == service_date))


def _sent(session: Session, wanted: Sequence[object]) -> list[Sent]:
    rows = session.execute(
        select(DispatchNote, DispatchReceipt, Canteen.name)
        .join(Canteen, Canteen.id == DispatchNote.site_id)
        .outerjoin(DispatchReceipt, DispatchReceipt.note_id == DispatchNote.id)
        .where(*wanted)  # type: ignore[arg-type]
        .order_by(DispatchNote.id)
    )
    return [_one(note, receipt, name) for note, receipt, name in rows]


def _one(note: DispatchNote, receipt: DispatchReceipt | None, site: str) -> Sent:
    return Sent(
        note_id=note.id,
        ref=note.ref,
        site=site,
        service_date=note.service_date,
        meal=note.meal,
        number=note.number,
        dishes=_pairs(note.dishes),
        celsius_tenths=note.celsius_tenths,
        measure=note.measure,
        sent_at=note.sent_at,
        received=_pairs(receipt.dishes) if receipt else None,
        received_tenths=receipt.celsius_tenths if receipt else None,
        explanation=receipt.explanation if receipt else "",
        received_at=receipt.received_at if receipt else None,
    )


def _pairs(dishes: Sequence[Sequence[object]]) -> tuple[tuple[str, int], ...]:
    return tuple((str(dish), int(str(count))) for dish, count in dishes)


def _counted(dishes: Mapping[str, int], *, zeros: bool = False) -> list[tuple[str, int]]:
    if len(dishes) > _MOST_DISHES or any(not 0 <= count <= _MOST for count in dishes.values()):
        raise Invalid("kitchen.nothing_sent")
    return sorted((dish, count) for dish, count in dishes.items() if count or zeros)


def _check_warmth(celsius_tenths: int, measure: str) -> None:
    if not _COLDEST <= celsius_tenths <= _HOTTEST:
        raise Invalid("kitchen.not_a_temperature")
    if celsius_tenths < HOT and not measure.strip():
        raise Refused("kitchen.too_cold")


def _record(session: Session, canteen_id: int, action: str, ref: str, count: int, actor: str, at: datetime) -> None:
    canteen = places.canteen_by_id(session, canteen_id=canteen_id)
    audit.record(session, chain=f"canteen:{canteen.ref}", at=at, actor=actor, action=action, subject=ref, count=count)
