"""A till is counted by two at the begin and the end of a shift, and the books hold what they found."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from canteen import checkin, ledger, tills
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import Invalid, Refused
from canteen.ledger.tables import Posting
from canteen.tills.tables import TillCount
from tests import builders as make

MORNING = make.local(make.MONDAY, 10)
EVENING = make.local(make.MONDAY, 14)


def a_count(fen, **more):
    return tills.Counted(**{"counted_fen": fen, "counter_name": "王师傅", "witness": "陈师傅", **more})


def act(database, verb, town, count, at, actor="staff:1"):
    with database.transaction(EVERYWHERE) as session:
        return verb(session, canteen_id=town.canteen_id, count=count, actor=actor, at=at)


def balance(database, account):
    with database.looking() as connection:
        return connection.execute(select(func.sum(Posting.amount_fen)).where(Posting.account == account)).scalar() or 0


def a_meal(database, town, *, at=make.NOON):
    """Serve a lunch paid in cash and return the own share."""
    with database.transaction(EVERYWHERE) as session:
        number = make.a_number(session, make.a_senior(session))
    return checkin.redeem(database, make.KEYS, make.a_scan(town, number, now=at)).collect_fen


def test_a_shift_from_the_float_to_the_bank(database, town):
    act(database, tills.open_shift, town, a_count(20000, explanation="备用金"), MORNING)
    own = a_meal(database, town)
    closed = act(
        database, tills.close_shift, town,
        a_count(20000 + own - 100, explanation="找零少了一元", banked_fen=own, bank_slip="0123"), EVENING,
    )  # fmt: skip

    assert own > 0
    assert (closed.number, closed.expected_fen, closed.late_fen) == (2, 20000 + own, 0)
    assert balance(database, ledger.TILL) == 20000 - 100
    assert balance(database, ledger.SUSPENSE) == 100 - 20000
    assert balance(database, ledger.BANK) == own
    with database.acting() as connection:
        assert ledger.verify(connection)[0] == []
    with database.reading(EVERYWHERE) as session:
        assert not tills.standing(session, canteen_id=town.canteen_id).is_open
        assert [row.number for row in tills.counts(session, canteen_id=town.canteen_id)] == [2, 1]


def test_cash_that_the_books_learn_of_late_clears_the_difference_and_not_todays_till(database, town):
    act(database, tills.open_shift, town, a_count(0), MORNING)
    # The drawer holds what the books have not heard of: a meal scanned without a network.
    act(database, tills.close_shift, town, a_count(1300, explanation="有两台没联网"), EVENING)
    own = a_meal(database, town)
    opened = act(database, tills.open_shift, town, a_count(1300), EVENING + timedelta(hours=1))

    assert opened.late_fen == own
    assert (opened.counted_fen, opened.expected_fen) == (1300, 1300)
    assert balance(database, ledger.TILL) == 1300
    assert balance(database, ledger.SUSPENSE) == own - 1300


@pytest.mark.parametrize(
    ("count", "code"),
    [
        (a_count(-1), "tills.amount"),
        (a_count(100), "tills.unexplained"),
        (a_count(100, explanation="  "), "tills.unexplained"),
        (a_count(0, witness=" "), "tills.two_names"),
        (a_count(0, witness=" 王 师傅"), "tills.two_names"),
        (a_count(100, banked_fen=200, explanation="x"), "tills.banked_too_much"),
        (a_count(100, banked_fen=100, explanation="x"), "tills.slip_missing"),
    ],
)
def test_a_bad_count_is_refused_and_nothing_is_kept(database, town, count, code):
    with pytest.raises((Invalid, Refused), match=code):
        act(database, tills.open_shift, town, count, MORNING)
    assert balance(database, ledger.TILL) == 0


def test_shifts_follow_each_other(database, town):
    with pytest.raises(Refused, match=r"tills\.no_shift"):
        act(database, tills.close_shift, town, a_count(0), MORNING)
    first = act(database, tills.open_shift, town, a_count(0), MORNING)
    with pytest.raises(Refused, match=r"tills\.shift_open"):
        act(database, tills.open_shift, town, a_count(0), MORNING)
    facts = {column.name: getattr(first, column.name) for column in TillCount.__table__.columns if column.name != "id"}
    for wrong in ({}, {"number": 2}, {"number": 3, "witness": first.counter_name}, {"number": 3, "counted_fen": 5}):
        with pytest.raises(IntegrityError), database.transaction(EVERYWHERE) as session:
            session.add(TillCount(**{**facts, **wrong}))
