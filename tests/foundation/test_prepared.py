"""Statements that are compiled once give what Core gives: the same types, rows and exceptions, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, bindparam, select
from sqlalchemy.exc import IntegrityError

from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.prepared import Insertion, Prepared
from canteen.orders.tables import Order
from canteen.seniors.tables import Person
from tests import builders as make

AT = datetime(2026, 3, 2, 3, 30, 0, 123456, tzinfo=UTC)
ORDER = Prepared(
    select(Order.ref, Order.service_date, Order.state_at, Order.flags, Order.quote, Order.menu_id).where(
        Order.ref == bindparam("ref")
    )
)


@pytest.fixture
def people(database: Database, town: make.Town) -> list[int]:
    with database.transaction(EVERYWHERE) as session:
        return [make.a_senior(session), make.a_senior(session, name="李福来")]


def an_order(town: make.Town, person_id: int, ref: str, **other: Any) -> dict[str, Any]:
    row = {
        "ref": ref, "key": None, "person_id": person_id, "diner_masked": "张*英", "canteen_id": town.canteen_id,
        "menu_id": None, "service_date": make.MONDAY, "meal": "lunch", "mode": "dine_in", "state": "placed",
        "state_at": AT, "state_by": "x", "channel": "staff", "state_channel": "staff", "price_fen": 1800,
        "delivery_fee_fen": 0, "quote": "100% '?' %s", "own_fen": 1300, "dishes": "红烧肉", "flags": ["soft"],
        "allergens": [], "note": "", "placed_at": AT, "in_time": True, "diet": "",
    }  # fmt: skip
    return row | other


def found(connection: Connection, ref: str) -> Any:
    return ORDER.first(connection, {"ref": ref})


def test_days_instants_lists_and_nothing_come_back_as_they_went_in(
    database: Database, town: make.Town, people: list[int]
) -> None:
    with database.acting() as connection:
        Insertion(Order).run(connection, [an_order(town, people[0], "D-1"), an_order(town, people[1], "D-2")])

    with database.looking() as connection:
        row = found(connection, "D-2")
        assert found(connection, "D-3") is None
    assert row == ("D-2", date(2026, 3, 2), AT, ["soft"], "100% '?' %s", None)
    assert row.state_at.utcoffset().total_seconds() == 0
    with database.reading(EVERYWHERE) as session:
        assert session.scalars(select(Order.state_at).where(Order.ref == "D-2")).one() == row.state_at


def test_the_key_that_the_database_gave_is_returned(database: Database, town: make.Town, people: list[int]) -> None:
    with database.acting() as connection:
        key = Insertion(Order, returning=Order.id).scalar(connection, an_order(town, people[0], "D-1"))

    with database.reading(EVERYWHERE) as session:
        assert session.scalars(select(Order.id)).all() == [key]


def test_a_broken_constraint_is_an_integrity_error_and_undoes_the_act(
    database: Database, town: make.Town, people: list[int]
) -> None:
    orders = Insertion(Order)

    def order_twice() -> None:
        with database.acting() as connection:
            orders.run(connection, [an_order(town, people[0], "D-1")])
            orders.run(connection, [an_order(town, people[0], "D-2")])

    with pytest.raises(IntegrityError) as refused:
        order_twice()

    assert "张" not in str(refused.value)
    with database.looking() as connection:
        assert found(connection, "D-1") is None


def fail_half_way(database: Database, connection: Connection, row: dict[str, Any]) -> None:
    with database.acting_on(connection):
        Insertion(Order).run(connection, [row])
        raise ZeroDivisionError


def test_acting_after_a_look_commits_or_undoes(database: Database, town: make.Town, people: list[int]) -> None:
    with database.looking() as connection:
        assert connection.execute(select(Person.id)).all()
        with database.acting_on(connection):
            Insertion(Order).run(connection, [an_order(town, people[0], "D-1")])
        with pytest.raises(ZeroDivisionError):
            fail_half_way(database, connection, an_order(town, people[1], "D-2"))
        assert found(connection, "D-1") is not None
        assert found(connection, "D-2") is None


def test_a_column_that_is_forgotten_or_unknown_is_refused(
    database: Database, town: make.Town, people: list[int]
) -> None:
    row = an_order(town, people[0], "D-1")
    wrong = [{name: value for name, value in row.items() if name != "state"}, row | {"colour": "red"}]
    for each in wrong:
        with pytest.raises(TypeError, match="must name"), database.acting() as connection:
            Insertion(Order).run(connection, [each])


def test_a_list_that_grows_is_refused(database: Database) -> None:
    growing = Prepared(select(Order.id).where(Order.state.in_(("placed", "locked"))))
    with pytest.raises(TypeError, match="write it out"), database.looking() as connection:
        growing.all(connection, {})


@pytest.mark.postgresql
def test_a_look_that_writes_is_refused(database: Database, town: make.Town, people: list[int]) -> None:
    with pytest.raises(Exception, match="read-only"), database.reading(EVERYWHERE) as session:
        Insertion(Order).run(session.connection(), [an_order(town, people[0], "D-1")])
