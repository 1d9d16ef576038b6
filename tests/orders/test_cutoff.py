"""The cut-off shown is the cut-off enforced."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from canteen.orders.cutoff import MealHours, cutoff, serves_from, serves_on, serves_until

CHINA = ZoneInfo("Asia/Shanghai")
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def hours(days: int = 0, minute: int = 570) -> MealHours:
    return MealHours("lunch", 660, 750, days, minute)


@given(DAYS, st.integers(0, 3), st.integers(0, 1439))
def test_the_cutoff_is_that_time_of_day_that_many_days_before(day: date, days: int, minute: int) -> None:
    local = cutoff(hours(days, minute), day).astimezone(CHINA)
    assert local.date() == day - timedelta(days=days)
    assert local.hour * 60 + local.minute == minute


@given(DAYS)
def test_a_later_day_has_a_later_cutoff(day: date) -> None:
    assert cutoff(hours(), day) < cutoff(hours(), day + timedelta(days=1))


def test_the_cutoff_of_new_years_day_lies_in_the_old_year() -> None:
    assert cutoff(hours(days=1, minute=20 * 60), date(2027, 1, 1)).isoformat() == "2026-12-31T20:00:00+08:00"


def test_week_53_is_a_week_like_others() -> None:
    assert date(2026, 12, 31).isocalendar().week == 53
    assert serves_on(MealHours("lunch", 660, 750, 0, 570, frozenset({4})), date(2026, 12, 31))


def test_serving_begins_and_ends_on_the_day_itself() -> None:
    assert serves_from(hours(), date(2026, 3, 2)).isoformat() == "2026-03-02T11:00:00+08:00"
    assert serves_until(hours(), date(2026, 3, 2)).isoformat() == "2026-03-02T12:30:00+08:00"
