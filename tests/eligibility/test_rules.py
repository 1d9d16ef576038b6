"""State what holds of every way an application may take."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from canteen import eligibility
from canteen.eligibility import rules
from canteen.foundation.db import EVERYWHERE, Database
from tests import builders as make
from tests.eligibility import applying as way

_DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))


def _may_end_an_assessment(taken: list[str], step: str) -> bool:
    """Tell whether the guard lets a step follow the last assessment: one after a confirmation is a re-check."""
    if taken[-1] != "assessed":
        return True
    return step in rules.AFTER_RECHECK if "confirmed" in taken else step not in ("renewed", "ended")


@given(st.lists(st.sampled_from(rules.STEPS), max_size=12))
def test_nobody_is_entitled_without_assessment_and_notice(tried: list[str]) -> None:
    taken = ["applied"]
    for step in tried:
        if rules.may_follow(taken[-1], step) and _may_end_an_assessment(taken, step):
            taken.append(step)
    if "confirmed" in taken:
        assert taken.index("assessed") < taken.index("noticed") < taken.index("confirmed")
        assert not {"refused", "withdrawn"} & set(taken)
    assert all(step not in rules.SETTLED for step in taken[:-1])


@given(_DAYS, st.integers(1, rules.LONGEST_NOTICE), st.sets(st.integers(0, 6), max_size=6))
def test_a_notice_hangs_exactly_its_counted_days(first: date, days: int, off: set[int]) -> None:
    def is_counted(day: date) -> bool:
        return day.weekday() not in off

    until = rules.counted_until(first, days, is_counted)
    assert rules.days_left(until, first, is_counted) == days
    assert is_counted(until - timedelta(days=1))
    assert rules.days_left(until, until, is_counted) == 0


@pytest.fixture
def opened(database: Database, person_id: int) -> tuple[Database, int]:
    """Open one application, to which steps are tried past the verbs."""
    with database.transaction(EVERYWHERE) as session:
        ref = way.on_notice(session, person_id)
        return database, eligibility.history(session, ref=ref)[0].application_id


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([name for name in rules.STEPS if name not in ("confirmed", "renewed", "ended", "noticed")]))
def test_the_database_admits_exactly_what_the_rules_admit(opened: tuple[Database, int], step: str) -> None:
    database, application_id = opened
    row = {
        "application_id": application_id, "number": 4, "step": step, "on_day": way.MONDAY, "at": make.BEFORE,
        "actor": "x", "evidence": "x", "to_bring": "", "category": "x" if step == "assessed" else None,
    }  # fmt: skip
    admitted = True
    with database.transaction(EVERYWHERE) as session:
        tried = session.begin_nested()
        try:
            session.connection().execute(eligibility.ApplicationStep.__table__.insert().values(row))
        except IntegrityError:
            admitted = False
        tried.rollback()
    assert admitted == rules.may_follow("noticed", step)
