"""The month is closed when all of it is stated and proved; late meals find their month."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from sqlalchemy import select

from canteen import audit, checkin, ledger, settlement
from canteen.foundation.clock import local
from canteen.foundation.db import EVERYWHERE, Database, Scope
from canteen.foundation.errors import CanteenError
from canteen.ledger.tables import Book, JournalEntry
from tests import builders as make
from tests.settlement import months
from tests.settlement.months import AFTER, MONTH, World

LAST = date(2026, 3, 31)
THIRD = local(date(2026, 4, 3), 9)


def freeze(database: Database, world: World, month: str = MONTH) -> str:
    with database.transaction(EVERYWHERE) as session:
        return settlement.freeze(session, canteen_id=world.town.canteen_id, month=month, actor="staff:li", at=AFTER).ref


def soft_close(database: Database, world: World, scope: Scope = EVERYWHERE) -> None:
    with database.transaction(scope) as session:
        settlement.soft_close_month(session, canteen_id=world.town.canteen_id, month=MONTH, actor="staff:1", at=AFTER)


def close(database: Database, world: World, actor: str = "staff:2") -> None:
    with database.transaction(EVERYWHERE) as session:
        settlement.close_month(session, canteen_id=world.town.canteen_id, month=MONTH, actor=actor, at=AFTER)


def state(database: Database, world: World) -> settlement.MonthState:
    with database.reading(EVERYWHERE) as session:
        return settlement.month_state(session, canteen_id=world.town.canteen_id, month=MONTH)


def late_scan(database: Database, world: World, *, scan_id: str = "late-scan-31") -> None:
    """Let a scan of the 31st arrive on the third of the next month, as from a device without network."""
    with database.transaction(EVERYWHERE) as session:
        make.a_menu(session, world.town.canteen_id, day=LAST)
        number = make.a_number(session, world.people[0], day=LAST)
    happened = local(LAST, 11, 30)
    request = checkin.ScanRequest(
        scan_id, number, "gun", "device-1", "staff:counter", world.town.canteen_id, happened, THIRD
    )
    assert checkin.redeem(database, make.KEYS, request).redemption_ref


def last_entries(database: Database) -> set[tuple[str, str]]:
    with database.reading(EVERYWHERE) as session:
        wanted = select(JournalEntry.month, JournalEntry.effect_month).where(JournalEntry.service_date == LAST)
        return {tuple(row) for row in session.execute(wanted)}


def test_a_month_is_closed_by_two_once_it_is_stated(database: Database) -> None:
    world = months.a_lived_month(database)
    assert not state(database, world).is_ready
    with pytest.raises(CanteenError) as refusal:
        soft_close(database, world)
    assert (refusal.value.code, refusal.value.params["check"]) == ("settlement.month_not_ready", "stated")
    freeze(database, world)
    soft_close(database, world)
    with pytest.raises(CanteenError, match=r"ledger\.four_eyes"):
        close(database, world, "staff:1")
    close(database, world)
    found = state(database, world)
    assert (found.state, found.soft_closed_by, found.closed_by) == ("closed", "staff:1", "staff:2")
    with database.reading(EVERYWHERE) as session:
        acts = session.scalars(select(audit.AuditRow.action).where(audit.AuditRow.action.startswith("month.")))
        assert list(acts) == ["month.soft_close", "month.close"]


def test_a_refused_close_leaves_nothing(database: Database) -> None:
    world = months.a_lived_month(database)
    with pytest.raises(CanteenError):
        soft_close(database, world)
    assert state(database, world).state == "open"


def test_cash_that_is_not_explained_is_listed_and_blocks_nothing(database: Database) -> None:
    world = months.a_lived_month(database)
    freeze(database, world)
    with database.acting() as connection:
        book_id = connection.execute(select(Book.id).where(Book.canteen_id == world.town.canteen_id)).scalar_one()
        legs = (ledger.Leg(ledger.SUSPENSE, 1250), ledger.Leg(ledger.TILL, -1250))
        draft = ledger.Draft("till:1", "cash_difference", make.MONDAY, legs, memo="盘点少了")
        ledger.post(connection, book_id=book_id, drafts=[draft], at=make.NOON)
    found = state(database, world)
    assert [(one.amount_fen, one.memo) for one in found.differences] == [(1250, "盘点少了")]
    assert found.is_ready


def test_a_scan_of_the_last_day_that_comes_on_the_third_goes_into_its_month_while_that_is_open(
    database: Database,
) -> None:
    world = months.a_lived_month(database)
    freeze(database, world)
    soft_close(database, world)
    late_scan(database, world)
    assert last_entries(database) == {(MONTH, MONTH)}
    with pytest.raises(CanteenError, match=r"settlement\.month_not_ready"):
        close(database, world)
    freeze(database, world)
    close(database, world)


def test_a_scan_of_the_last_day_that_comes_after_the_close_goes_into_the_open_month(database: Database) -> None:
    world = months.a_lived_month(database)
    freeze(database, world)
    soft_close(database, world)
    close(database, world)
    late_scan(database, world)
    assert last_entries(database) == {("2026-04", MONTH)}
    with database.reading(EVERYWHERE) as session:
        view = settlement.draft(session, canteen_id=world.town.canteen_id, month="2026-04", at=THIRD)
    assert {line.group for line in view.lines} == {"prior"}
    assert freeze(database, world, "2026-04")


def test_a_month_is_opened_again_before_the_last_step_only(database: Database) -> None:
    world = months.a_lived_month(database)
    freeze(database, world)
    soft_close(database, world)
    asked = {"canteen_id": world.town.canteen_id, "month": MONTH, "actor": "staff:1", "at": AFTER}
    with database.transaction(EVERYWHERE) as session:
        settlement.reopen_month(session, reason="漏了一餐", **asked)
    assert state(database, world).state == "open"
    soft_close(database, world)
    close(database, world)
    with pytest.raises(CanteenError), database.transaction(EVERYWHERE) as session:
        settlement.reopen_month(session, reason="漏了一餐", **asked)


def test_a_canteen_out_of_reach_is_not_closed(database: Database) -> None:
    world = months.a_lived_month(database)
    freeze(database, world)
    with pytest.raises(CanteenError, match=r"settlement\.no_such_canteen"):
        soft_close(database, world, Scope(canteen_ids=frozenset({world.town.canteen_id + 1})))


def test_a_close_and_a_scan_at_the_same_moment_both_come_out_right(database: Database) -> None:
    """Whoever is first: either the close is refused for what came in, or the scan finds the open month."""
    world = months.a_lived_month(database)
    freeze(database, world)
    soft_close(database, world)
    outcomes: list[str] = []

    def closing() -> None:
        try:
            close(database, world)
        except CanteenError as refusal:
            outcomes.append(refusal.code)

    threads = [threading.Thread(target=closing), threading.Thread(target=late_scan, args=(database, world))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    is_closed = state(database, world).state == "closed"
    assert last_entries(database) == ({("2026-04", MONTH)} if is_closed else {(MONTH, MONTH)})
    assert outcomes == ([] if is_closed else ["settlement.month_not_ready"])
    with database.reading(EVERYWHERE) as session:
        assert ledger.verify(session.connection())[0] == []
