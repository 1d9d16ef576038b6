"""Chance picks meals to be asked about, anybody who knows the seed picks the same, and the rate has its interval."""

from __future__ import annotations

from datetime import date

import pytest

from canteen import anomalies
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.errors import CanteenError
from tests.settlement import months
from tests.settlement.months import AFTER


@pytest.mark.parametrize(
    ("wrong", "judged", "found"),
    # Wilson (1927) at 95 %: 0 of 30 up to 11.35 %, 3 of 30 from 3.46 to 25.62 %, 30 of 30 from 88.65 %.
    [(0, 30, (0, 0, 114)), (3, 30, (100, 34, 257)), (30, 30, (1000, 886, 1000)), (0, 0, (0, 0, 1000))],
)
def test_the_interval_is_that_of_wilson(wrong: int, judged: int, found: tuple[int, int, int]) -> None:
    assert anomalies.interval(wrong, judged) == found


def test_a_draw_is_fair_and_can_be_repeated() -> None:
    refs = [f"M-{number}" for number in range(200)]
    assert anomalies.drawn(refs, seed="20260401", size=9) == anomalies.drawn(refs[::-1], seed="20260401", size=9)
    picked = [ref for seed in range(400) for ref in anomalies.drawn(refs, seed=str(seed), size=10)]
    assert set(picked) == set(refs)
    assert max(map(picked.count, refs)) < 45


def test_meals_are_drawn_asked_about_once_and_counted(database: Database) -> None:
    world = months.a_lived_month(database)
    asked = {"canteen_ids": [world.town.canteen_id], "first": world.days[0], "until": date(2026, 4, 1), "seed": "7"}

    def refused(verb, at=AFTER, **more) -> str:
        with pytest.raises(CanteenError) as refusal, database.transaction(EVERYWHERE) as session:
            verb(session, actor="staff:li", at=at, **more)
        return str(refusal.value.code)

    draw, answer = anomalies.draw_sample, anomalies.answer_call
    assert refused(draw, size=3, **asked | {"until": date(2026, 5, 1)}) == "anomalies.sample_days"
    assert refused(draw, size=0, **asked) == "anomalies.sample_size"
    assert refused(draw, size=3, **asked | {"seed": " "}) == "anomalies.seed_missing"
    assert refused(draw, size=3, **asked | {"canteen_ids": []}) == "anomalies.nothing_to_draw"
    with database.transaction(EVERYWHERE) as session:
        ref = draw(session, size=3, actor="staff:li", at=AFTER, **asked).ref
        _, drawn = anomalies.calls(session, ref=ref)
        assert len(drawn) == 3
        answer(session, ref=ref, redemption_ref=drawn[0].redemption_ref, answer="right", note="", actor="a", at=AFTER)
        answer(
            session, ref=ref, redemption_ref=drawn[1].redemption_ref, answer="wrong", note="住院", actor="a", at=AFTER
        )
    told = {"ref": ref, "redemption_ref": drawn[0].redemption_ref, "note": ""}
    assert refused(answer, answer="wrong", **told) == "anomalies.note_missing"
    assert refused(answer, answer="right", **told) == "anomalies.moved"
    with database.reading(EVERYWHERE) as session:
        found = anomalies.estimate(anomalies.calls(session, ref=ref)[1])
        assert (found.drawn, found.right, found.wrong, found.rate) == (3, 1, 1, 500)
        assert [sample.ref for sample in anomalies.samples(session)] == [ref]
