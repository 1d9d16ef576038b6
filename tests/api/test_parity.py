"""The same meal has the same price through the API, inside, and at the counter."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from canteen import checkin, orders, seniors
from canteen.foundation.db import EVERYWHERE, Database
from canteen.ledger.tables import Posting
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
        seniors.link(session, person_id=person_id, account=account, proof="t", actor="staff:1", at=make.BEFORE)
        inside = orders.offer(
            session, person_id=person_id, canteen_id=family.town.canteen_id, service_date=make.MONDAY, meal="lunch",
            mode="dine_in", wishes=[orders.Wish(family.town.item_id)], at=make.BEFORE,
        )  # fmt: skip
    body = family.meal(person=ref)
    quoted = daughter.post("/quotes", body).json["parts"]
    ordered = daughter.order(body).json["parts"]
    code = daughter.post(f"/people/{ref}/meal-code", {"date": "2026-03-02", "meal": "lunch"}).json
    served = checkin.redeem(database, make.KEYS, make.a_scan(family.town, code["number"]))

    assert served.reason == "served"
    assert quoted == ordered
    assert quoted["own"]["fen"] == inside.quote.own_fen == served.collect_fen
    assert quoted["subsidy"]["fen"] == inside.quote.subsidy_fen
    assert _paid(database) == quoted["own"]["fen"]


def _paid(database: Database) -> int:
    with database.reading(EVERYWHERE) as session:
        return int(session.scalar(select(func.sum(Posting.amount_fen)).where(Posting.account == "1001")) or 0)
