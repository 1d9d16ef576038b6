"""The scope: stated when a session is opened, and in force however deep a verb was written."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, update

from canteen.foundation.db import EVERYWHERE, Database, Scope
from canteen.orders.tables import Order
from canteen.seniors.tables import Person
from tests import builders as make
from tests.counting import counting


@pytest.fixture
def two_towns(database: Database, town: make.Town) -> tuple[int, int]:
    """Let one person order in each of two canteens; return the canteens."""
    with database.transaction(EVERYWHERE) as session:
        other = make.a_canteen(session)
        items = make.a_menu(session, other)
        make.an_order(session, town, make.a_senior(session))
        make.an_order(session, make.Town(other, items[0], items[1]), make.a_senior(session))
    return town.canteen_id, other


def test_a_session_without_a_scope_refuses_every_statement(database: Database, two_towns: tuple[int, int]) -> None:
    with database.reading() as session:
        for statement in (select(Order), select(func.count()).select_from(Order), select(Order.ref)):
            with pytest.raises(RuntimeError, match="state its scope"):
                session.execute(statement)


def test_a_scope_narrows_select_get_count_and_update(database: Database, two_towns: tuple[int, int]) -> None:
    mine, other = two_towns
    with database.transaction(Scope(canteen_ids=frozenset({mine}))) as session:
        assert {order.canteen_id for order in session.scalars(select(Order))} == {mine}
        assert session.scalar(select(func.count(Order.id))) == 1
        session.execute(update(Order).values(note="seen"))
    with database.reading(EVERYWHERE) as session:
        notes = {order.canteen_id: order.note for order in session.scalars(select(Order))}
        theirs = session.scalars(select(Order.id).where(Order.canteen_id == other)).one()
    assert notes == {mine: "seen", other: ""}
    with database.reading(Scope(canteen_ids=frozenset({mine}))) as session:
        assert session.get(Order, theirs) is None


def test_another_scope_sees_its_own(database: Database, two_towns: tuple[int, int]) -> None:
    seen = []
    for canteen in two_towns:
        with database.reading(Scope(canteen_ids=frozenset({canteen}))) as session:
            seen += session.scalars(select(Order.canteen_id)).all()
    assert seen == list(two_towns)


def test_people_are_seen_by_region(database: Database, two_towns: tuple[int, int]) -> None:
    with database.reading(Scope(region_prefixes=("440304",))) as session:
        assert len(session.scalars(select(Person)).all()) == 2
    with database.reading(Scope(region_prefixes=("4403050",))) as session:
        assert session.scalars(select(Person)).all() == []


def test_a_failed_act_leaves_nothing(database: Database, two_towns: tuple[int, int]) -> None:
    def fail_half_way() -> None:
        with database.transaction(EVERYWHERE) as session:
            session.execute(update(Order).values(note="half"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    with database.reading(EVERYWHERE) as session:
        assert set(session.scalars(select(Order.note))) == {""}


def test_the_statements_of_one_look_agree_with_each_other(database: Database, two_towns: tuple[int, int]) -> None:
    counting = select(func.count(Order.id))
    with database.reading(EVERYWHERE) as looking:
        before = looking.scalar(counting)
        with database.transaction(EVERYWHERE) as acting:
            acting.execute(update(Order).values(note="meanwhile"))
        assert looking.scalar(counting) == before
        assert looking.scalars(select(Order.note).distinct()).all() == [""]
    with database.reading(EVERYWHERE) as later:
        assert later.scalars(select(Order.note).distinct()).all() == ["meanwhile"]


def test_acts_of_one_process_come_before_sqlite_one_at_a_time(database: Database) -> None:
    if database.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL queues its writers itself")

    def act(_number: int) -> int:
        return _count_people(database)

    with ThreadPoolExecutor(8) as others, counting(database) as said:
        assert list(others.map(act, range(80))) == 80 * [0]

    # Whoever came while another was still writing would have said BEGIN before the other's COMMIT.
    ends = [statement for statement in said if statement in ("BEGIN IMMEDIATE", "COMMIT")]
    assert ends == 80 * ["BEGIN IMMEDIATE", "COMMIT"]


def test_an_act_that_failed_lets_the_next_one_come(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.acting():
        raise ZeroDivisionError
    with database.looking() as looked, pytest.raises(ZeroDivisionError), database.acting_on(looked):
        raise ZeroDivisionError

    with ThreadPoolExecutor(1) as other:
        assert other.submit(_count_people, database).result(5) == 0


def _count_people(database: Database) -> int:
    with database.transaction(EVERYWHERE) as session:
        return session.scalar(select(func.count(Person.id))) or 0
