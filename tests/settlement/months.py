"""Make months of meals with real verbs, for statements to be drawn of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import func, select

from canteen import checkin
from canteen.foundation.clock import local
from canteen.foundation.db import EVERYWHERE, Database
from canteen.ledger.tables import Posting
from tests import builders as make

MONTH = "2026-03"
AFTER = local(date(2026, 4, 1), 9)


@dataclass
class World:
    """Hold a town with its diners and the references of the meals they had."""

    town: make.Town
    people: list[int]
    days: list[date]
    refs: list[str] = field(default_factory=list)


def a_world(database: Database, *, days: int = 2, town: make.Town | None = None) -> World:
    """Build a town whose four diners differ in what the policy gives them."""
    dates = [make.MONDAY + timedelta(days=number) for number in range(days)]
    with database.transaction(EVERYWHERE) as session:
        town = town or make.a_town(session)
        for day in dates[1:]:
            make.a_menu(session, town.canteen_id, day=day)
        people = [
            make.a_senior(session, name="李德福"),
            make.a_senior(session, name="周桂兰", birth=date(1924, 5, 1)),
            make.a_senior(session, name="陈玉珍", birth=date(1963, 5, 1)),
            make.a_senior(session, name="王秀", categories=["minimum_living"]),
        ]
    return World(town, people, dates)


def eat(
    database: Database,
    world: World,
    person: int,
    *,
    day: date | None = None,
    mode: str = "walk_in",
    again: bool = False,
) -> str:
    """Let somebody have lunch, and return the reference of the meal."""
    on = day or world.days[0]
    with database.transaction(EVERYWHERE) as session:
        if mode != "walk_in":
            item = make.menus.day(session, canteen_id=world.town.canteen_id, service_date=on, meal="lunch")
            assert item is not None
            make.an_order(session, world.town, person, day=on, mode=mode, item=item.items[0].item_id)
        number = make.a_number(session, person, day=on)
    answer = _scanned(database, world, number, on, "again" if again else "serve")
    if answer.reason == "order_cancelled":
        answer = _scanned(database, world, number, on, "eat_now")
    assert answer.redemption_ref is not None, answer
    world.refs.append(answer.redemption_ref)
    return answer.redemption_ref


def _scanned(database: Database, world: World, number: str, day: date, intent: str) -> checkin.Answer:
    scan = make.a_scan(world.town, number, now=local(day, 11, 30), intent=intent)
    return checkin.redeem(database, make.KEYS, scan)


def take_back(database: Database, ref: str, *, day: date = make.MONDAY) -> None:
    """Undo a meal at the counter."""
    checkin.undo(
        database, scan_id=f"undo-{ref}", redemption_ref=ref, device="device-1", actor="staff:counter",
        at=local(day, 11, 35),
    )  # fmt: skip


def a_lived_month(database: Database, *, town: make.Town | None = None) -> World:
    """Let the diners come in every way: ordered, delivered, walked in, twice, taken back, paid otherwise."""
    world = a_world(database, town=town)
    first, old, young, poor = world.people
    eat(database, world, first, mode="dine_in")
    eat(database, world, first, again=True)
    eat(database, world, old, mode="delivery")
    eat(database, world, young)
    take_back(database, eat(database, world, poor))
    eat(database, world, poor, mode="pickup")
    for person in world.people:
        eat(database, world, person, day=world.days[1])
    checkin.change_tender(database, redemption_ref=world.refs[0], tender="tab", actor="staff:1", at=make.NOON)
    return world


def accounts(database: Database) -> dict[str, int]:
    """Add up the ledger by account, without any code of settlement."""
    with database.reading(EVERYWHERE) as session:
        rows = session.execute(select(Posting.account, func.sum(Posting.amount_fen)).group_by(Posting.account))
        return {account: int(total) for account, total in rows if total}
