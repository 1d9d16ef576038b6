"""Fill the canteen of the hour with 200 people, and prove afterwards that every tray is in the books exactly once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from canteen import access, checkin, ledger
from canteen.checkin.tables import OfflineScan, Redemption, RedemptionUndo, ScanException
from canteen.foundation.db import EVERYWHERE, Database
from canteen.ledger.tables import Posting
from canteen.menus.tables import DayMenu, MenuItem
from canteen.orders.tables import Order
from tests import builders as make

PASSWORD = "correct-horse"
MEALS = "5001"
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈", "春夏秋冬梅兰竹菊松柏桂荷莲枫槐杨柳桃杏梨"
# Whoever comes at this place in the queue, counted from nought; codes only while the network is cut.
NAMES, GUESTS = range(3, 60, 6), range(165, 200, 4)
TYPED, PAGES = range(5, 200, 10), range(2, 200, 7)
WALK_INS = (10, 25, 40, 100, 110, 132, 134, 136, 138, 170)
# The same card at both windows, neither of which can ask the other.
TWICE = frozenset({141, 143, 145, 147})


@dataclass(frozen=True, slots=True)
class HourDiner:
    """Hold one who comes: the means, what is scanned, typed or looked for, and the order, where there is one."""

    means: str
    code: str
    order_ref: str


@dataclass(frozen=True, slots=True)
class Hour:
    """Hold the canteen, the queue, and who comes twice."""

    town: make.Town
    diners: list[HourDiner]
    twice: frozenset[int]


def crowd(database: Database) -> Hour:
    """Register 200 people, most of whom ordered; with a manager who enrols devices."""
    with database.transaction(EVERYWHERE) as session:
        town = make.a_town(session)
        session.execute(update(DayMenu).values(capacity=500))
        session.execute(update(MenuItem).values(portions=500))
        access.install(session, actor="bench", at=make.BEFORE)
        staff = access.add(session, username="li", name="李经理", password=PASSWORD, actor="bench", at=make.BEFORE)
        access.give(
            session, ref=staff.ref, role="canteen_manager", canteen_id=town.canteen_id, actor="bench", at=make.BEFORE
        )
        return Hour(town, [_diner(session, town, number) for number in range(200)], TWICE)


def _diner(session: Session, town: make.Town, number: int) -> HourDiner:
    means = _means(number)
    if means == "guest":
        return HourDiner(means, "", "")
    name = SURNAMES[number // 20] + GIVEN[number % 20] + GIVEN[(number * 7 + 3) % 20]
    person = make.a_senior(session, name=name, birth=date(1950, 1, 1))
    order = "" if means == "walk_in" else make.an_order(session, town, person).ref
    if means == "name":
        return HourDiner(means, name, order)
    if means == "typed":
        return HourDiner(means, make.a_number(session, person), order)
    if means == "page":
        return HourDiner(means, make.a_code(session, person).digits, order)
    card = checkin.issue_card(session, make.KEYS, person_id=person, actor="bench", at=make.BEFORE)
    return HourDiner(means, card.digits, order)


def _means(number: int) -> str:
    if number in WALK_INS:
        return "walk_in"
    named = {"name": NAMES, "guest": GUESTS, "typed": TYPED, "page": PAGES}
    return next((means for means, places in named.items() if number in places and number not in TWICE), "card")


def proved(database: Database, hour: Hour) -> Iterator[str]:
    """Say what the books hold; a tray lost or counted twice, or an entry out of balance, ends the run."""
    with database.reading(EVERYWHERE) as session:
        undone = select(RedemptionUndo.redemption_ref)
        stands = Redemption.ref.not_in(undone)
        meals = session.scalars(select(Redemption).where(stands)).all()
        kinds = {kind: sum(one.kind == kind for one in meals) for kind in ("meal", "extra", "public")}
        named = [one.person_id for one in meals if one.kind == "meal"]
        guests = sum(one.means == "guest" for one in hour.diners)
        waiting = session.scalar(select(func.count(Order.id)).where(Order.state.in_(("placed", "locked"))))
        price = sum(one.price_fen for one in meals)
        revenue = -int(
            session.scalar(select(func.sum(Posting.amount_fen)).where(Posting.account.startswith(MEALS))) or 0
        )
        faults = ledger.verify(session.connection())[0]
        offline = session.scalar(select(func.count(OfflineScan.scan_id)))
        odd = session.execute(select(ScanException.kind, func.count()).group_by(ScanException.kind)).all()
        debits = session.scalar(select(func.sum(Posting.amount_fen)))
    yield f"trays: {kinds['meal']} meals, {kinds['extra']} beyond the one, {kinds['public']} guests; {offline} offline"
    yield "exceptions: " + ", ".join(f"{kind} {count}" for kind, count in odd)
    yield f"books: {len(faults)} faults, {debits} fen out of balance, {price} fen of meals and {revenue} of revenue"
    wrong = {
        "lost or doubled": len(named) != len(set(named)) or len(named) != len(hour.diners) - guests,
        "guests": kinds["public"] != guests,
        "twice": kinds["extra"] != len(hour.twice),
        "open orders": bool(waiting),
        "books": bool(faults) or bool(debits) or revenue != price,
    }
    if any(wrong.values()):
        raise SystemExit(f"wrong: {[name for name, is_so in wrong.items() if is_so]}")
