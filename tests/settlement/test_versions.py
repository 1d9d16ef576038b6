"""A second version lists its differences to the fen and supersedes the first, which never changes."""

from __future__ import annotations

import io
import json

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from canteen import checkin, settlement
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.errors import CanteenError
from canteen.settlement.tables import StatedEntry, Statement
from tests import builders as make
from tests.settlement import months
from tests.settlement.months import AFTER, MONTH, World


def freeze(database: Database, world: World) -> str:
    with database.transaction(EVERYWHERE) as session:
        return settlement.freeze(session, canteen_id=world.town.canteen_id, month=MONTH, actor="staff:li", at=AFTER).ref


def supersede(database: Database, ref: str) -> str:
    with database.transaction(EVERYWHERE) as session:
        return settlement.supersede(session, ref=ref, actor="staff:li", at=AFTER).ref


def row(database: Database, ref: str) -> tuple[object, ...]:
    with database.reading(EVERYWHERE) as session:
        kept = session.scalars(select(Statement).where(Statement.ref == ref)).one()
        return kept.state, kept.version, kept.content, kept.digest, kept.workbook, kept.up_to_seq


def changed_month(database: Database) -> tuple[World, str, str]:
    """Freeze a month; then a meal comes, one is taken back, one is paid otherwise; state it anew."""
    world = months.a_lived_month(database)
    last = months.eat(database, world, world.people[0], day=world.days[1], again=True)
    first = freeze(database, world)
    months.eat(database, world, world.people[1], day=world.days[1], again=True)
    months.take_back(database, last, day=world.days[1])
    checkin.change_tender(database, redemption_ref=world.refs[1], tender="tab", actor="staff:1", at=make.NOON)
    return world, first, supersede(database, first)


def view_of(database: Database, ref: str) -> settlement.StatementView:
    with database.reading(EVERYWHERE) as session:
        return settlement.frozen(session, statement=settlement.statement(session, ref=ref))


def test_the_second_version_lists_what_came_what_changed_and_what_was_taken_back(database: Database) -> None:
    world, first, second = changed_month(database)
    found = [
        (one.change, one.kind, one.ref, one.count, one.price_fen, one.own_fen, one.tender_fens)
        for one in view_of(database, second).differences
    ]
    assert sorted(found) == sorted(
        [
            ("added", "undo", world.refs[-2], -1, -1800, -1800, (-1800, 0, 0, 0, 0)),
            ("added", "meal", world.refs[-1], 1, 1800, 1800, (1800, 0, 0, 0, 0)),
            ("changed", "meal", world.refs[1], 0, 0, 0, (-1800, 0, 1800, 0, 0)),
        ]
    )
    assert json.loads(row(database, second)[2])["supersedes"] == first


def test_the_differences_add_up_to_the_difference_of_the_totals(database: Database) -> None:
    _, first, second = changed_month(database)
    before, after = view_of(database, first), view_of(database, second)
    for name in ("price_fen", "fee_fen", "discount_fen", "own_fen", "operator_fen"):
        total = getattr(after.total, name) - getattr(before.total, name)
        assert sum(getattr(one, name) for one in after.differences) == total
    for at, purse in enumerate(after.purses):
        total = after.total.purse_fens[at] - before.total.purse_fens[at]
        assert sum(one.purse(purse.key) for one in after.differences) == total


def test_a_subsidised_meal_is_a_difference_by_purse(database: Database) -> None:
    world = months.a_world(database)
    months.eat(database, world, world.people[0])
    first = freeze(database, world)
    months.eat(database, world, world.people[3])
    second = view_of(database, supersede(database, first))
    (one,) = second.differences
    assert one.purse_fens == ((second.purses[0].key, one.price_fen - one.own_fen),)
    assert one.purse_fens[0][1] > 0


def test_the_first_version_stays_as_it_was_and_both_are_reproduced(database: Database) -> None:
    world = months.a_lived_month(database)
    first = freeze(database, world)
    before = row(database, first)
    months.eat(database, world, world.people[1], day=world.days[1], again=True)
    second = supersede(database, first)
    assert row(database, first)[1:] == before[1:]
    assert (row(database, first)[0], row(database, second)[:2]) == ("superseded", ("frozen", 2))
    with database.reading(EVERYWHERE) as session:
        assert [settlement.reproduce(session, ref=ref).is_equal for ref in (first, second)] == [True, True]
    with pytest.raises(DBAPIError, match="append_only:statements"), database.acting() as connection:
        connection.execute(update(Statement).where(Statement.ref == first).values(due_fen=1))


def test_an_entry_is_in_one_live_version(database: Database) -> None:
    _, _, second = changed_month(database)
    with database.reading(EVERYWHERE) as session:
        live = session.scalars(select(StatedEntry.statement_id).where(StatedEntry.is_live)).all()
        kept = settlement.statement(session, ref=second)
        assert set(live) == {kept.id}
        parts = settlement.statements(session, canteen_id=kept.canteen_id, month=MONTH)
        assert [part.ref for part in parts] == [second]
        listed = settlement.versions(session, canteen_id=kept.canteen_id, month=MONTH, part=1)
        assert [(one.version, one.state) for one in listed] == [(1, "superseded"), (2, "frozen")]


def test_a_third_version_is_compared_with_the_second(database: Database) -> None:
    world, _, second = changed_month(database)
    months.eat(database, world, world.people[2], day=world.days[1], again=True)
    third = supersede(database, second)
    view = view_of(database, third)
    assert (view.version, view.earlier_ref, len(view.differences)) == (3, second, 1)
    with database.reading(EVERYWHERE) as session:
        assert settlement.reproduce(session, ref=third).is_equal


@pytest.mark.parametrize("case", ["nothing_changed", "superseded", "not_the_last_part"])
def test_a_version_without_cause_is_refused(database: Database, case: str) -> None:
    world = months.a_lived_month(database)
    ref = freeze(database, world)
    if case != "nothing_changed":
        months.eat(database, world, world.people[1], day=world.days[1], again=True)
        (supersede(database, ref) if case == "superseded" else freeze(database, world))
    with pytest.raises(CanteenError) as refusal:
        supersede(database, ref)
    assert refusal.value.code == f"settlement.{case}"


def test_two_who_state_anew_at_once_make_one_version(database: Database) -> None:
    world = months.a_lived_month(database)
    ref = freeze(database, world)
    months.eat(database, world, world.people[1], day=world.days[1], again=True)
    with database.reading(EVERYWHERE) as session:
        prepared = [
            settlement.prepare_version(session, ref=ref, actor=actor, at=AFTER) for actor in ("staff:1", "staff:2")
        ]
    with database.transaction(EVERYWHERE) as session:
        settlement.supersede(session, ref=ref, actor="staff:1", at=AFTER, prepared=prepared[0])
    with pytest.raises(CanteenError, match=r"settlement\.superseded"), database.transaction(EVERYWHERE) as session:
        settlement.supersede(session, ref=ref, actor="staff:2", at=AFTER, prepared=prepared[1])


def test_the_workbook_has_a_sheet_of_differences_that_adds_up(database: Database) -> None:
    _, first, second = changed_month(database)
    book = load_workbook(io.BytesIO(row(database, second)[4]), data_only=True)
    assert book.sheetnames == ["结算表", "逐餐明细", "与上一版的差异"]
    sheet = book["与上一版的差异"]
    assert first in sheet["A1"].value
    heads = [cell.value for cell in sheet[3]]
    rows = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=4)]
    assert sorted(line[0] for line in rows[:-1]) == ["新增", "新增 撤销", "更改"]
    assert rows[-1][0] == "合计"
    for name in ("份数", "餐费", "老人自付"):
        at = heads.index(name)
        assert rows[-1][at] == pytest.approx(sum(line[at] for line in rows[:-1]))
    assert load_workbook(io.BytesIO(row(database, first)[4])).sheetnames == ["结算表", "逐餐明细"]
