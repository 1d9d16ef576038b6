"""How far a budget goes at the present rate, from posted meals alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from canteen import checkin, ledger, settlement
from canteen.foundation.db import EVERYWHERE
from tests import builders as make

PURSE = "440300:government"
TUESDAY = make.MONDAY + timedelta(days=1)


@pytest.fixture
def eaten(database, town):
    """Serve two meals on a Monday: 5.00 of subsidy and 2.00 to the operator each."""
    with database.transaction(EVERYWHERE) as session:
        scans = [make.a_scan(town, make.a_number(session, make.a_senior(session))) for _ in range(2)]
    return [checkin.redeem(database, make.KEYS, scan) for scan in scans]


def outlook(database, fen, on=TUESDAY):
    with database.reading(EVERYWHERE) as session:
        found = settlement.outlooks(session.connection(), budgets={PURSE: fen}, year=on.year, on=on)
    return found[0]


def test_what_was_posted_is_spent_and_the_rate_is_that_of_the_days_since(database, eaten):
    found = outlook(database, 100_000)

    assert (found.spent_fen, found.left_fen) == (1400, 98_600)
    assert (found.window_fen, found.window_days) == (1400, 2)
    assert found.total == ((make.MONDAY, 1400),)


@pytest.mark.parametrize(
    ("fen", "runs_out"),
    [
        (1400, TUESDAY),
        (1300, TUESDAY),
        (8400, TUESDAY + timedelta(days=10)),
        (8399, TUESDAY + timedelta(days=9)),
        (10_000_000, None),
    ],
)
def test_the_day_on_which_a_budget_is_gone(database, eaten, fen, runs_out):
    assert outlook(database, fen).runs_out_on == runs_out


def test_an_undone_meal_is_not_spent(database, eaten):
    checkin.undo(
        database, scan_id="undo-00000001", redemption_ref=eaten[0].redemption_ref, device="device-1", actor="staff:x",
        at=make.NOON,
    )  # fmt: skip

    assert outlook(database, 100_000).spent_fen == 700


def test_four_weeks_later_the_rate_is_nothing_and_the_budget_lasts(database, eaten):
    found = outlook(database, 100_000, on=make.MONDAY + timedelta(days=28))

    assert (found.window_fen, found.runs_out_on) == (0, None)


def test_a_later_document_supersedes_and_both_are_kept(database):
    with database.transaction(EVERYWHERE) as session:
        make.the_nation(session)
        make.a_policy(session)
        for fen in (100, 200):
            ledger.grant_budget(
                session, funder_code=PURSE, year=2026, amount_fen=fen, document=f"{fen} 号", actor="a", at=make.NOON
            )
        standing = ledger.budgets(session, year=2026)

    assert [(one.amount_fen, one.document) for one in standing] == [(200, "200 号")]
