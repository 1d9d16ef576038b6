"""Ordering: what is taken, what is refused, and who gets the last portion."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from canteen import checkin, menus, orders, places
from canteen.checkin.tables import Redemption
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.errors import Refused
from canteen.menus.tables import DayMenu
from canteen.orders.tables import Order
from tests import builders as make


def place(database: Database, town: make.Town, person: int, **more: object) -> str:
    wanted = {
        "person_id": person, "canteen_id": town.canteen_id, "service_date": make.MONDAY, "meal": "lunch",
        "mode": "dine_in", "wishes": [orders.Wish(town.item_id)], "channel": "wechat", "actor": "wechat:1",
        "at": make.BEFORE,
    }  # fmt: skip
    with database.transaction(EVERYWHERE) as session:
        return orders.place(session, **(wanted | more)).ref  # type: ignore[arg-type]


@pytest.fixture
def person(database: Database, town: make.Town) -> int:
    with database.transaction(EVERYWHERE) as session:
        return make.a_senior(session)


def test_an_offer_shows_what_everybody_pays_before_anything_moves(
    database: Database, town: make.Town, person: int
) -> None:
    with database.reading(EVERYWHERE) as session:
        offer = orders.offer(
            session, person_id=person, canteen_id=town.canteen_id, service_date=make.MONDAY, meal="lunch",
            mode="delivery", wishes=[orders.Wish(town.item_id)], at=make.BEFORE,
        )  # fmt: skip
    assert (offer.price_fen, offer.delivery_fee_fen) == (1800, 200)
    assert (offer.quote.subsidy_fen, offer.quote.own_fen) == (500, 1500)
    assert offer.cutoff_at == make.at(make.MONDAY, 9, 30)


def test_an_order_after_the_cutoff_is_refused_and_staff_may_give_a_reason(
    database: Database, town: make.Town, person: int
) -> None:
    late = make.at(make.MONDAY, 9, 30)
    with pytest.raises(Refused, match=r"orders\.cutoff_passed"):
        place(database, town, person, at=late)
    assert place(database, town, person, at=late, late_reason="家里来人")


def test_an_order_one_moment_before_the_cutoff_is_taken(database: Database, town: make.Town, person: int) -> None:
    assert place(database, town, person, at=make.at(make.MONDAY, 9, 30) - timedelta(microseconds=1))


def test_a_second_order_for_the_same_meal_is_refused(database: Database, town: make.Town, person: int) -> None:
    place(database, town, person)
    with pytest.raises(Refused, match=r"orders\.already_ordered"):
        place(database, town, person)


def test_the_same_key_gives_the_same_order(database: Database, town: make.Town, person: int) -> None:
    assert place(database, town, person, key="msg-1") == place(database, town, person, key="msg-1")


def test_a_dish_that_harms_is_refused(database: Database, town: make.Town) -> None:
    with database.transaction(EVERYWHERE) as session:
        allergic = make.a_senior(session, allergies=["花生"])
        dish = menus.add_dish(session, canteen_id=town.canteen_id, name="宫保鸡丁", price_fen=1500, allergens=["花生"])
        menu = menus.offer(
            session, canteen_id=town.canteen_id, service_date=make.MONDAY, meal="lunch", capacity=100,
            items=[(dish.id, 1500, 10)],
        )  # fmt: skip
        item = next(item.id for item in menu.items if item.dish_id == dish.id)
    with pytest.raises(Refused, match=r"orders\.allergy"):
        place(database, town, allergic, wishes=[orders.Wish(item)])


def test_a_closed_day_takes_no_order(database: Database, town: make.Town, person: int) -> None:
    with database.transaction(EVERYWHERE) as session:
        places.close_day(
            session, canteen_id=town.canteen_id, day=make.MONDAY, reason="停电", actor="staff:1", at=make.BEFORE
        )
    with pytest.raises(Refused, match=r"orders\.not_served_that_day"):
        place(database, town, person)


def test_a_cancelled_order_gives_its_portions_back(database: Database, town: make.Town, person: int) -> None:
    ref = place(database, town, person)
    with database.transaction(EVERYWHERE) as session:
        cancelled = orders.cancel(session, ref=ref, actor="wechat:1", channel="wechat", at=make.BEFORE)
        assert cancelled.state == "cancelled"
        view = menus.day(session, canteen_id=town.canteen_id, service_date=make.MONDAY, meal="lunch")
    assert view is not None
    assert view.remaining == view.capacity
    assert place(database, town, person)


def test_the_last_portion_ordered_by_ten_is_sold_once(database: Database, town: make.Town) -> None:
    with database.transaction(EVERYWHERE) as session:
        people = [make.a_senior(session) for _ in range(10)]
        (item,) = make.a_menu(session, town.canteen_id, day=make.MONDAY + timedelta(days=1), prices=[900], capacity=1)

    def attempt(person: int) -> bool:
        try:
            place(database, town, person, service_date=make.MONDAY + timedelta(days=1), wishes=[orders.Wish(item)])
        except Refused as refusal:
            return refusal.code not in {"orders.full", "orders.sold_out"}
        return True

    with ThreadPoolExecutor(10) as threads:
        assert sum(threads.map(attempt, people)) == 1
    with database.reading(EVERYWHERE) as session:
        assert session.scalar(select(func.count()).select_from(Order)) == 1
        assert session.scalars(select(DayMenu.ordered).order_by(DayMenu.id.desc())).first() == 1


def test_another_order_takes_the_place_of_one_that_can_still_be_given_up(
    database: Database, town: make.Town, person: int
) -> None:
    ref = place(database, town, person)
    wanted = {
        "meal": "lunch", "mode": "delivery", "wishes": [orders.Wish(town.item_id, 2)], "channel": "wechat",
        "actor": "wechat:1",
    }  # fmt: skip
    with database.transaction(EVERYWHERE) as session:
        fresh = orders.replace(session, ref=ref, at=make.BEFORE, **wanted)  # type: ignore[arg-type]
        assert (orders.find(session, ref=ref).state, fresh.state, fresh.mode) == ("cancelled", "placed", "delivery")
    with pytest.raises(Refused, match=r"orders\.cutoff_passed"), database.transaction(EVERYWHERE) as session:
        orders.replace(session, ref=fresh.ref, at=make.at(make.MONDAY, 9, 30), **wanted)  # type: ignore[arg-type]


def test_an_order_is_eaten_or_cancelled_never_both(database: Database, town: make.Town) -> None:
    with database.transaction(EVERYWHERE) as session:
        people = [make.a_senior(session) for _ in range(12)]
    refs = [place(database, town, person) for person in people]
    with database.transaction(EVERYWHERE) as session:
        numbers = [make.a_number(session, person) for person in people]

    def give_up(ref: str) -> None:
        with contextlib.suppress(Refused), database.transaction(EVERYWHERE) as session:
            orders.cancel(session, ref=ref, actor="wechat:1", channel="wechat", at=make.BEFORE)

    with ThreadPoolExecutor(4) as threads:
        for ref, number in zip(refs, numbers, strict=True):
            at_once = [threads.submit(give_up, ref), threads.submit(give_up, ref)]
            at_once.append(threads.submit(checkin.redeem, database, make.KEYS, make.a_scan(town, number)))
            for one in at_once:
                one.result()
    with database.reading(EVERYWHERE) as session:
        eaten = set(session.scalars(select(Redemption.order_id)))
        states = {order.id: order.state for order in session.scalars(select(Order).where(Order.ref.in_(refs)))}
        ordered = session.scalars(select(DayMenu.ordered).where(DayMenu.canteen_id == town.canteen_id)).first()
    served = {order for order, state in states.items() if state == "served"}
    assert served == eaten & set(states)
    assert ordered == len(served)
