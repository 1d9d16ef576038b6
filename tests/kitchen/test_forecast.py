"""The outlook is the median of the last four same weekdays, and says by how much that was wrong."""

from __future__ import annotations

from datetime import date, timedelta

from canteen import kitchen

TODAY = date(2026, 3, 2)
TOMORROW = TODAY + timedelta(days=1)


def weeks(*counts, before=TOMORROW):
    """Count portions on the same weekday, the latest week first."""
    return {before - timedelta(days=7 * n): count for n, count in enumerate(counts, 1)}


def test_the_median_of_the_last_four_same_weekdays_is_expected():
    found = kitchen.outlook(weeks(80, 100, 20, 90, 500), today=TODAY, days=[TOMORROW, TODAY + timedelta(days=2)])

    assert [(one.portions, one.based_on) for one in found.days] == [(80, 4), (None, 0)]


def test_the_error_is_what_the_method_would_have_missed_by():
    found = kitchen.outlook(weeks(80, 100, 90, 90, 90, 90), today=TODAY, days=[])

    # 80 was expected to be 90, 100 too; the two weeks before were right.
    assert (found.error, found.tried) == (5.0, 4)
    assert kitchen.outlook({}, today=TODAY, days=[TOMORROW]) == kitchen.Outlook(
        (kitchen.Expected(TOMORROW, None, 0),), None, 0
    )


def test_what_is_ordered_ahead_does_not_count_as_past():
    assert kitchen.outlook({TODAY: 7, TOMORROW: 9}, today=TODAY, days=[TODAY + timedelta(days=7)]).days[0].based_on == 0
