"""Live a day of the story: orders in one transaction, then every scan in its own, as at a real counter.

Each act carries a key or a scan id of its own, so that a day that was cut off is lived again without doing anything
twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import checkin, menus, orders, tables
from canteen.demo.invented import Invented
from canteen.demo.visits import Visit
from canteen.foundation.db import EVERYWHERE, Database

ACTOR = "demo"


@dataclass(frozen=True)
class Town:
    """Hold the people as invented with their keys, and the canteens by their names in the story."""

    people: Sequence[Invented]
    person_ids: Sequence[int]
    cards: Mapping[int, int]
    canteens: Mapping[str, int]


def town(session: Session, people: Sequence[Invented], canteens: Mapping[str, int]) -> Town:
    """Find the people that were entered; they have their keys in the order in which they were invented."""
    card, person = tables.checkin.Card, tables.seniors.Person
    cards = {row.person_id: row.serial for row in session.execute(select(card.person_id, card.serial))}
    return Town(people, session.scalars(select(person.id).order_by(person.id)).all(), cards, canteens)


def place_orders(
    session: Session, town: Town, planned: Iterable[Visit], *, day: date, until: datetime
) -> dict[str, str]:
    """Place the orders of a day in time, none later than ``until``; returns their references by scan id."""
    ordered = sorted((visit for visit in planned if visit.is_ordered), key=lambda visit: visit.ordered_at)
    held = _held(session, town, ordered)
    views: dict[tuple[str, str], menus.DayView] = {}
    placed = {}
    for visit in ordered:
        view = views.get((visit.site, visit.meal)) or _view(session, town, visit, day)
        views[visit.site, visit.meal] = view
        placed[visit.scan_id] = _place(session, town, visit, view, day, until)
    held.clear()
    return placed


def issue_codes(
    session: Session, keys: checkin.Keys, town: Town, planned: Iterable[Visit], *, day: date
) -> dict[str, str]:
    """Give a meal code to whoever comes with a telephone but neither a card nor an order; digits by scan id."""
    issued = {}
    for visit in planned:
        person_id = town.person_ids[visit.person]
        if visit.is_ordered or person_id in town.cards:
            continue
        code = checkin.issue_code(
            session,
            keys,
            person_id=person_id,
            service_date=day,
            meal=visit.meal,
            at=visit.served_at - timedelta(minutes=20),
            expires_at=visit.served_at + timedelta(hours=1),
        )
        issued[visit.scan_id] = code.digits
    return issued


def serve(
    database: Database, keys: checkin.Keys, town: Town, planned: Iterable[Visit], codes: Mapping[str, str]
) -> int:
    """Scan everybody who comes, with the troubles of the counter, and return how many meals were served."""
    served = 0
    for visit in planned:
        if visit.trouble in {"no_show", "cancel"}:
            continue
        answer = checkin.redeem(database, keys, _scan(keys, town, visit, codes))
        served += answer.redemption_ref is not None
        if answer.redemption_ref is not None:
            _trouble(database, keys, town, visit, answer.redemption_ref, codes)
    return served


def live(database: Database, keys: checkin.Keys, town: Town, planned: Sequence[Visit], *, day: date) -> int:
    """Live a whole day and return how many meals were served."""
    with database.transaction(EVERYWHERE) as session:
        placed = place_orders(session, town, planned, day=day, until=planned[-1].served_at) if planned else {}
        codes = issue_codes(session, keys, town, planned, day=day)
    return serve(database, keys, town, planned, {**placed, **codes})


def _held(session: Session, town: Town, ordered: Iterable[Visit]) -> list[object]:
    """Read everybody who orders, and the canteens, at once; while they are held, nobody reads them one by one."""
    person, canteen = tables.seniors.Person, tables.places.Canteen
    ids = {town.person_ids[visit.person] for visit in ordered}
    return [*session.scalars(select(person).where(person.id.in_(ids))), *session.scalars(select(canteen))]


def _view(session: Session, town: Town, visit: Visit, day: date) -> menus.DayView:
    view = menus.day(session, canteen_id=town.canteens[visit.site], service_date=day, meal=visit.meal)
    if view is None:
        raise LookupError(f"no menu at {visit.site} for {visit.meal} on {day}")
    return view


def _place(session: Session, town: Town, visit: Visit, view: menus.DayView, day: date, until: datetime) -> str:
    person = town.people[visit.person]
    channel = "wechat" if person.phone else "phone"
    at = min(visit.ordered_at, until)
    order = orders.place(
        session,
        person_id=town.person_ids[visit.person],
        canteen_id=town.canteens[visit.site],
        service_date=day,
        meal=visit.meal,
        mode=visit.mode,
        wishes=_wishes(person, visit, view),
        channel=channel,
        actor=ACTOR,
        at=at,
        key=visit.scan_id,
    )
    if visit.trouble == "cancel":
        orders.cancel(session, ref=order.ref, actor=ACTOR, channel=channel, at=at + timedelta(minutes=5))
    return order.ref


def _wishes(person: Invented, visit: Visit, view: menus.DayView) -> list[orders.Wish]:
    """Choose a set meal, or a dish with rice; never what the person must not eat."""
    harmless = [item for item in view.items if not set(item.allergens) & set(person.allergies)]
    sets = [item for item in harmless if item.is_set_meal]
    mains = [item for item in harmless if not item.is_set_meal and item.price_fen >= 500]
    sides = [item for item in harmless if item.price_fen < 500]
    if sets and (visit.taste < 0.6 or not mains):
        return [orders.Wish(sets[int(visit.taste * 100) % len(sets)].item_id)]
    if not mains:
        return [orders.Wish(sides[0].item_id)]
    wishes = [orders.Wish(mains[int(visit.taste * 100) % len(mains)].item_id)]
    return wishes + [orders.Wish(side.item_id) for side in sides[-1:]]


def _scan(
    keys: checkin.Keys,
    town: Town,
    visit: Visit,
    codes: Mapping[str, str],
    *,
    intent: str = "serve",
    later: int = 0,
) -> checkin.ScanRequest:
    at = visit.served_at + timedelta(minutes=later)
    serial = town.cards.get(town.person_ids[visit.person])
    is_card = serial is not None and visit.mode != "delivery"
    means = "courier" if visit.mode == "delivery" else "gun" if is_card or not visit.is_ordered else "manual"
    return checkin.ScanRequest(
        scan_id=visit.scan_id if intent == "serve" else f"{visit.scan_id}-{intent}",
        code=checkin.write_card_code(keys, serial) if is_card and serial is not None else codes[visit.scan_id],
        means=means,
        device=f"{visit.site}-1",
        actor=ACTOR,
        canteen_id=town.canteens[visit.site],
        happened_at=at,
        received_at=at,
        intent=intent,
    )


def _trouble(
    database: Database, keys: checkin.Keys, town: Town, visit: Visit, ref: str, codes: Mapping[str, str]
) -> None:
    later = visit.served_at + timedelta(minutes=3)
    if visit.trouble == "again":
        checkin.redeem(database, keys, _scan(keys, town, visit, codes, intent="again", later=3))
    elif visit.trouble == "undo":
        checkin.undo(
            database,
            scan_id=f"{visit.scan_id}-undo",
            redemption_ref=ref,
            device=f"{visit.site}-1",
            actor=ACTOR,
            at=later,
        )
    elif visit.trouble == "tab":
        checkin.change_tender(database, redemption_ref=ref, tender="tab", actor=ACTOR, at=later)
