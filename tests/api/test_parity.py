"""The same meal has the same price and uses the same chance through every door that serves it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from canteen import checkin, orders, seniors, subsidy
from canteen.checkin.tables import MEANS, Redemption
from canteen.foundation.db import EVERYWHERE, Database
from canteen.ledger.tables import Posting
from canteen.orders.tables import CHANNELS, Order
from canteen.subsidy.tables import Claim
from tests import builders as make
from tests.api.conftest import Family, Phone

PEOPLE = [
    (date(1970, 1, 1), ()),
    (date(1962, 1, 1), ()),
    (date(1954, 5, 1), ()),
    (date(1940, 1, 1), ()),
    (date(1954, 5, 1), ("minimum_living",)),
]


@pytest.mark.parametrize(("birth", "categories"), PEOPLE)
def test_every_door_names_the_same_price(
    daughter: Phone, family: Family, app, database: Database, birth: date, categories: tuple[str, ...]
):
    account = app.extensions["canteen.accounts"].account_of(daughter.token)
    with database.transaction(EVERYWHERE) as session:
        person_id = make.a_senior(session, birth=birth, categories=categories)
        ref = seniors.person_by_id(session, person_id=person_id).ref
        seniors.person_by_id(session, person_id=person_id).home_canteen_id = family.town.canteen_id
        seniors.link(session, person_id=person_id, account=account, proof="t", actor="staff:1", at=make.BEFORE)
        inside = orders.offer(
            session, person_id=person_id, canteen_id=family.town.canteen_id, service_date=make.MONDAY, meal="lunch",
            mode="dine_in", wishes=[orders.Wish(family.town.item_id)], at=make.BEFORE,
        )  # fmt: skip
    body = family.meal(person=ref)
    quoted = daughter.post("/quotes", body).json["parts"]
    on_page = _read_back_on_the_page(app, account, body)
    ordered = daughter.order(body).json["parts"]
    code = daughter.post(f"/people/{ref}/meal-code", {"date": "2026-03-02", "meal": "lunch"}).json
    served = checkin.redeem(database, make.KEYS, make.a_scan(family.town, code["number"]))

    assert served.reason == "served"
    assert quoted == ordered
    assert quoted["own"]["fen"] == on_page == inside.quote.own_fen == served.collect_fen
    assert quoted["subsidy"]["fen"] == inside.quote.subsidy_fen
    assert _paid(database) == quoted["own"]["fen"]


def _read_back_on_the_page(app, account: str, body: dict[str, Any]) -> int:
    """Return the own share that the page of the official account reads back for the same meal."""
    browser = app.test_client()
    with browser.session_transaction() as held:
        held["follower"], held["follower_until"] = account, make.at(make.MONDAY, 20).timestamp()
    asked = {"person": body["person"], "day": body["date"], "meal": body["meal"], "mode": body["mode"]}
    page = browser.get("/mine/order/check", query_string={**asked, "dish": [one["item"] for one in body["items"]]})
    return int(re.search(r'name="own" value="(\d+)"', page.text)[1])


def _paid(database: Database) -> int:
    with database.reading(EVERYWHERE) as session:
        return int(session.scalar(select(func.sum(Posting.amount_fen)).where(Posting.account == "1001")) or 0)


def _card(session, person_id: int) -> str:
    return checkin.issue_card(session, make.KEYS, person_id=person_id, actor="staff:1", at=make.BEFORE).digits


def _page(session, person_id: int) -> str:
    return make.a_code(session, person_id).digits


def _picked(session, person_id: int) -> str:
    return session.scalars(select(Order.ref).where(Order.person_id == person_id)).one()


# By what is shown, and by what it is read: all that lets a meal be served. A new means of reading must join.
SHOWN: dict[str, Callable[..., str]] = {"page": _page, "number": make.a_number, "card": _card, "order": _picked}
DOORS = [
    ("gun", "page"),
    ("gun", "card"),
    ("camera", "page"),
    ("camera", "card"),
    ("typed", "number"),
    ("manual", "order"),
    ("paper", "page"),
    ("courier", "page"),
    ("courier", "card"),
    ("courier", "number"),
    ("courier", "order"),
]
# How an order may have been placed. A new channel must join; a walk-in has no order and is asked for apart.
ORDERED_BY = ("wechat", "api", "staff", "phone", "standing", "walk_in")


def test_every_means_of_reading_and_every_channel_is_among_the_doors():
    assert {means for means, _ in DOORS} == set(MEANS)
    assert {shown for _, shown in DOORS} == set(SHOWN)
    assert set(ORDERED_BY) == set(CHANNELS)


@pytest.mark.parametrize("mode", ["dine_in", "pickup", "delivery"])
@pytest.mark.parametrize(("means", "shown"), DOORS)
def test_the_meal_ordered_is_served_at_its_price_through_every_door(
    database: Database, town: make.Town, means: str, shown: str, mode: str
):
    with database.transaction(EVERYWHERE) as session:
        person_id = make.a_senior(session)
        order = make.an_order(session, town, person_id, mode=mode)
        agreed, code = subsidy.Quote.from_json(order.quote), SHOWN[shown](session, person_id)
    served = checkin.redeem(database, make.KEYS, make.a_scan(town, code, means=means))
    assert served.redemption_ref is not None, served
    assert _money_of(database, served.redemption_ref) == _parts(agreed)
    assert agreed.subsidy_fen > 0
    assert _chances(database) == [("meal", 1), ("subsidy/meal/day", 1)]
    assert checkin.redeem(database, make.KEYS, make.a_scan(town, code, means=means)).redemption_ref is None


@pytest.mark.parametrize("shown", ["page", "number", "card"])
@pytest.mark.parametrize("means", MEANS)
def test_a_walk_in_pays_what_who_ordered_pays(database: Database, town: make.Town, means: str, shown: str):
    with database.transaction(EVERYWHERE) as session:
        ordered, walked = make.a_senior(session), make.a_senior(session)
        agreed = subsidy.Quote.from_json(make.an_order(session, town, ordered).quote)
        code = SHOWN[shown](session, walked)
    served = checkin.redeem(database, make.KEYS, make.a_scan(town, code, means=means))
    assert served.reason == "walk_in"
    assert _money_of(database, str(served.redemption_ref)) == _parts(agreed)


@pytest.mark.parametrize("channel", [one for one in ORDERED_BY if one != "walk_in"])
def test_every_channel_of_ordering_names_the_same_price(database: Database, town: make.Town, channel: str):
    with database.transaction(EVERYWHERE) as session:
        one, other = make.a_senior(session), make.a_senior(session)
        agreed = subsidy.Quote.from_json(make.an_order(session, town, one).quote)
        order = orders.place(
            session, person_id=other, canteen_id=town.canteen_id, service_date=make.MONDAY, meal="lunch",
            mode="dine_in", wishes=[orders.Wish(town.item_id)], channel=channel, actor="t", at=make.BEFORE,
        )  # fmt: skip
        assert _parts(subsidy.Quote.from_json(order.quote)) == _parts(agreed)


_PARTS = (
    "price_fen", "delivery_fee_fen", "discount_fen", "subsidy_fen", "delivery_subsidy_fen", "own_fen", "operator_fen",
)  # fmt: skip


def _parts(quote: subsidy.Quote) -> dict[str, int]:
    return {name: getattr(quote, name) for name in _PARTS}


def _money_of(database: Database, ref: str) -> dict[str, int]:
    with database.reading(EVERYWHERE) as session:
        meal = session.scalars(select(Redemption).where(Redemption.ref == ref)).one()
        return {name: getattr(meal, name) for name in _PARTS}


def _chances(database: Database) -> list[tuple[str, int]]:
    with database.reading(EVERYWHERE) as session:
        return sorted((row.counter, row.ordinal) for row in session.scalars(select(Claim)))
