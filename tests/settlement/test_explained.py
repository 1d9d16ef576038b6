"""The difference of two months is explained by causes that sum to the fen, whatever the months."""

from __future__ import annotations

import random

from canteen.settlement.explained import MonthFigures, explained


def test_causes_sum_to_the_difference_of_any_two_months() -> None:
    draw = random.Random(7)

    def a_month() -> MonthFigures:
        people = draw.choice((0, 1, 3, 40, 997))
        meals = people * draw.randrange(0, 26)
        return MonthFigures(people, meals, meals * draw.choice((0, 333, 501, 1500)), draw.randrange(-999, 999))

    for _ in range(2000):
        one = explained(a_month(), a_month())
        assert sum(fen for _, fen in one.causes) == one.difference_fen, one


def test_a_month_worked_by_hand() -> None:
    found = explained(MonthFigures(100, 2000, 1_000_000, 0), MonthFigures(110, 2420, 1_331_000, -500))
    # A tenth more people, each a tenth more meals, each meal a tenth dearer.
    assert dict(found.causes) == {"people": 100_000, "meals": 110_000, "rate": 121_000, "correction": -500}
