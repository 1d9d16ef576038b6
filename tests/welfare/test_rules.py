"""An empty chair is a sign for those who usually sit there, and only for them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from canteen.welfare import Watch, missing, rules, visit_every
from canteen.welfare.tables import WelfareTerms
from canteen.welfare.watching import terms_over
from tests.welfare.histories import FIRST, measure, opened

DAYS = [FIRST + timedelta(days=n) for n in range(60)]
LAST = DAYS[-1]


def gone(days, *, habit, for_last):
    return {day for day in days[:-for_last] if day.weekday() in habit}


@pytest.mark.parametrize(("habit", "quiet", "told"), [(range(7), 1, 2), ({0, 2, 4}, 3, 5)])
def test_whoever_comes_often_is_missed_soon_and_whoever_comes_less_later(habit, quiet, told):
    def asked(days):
        return missing(gone(DAYS, habit=habit, for_last=days), DAYS, on=LAST, watch=Watch())

    assert asked(quiet) is None
    found = asked(told)
    assert found is not None
    assert found.chance < Watch().alpha


def test_whoever_comes_now_and_then_is_never_missed():
    came = {day for n, day in enumerate(DAYS[:-20]) if n % 6 == 0}

    assert missing(came, DAYS, on=LAST, watch=Watch()) is None


def test_days_that_were_excused_and_days_without_a_meal_are_no_gap():
    came = gone(DAYS, habit=range(7), for_last=5)

    assert missing(came, DAYS, on=LAST, watch=Watch(), excused=DAYS[-5:]) is None
    assert missing(came, DAYS[:-5], on=LAST, watch=Watch()) is None


def test_a_stranger_is_not_missed():
    assert missing(set(DAYS[40:45]), DAYS, on=LAST, watch=Watch()) is None
    assert missing(set(), [], on=LAST, watch=Watch()) is None


def test_on_invented_histories_few_are_called_in_vain_and_real_changes_are_noticed_within_days():
    figures = measure(Watch(), people=200, seed=7)

    assert len(opened()) > 100
    assert figures.false_per_100_weeks < 4
    assert figures.noticed_share > 0.95
    assert figures.median_days <= 4


@pytest.mark.parametrize(
    ("age", "categories", "days"),
    [
        (82, ("living_alone", "ability_severe"), 7),
        (70, ("living_alone", "disability_1", "minimum_living"), 7),
        (70, ("living_alone", "ability_severe"), 31),
        (75, ("extreme_hardship",), 31),
        (85, ("visited_disabled",), 31),
        (90, (), None),
        (None, ("entitled_to_care",), None),
    ],
)
def test_how_often_somebody_is_visited_follows_the_plan(age, categories, days):
    assert visit_every(age, categories) == days


def test_weeks_are_no_special_case_at_new_year():
    days = [date(2026, 11, 20) + timedelta(days=n) for n in range(60)]
    found = missing(set(days[:-3]), days, on=days[-1], watch=Watch())

    assert found is not None
    assert found.since == days[-3]


def test_terms_are_those_of_the_nearest_region_and_of_no_neighbour_with_like_digits():
    district, street = (WelfareTerms(region_code=code) for code in ("440304000000", "440304010000"))
    assert terms_over([district, street], "440304010001") is street
    assert terms_over([district, street], "440304011001") is district
    assert terms_over([district, street], "440305001001") is None


def test_a_month_counts_whole_weeks_and_whose_visit_is_overdue_is_due_today():
    first = date(2026, 2, 1)
    weeks = rules.weeks_of(first, date(2026, 2, 27))
    assert [start.day for start, _ in weeks] == [1, 8, 15]
    assert rules.seen_weeks([date(2026, 2, 1), date(2026, 2, 7), date(2026, 2, 21), date(2026, 2, 27)], weeks) == 2
    assert rules.next_visit(None, 7, on=first) == first
    assert rules.next_visit(date(2026, 1, 2), 7, on=first) == first
    assert rules.next_visit(date(2026, 1, 30), 31, on=first) == date(2026, 3, 2)
