"""A month's statement: drawn at will, equal to the books, frozen once."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from canteen import audit, settlement
from canteen.foundation.db import EVERYWHERE, Database, Scope
from canteen.foundation.errors import CanteenError
from canteen.ledger import chart
from canteen.settlement import StatementView
from canteen.settlement.tables import StatedEntry, Statement
from tests import builders as make
from tests.settlement import months
from tests.settlement.months import AFTER, MONTH, World

STATED = [column.name for column in Statement.__table__.columns if column.name != "id"]


def drawn(database: Database, world: World, month: str = MONTH) -> StatementView:
    with database.reading(EVERYWHERE) as session:
        return settlement.draft(session, canteen_id=world.town.canteen_id, month=month, at=AFTER)


def frozen(database: Database, world: World) -> str:
    with database.transaction(EVERYWHERE) as session:
        canteen_id = world.town.canteen_id
        return settlement.freeze(session, canteen_id=canteen_id, month=MONTH, actor="staff:li", at=AFTER).ref


def test_the_sums_of_a_statement_are_those_of_the_ledger(database: Database) -> None:
    view = drawn(database, months.a_lived_month(database))
    booked = months.accounts(database)
    assert view.total.due_fen == booked[chart.BUDGET_RECEIVABLE] + booked.get(chart.DELIVERY_RECEIVABLE, 0)
    assert dict(view.tenders) == {"cash": booked[chart.TILL], "tab": booked[chart.TAB]}
    assert view.total.own_fen == booked[chart.TILL] + booked[chart.TAB]
    assert view.total.operator_fen == booked[chart.OPERATOR_RECEIVABLE]
    revenue = (chart.OWN_REVENUE, chart.SUBSIDY_REVENUE, chart.DELIVERY_REVENUE)
    assert view.total.price_fen + view.total.fee_fen == -sum(booked.get(account, 0) for account in revenue)


def test_every_check_of_an_honest_month_passes(database: Database) -> None:
    view = drawn(database, months.a_lived_month(database))
    assert [check.code for check in view.checks if not check.passed] == []


def test_a_meal_taken_back_stands_beside_its_reversal(database: Database) -> None:
    world = months.a_world(database)
    ref = months.eat(database, world, world.people[0])
    months.take_back(database, ref)
    view = drawn(database, world)
    assert [(line.ref, line.kind, line.count) for line in view.lines] == [(ref, "meal", 1), (ref, "undo", -1)]
    assert (view.total.people, view.total.meals, view.total.price_fen, view.total.due_fen) == (0, 0, 0, 0)


def test_another_tray_is_counted_apart(database: Database) -> None:
    world = months.a_world(database)
    months.eat(database, world, world.people[0])
    months.eat(database, world, world.people[0], again=True)
    view = drawn(database, world)
    assert dict(view.trays) == {"meal": 1, "extra": 1}
    extra = next(row for row in view.rows if row.group == "extra")
    assert (extra.sums.own_fen, extra.sums.due_fen) == (1800, 0)


def test_rows_and_modes_add_up_to_the_total(database: Database) -> None:
    view = drawn(database, months.a_lived_month(database))
    for part in ("meals", "price_fen", "own_fen", "operator_fen"):
        whole = getattr(view.total, part)
        assert sum(getattr(row.sums, part) for row in view.rows) == whole
        assert sum(getattr(mode.sums, part) for row in view.rows for mode in row.modes) == whole


def test_the_documents_behind_the_prices_are_named(database: Database) -> None:
    view = drawn(database, months.a_lived_month(database))
    assert [document.policy for document in view.documents] == ["shenzhen-city"]
    assert len(view.documents[0].digest) == 64


def test_a_month_without_meals_is_an_empty_draft_and_cannot_be_frozen(database: Database) -> None:
    world = months.a_world(database)
    assert drawn(database, world).rows == ()
    with pytest.raises(CanteenError) as refusal:
        frozen(database, world)
    assert refusal.value.code == "settlement.nothing_to_state"


def test_what_comes_after_the_freeze_goes_into_a_supplement(database: Database) -> None:
    world = months.a_lived_month(database)
    before = drawn(database, world)
    first = frozen(database, world)
    months.eat(database, world, world.people[0], day=world.days[1], again=True)
    later = drawn(database, world)
    assert (later.part, later.from_seq, len(later.lines)) == (2, before.up_to_seq + 1, 1)
    second = frozen(database, world)
    with database.reading(EVERYWHERE) as session:
        parts = settlement.statements(session, canteen_id=world.town.canteen_id, month=MONTH)
        assert [(part.ref, part.part) for part in parts] == [(first, 1), (second, 2)]
        assert settlement.frozen(session, statement=parts[0]).lines == before.lines


def test_a_month_that_is_stated_is_not_stated_again(database: Database) -> None:
    world = months.a_lived_month(database)
    frozen(database, world)
    with pytest.raises(CanteenError) as refusal:
        frozen(database, world)
    assert refusal.value.code == "settlement.nothing_to_state"


def test_an_undo_after_the_freeze_is_a_negative_line_of_the_supplement(database: Database) -> None:
    world = months.a_world(database)
    ref = months.eat(database, world, world.people[0])
    frozen(database, world)
    months.take_back(database, ref)
    view = drawn(database, world)
    assert [(line.kind, line.count, line.price_fen) for line in view.lines] == [("undo", -1, -1800)]
    assert view.total.due_fen == -500


def test_another_way_of_paying_after_the_freeze_moves_no_subsidy(database: Database) -> None:
    world = months.a_world(database)
    ref = months.eat(database, world, world.people[0])
    frozen(database, world)
    make.checkin.change_tender(database, redemption_ref=ref, tender="tab", actor="staff:1", at=make.NOON)
    view = drawn(database, world)
    assert dict(view.tenders) == {"cash": -1300, "tab": 1300}
    assert (view.total.meals, view.total.price_fen, view.lines[0].kind) == (0, 0, "tender")
    assert all(check.passed for check in view.checks)


def test_an_entry_is_in_one_live_statement_only(database: Database) -> None:
    world = months.a_lived_month(database)
    frozen(database, world)
    with database.reading(EVERYWHERE) as session:
        first = session.scalars(select(StatedEntry)).first()
        assert first is not None
        kept = session.scalars(select(Statement)).one()
        columns = {name: getattr(kept, name) for name in STATED}
    with database.transaction(EVERYWHERE) as session:
        other = Statement(**columns | {"ref": "S-OTHER", "part": 9})
        session.add(other)
        session.flush()
        again = StatedEntry(statement_id=other.id, book_id=first.book_id, seq=first.seq)
        session.add(again)
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()


@pytest.mark.parametrize("column", ["content", "digest", "up_to_seq"])
def test_a_frozen_statement_does_not_change(database: Database, column: str) -> None:
    world = months.a_lived_month(database)
    ref = frozen(database, world)
    with database.transaction(EVERYWHERE) as session:
        statement = settlement.statement(session, ref=ref)
        setattr(statement, column, 1 if column == "up_to_seq" else "x")
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()


def test_entries_that_come_while_a_freeze_is_prepared_go_into_the_next_part(database: Database) -> None:
    world = months.a_lived_month(database)
    asked = {"canteen_id": world.town.canteen_id, "month": MONTH, "actor": "staff:li", "at": AFTER}
    with database.reading(EVERYWHERE) as session:
        prepared = settlement.prepare(session, **asked)
    months.eat(database, world, world.people[0], again=True)
    with database.transaction(EVERYWHERE) as session:
        kept = settlement.freeze(session, **asked, prepared=prepared)
        assert settlement.reproduce(session, ref=kept.ref).is_equal
    assert [line.group for line in drawn(database, world).lines] == ["extra"]


def test_what_was_prepared_before_another_freeze_is_refused(database: Database) -> None:
    world = months.a_lived_month(database)
    asked = {"canteen_id": world.town.canteen_id, "month": MONTH, "actor": "staff:li", "at": AFTER}
    with database.reading(EVERYWHERE) as session:
        prepared = settlement.prepare(session, **asked)
    frozen(database, world)
    with database.transaction(EVERYWHERE) as session, pytest.raises(CanteenError) as refusal:
        settlement.freeze(session, **asked, prepared=prepared)
    assert refusal.value.code == "settlement.frozen_meanwhile"


def test_freezing_leaves_a_trace_in_the_audit(database: Database) -> None:
    ref = frozen(database, months.a_lived_month(database))
    with database.reading(EVERYWHERE) as session:
        row = session.scalars(select(audit.AuditRow).where(audit.AuditRow.action == "statement.freeze")).one()
        assert (row.subject, row.actor) == (ref, "staff:li")
        assert list(audit.broken_rows(session)) == []


def test_a_stranger_sees_no_draft_and_no_statement(database: Database) -> None:
    world = months.a_lived_month(database)
    ref = frozen(database, world)
    stranger = Scope(canteen_ids=frozenset({world.town.canteen_id + 1}))
    with database.reading(stranger) as session:
        for look in (
            lambda: settlement.draft(session, canteen_id=world.town.canteen_id, month=MONTH, at=AFTER),
            lambda: settlement.statement(session, ref=ref),
            lambda: settlement.reproduce(session, ref=ref),
        ):
            with pytest.raises(CanteenError) as refusal:
                look()
            assert refusal.value.code.startswith("settlement.no_such")
        assert settlement.month_sums(session, canteen_ids=[world.town.canteen_id], month=MONTH) == {}


@pytest.mark.parametrize("month", ["2026-13", "2026-3", "märz", "", "1999-01"])
def test_a_month_that_is_none_is_refused(database: Database, month: str) -> None:
    world = months.a_world(database, days=1)
    with pytest.raises(CanteenError) as refusal:
        drawn(database, world, month)
    assert refusal.value.code == "settlement.month_malformed"


def test_the_overview_shows_the_sums_of_the_statement(database: Database) -> None:
    world = months.a_lived_month(database)
    view = drawn(database, world)
    with database.reading(EVERYWHERE) as session:
        sums = settlement.month_sums(session, canteen_ids=[world.town.canteen_id], month=MONTH)
    found = sums[world.town.canteen_id]
    assert (found.meals, found.due_fen, found.own_fen) == (
        view.total.meals,
        view.total.due_fen,
        view.total.own_fen,
    )
