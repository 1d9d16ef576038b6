"""One pure rule says when a notice may be said, whatever its kind, at every try."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest

from canteen.notices import KINDS, rules
from tests.builders import at

DAY, NEXT = date(2026, 3, 2), date(2026, 3, 3)
WAITS = rules.Kind(waits=True, worth=timedelta(hours=12), is_called=True)
URGENT = rules.Kind(waits=False, worth=timedelta(hours=1), is_called=True)


@pytest.mark.parametrize(
    ("said", "due"),
    [
        (at(DAY, 6, 59), at(DAY, 7)),
        (at(DAY, 7), at(DAY, 7)),
        (at(DAY, 20, 59), at(DAY, 20, 59)),
        (at(DAY, 21), at(NEXT, 7)),
        (at(DAY, 23, 59), at(NEXT, 7)),
        (at(NEXT, 0), at(NEXT, 7)),
        (at(date(2026, 12, 31), 22), at(date(2027, 1, 1), 7)),
    ],
)
def test_what_waits_is_said_when_people_are_awake_and_what_is_urgent_at_once(said, due):
    assert rules.due(WAITS, said) == due
    assert rules.due(URGENT, said) == said


def test_a_second_try_does_not_fall_into_the_night_and_pauses_grow_and_end():
    evening = at(DAY, 20, 58)
    assert rules.again(WAITS, 3, evening) == at(NEXT, 7)
    pauses = [rules.again(URGENT, attempts, evening) for attempts in range(1, rules.MOST_ATTEMPTS + 1)]
    assert [pause - evening for pause in pauses[:-1]] == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 16)]
    assert pauses[-1] is None
    assert rules.again(URGENT, 1, evening, not_before=at(NEXT, 0)) == at(NEXT, 0)


def test_worth_is_counted_from_the_morning_and_ends_with_the_cutoff():
    assert rules.worth_until(WAITS, at(DAY, 22)) == at(NEXT, 19)
    assert rules.worth_until(WAITS, at(DAY, 8), until=at(DAY, 9, 30)) == at(DAY, 9, 30)


def test_every_notice_that_can_be_said_has_its_rule_and_every_rule_its_notice():
    words = tomllib.loads((Path(__file__).parents[2] / "bot" / "words.toml").read_text(encoding="utf-8"))
    assert set(KINDS) == {*words["notice"], "meal_code", "text"}


def test_only_danger_what_was_asked_for_now_and_the_kitchen_goes_out_at_night():
    urgent = {name for name, kind in KINDS.items() if not kind.waits}
    kitchen = {name for name in urgent if name.startswith("prep_")} | {"sample_missing"}
    asked = {"meal_code", "text", "family_asks"}
    assert urgent - kitchen - asked == {"emergency", "welfare_no_answer", "welfare_not_come"}
