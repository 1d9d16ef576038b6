"""Ask about meals that chance picked: the only estimate of the error rate that no rule bends.

Of the meals of some days those are drawn whose digest under a seed is smallest, so that whoever knows the seed draws
the same again; the seed is chosen after the days are over. People are telephoned, and each answer is kept once. The
rate is that of wrong meals among those that could be judged, with the 95 % interval of Wilson, which holds for few
answers and for none wrong.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen import audit, places
from canteen.anomalies.tables import SpotAnswer, SpotMeal, SpotSample
from canteen.checkin.tables import Redemption, RedemptionUndo
from canteen.foundation import canonical
from canteen.foundation.clock import service_day
from canteen.foundation.errors import Conflict, Invalid, NotFound, Refused
from canteen.foundation.references import new_reference

ANSWERS = ("right", "wrong", "unclear", "unreached")
MOST = 400
# The quantile of the normal distribution for 95 %.
_QUANTILE = 1.959964


@dataclass(frozen=True, slots=True)
class Call:
    """Show a drawn meal with what was answered, empty where nobody was asked yet."""

    redemption_ref: str
    canteen_id: int
    service_date: date
    person_id: int | None
    answer: str
    note: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """Hold the answers of a sample and the rate of wrong meals, in parts of a thousand, with its interval."""

    drawn: int
    right: int
    wrong: int
    unclear: int
    unreached: int
    rate: int
    low: int
    high: int


def drawn(refs: Collection[str], *, seed: str, size: int) -> list[str]:
    """Return those meals whose digest under the seed is smallest."""
    return sorted(sorted(refs, key=lambda ref: canonical.digest([seed, ref]))[:size])


def interval(wrong: int, judged: int) -> tuple[int, int, int]:
    """Return the rate and the 95 % interval of Wilson, in parts of a thousand; 0 to 1000 where nothing was judged."""
    if not judged:
        return 0, 0, 1000
    share, square = wrong / judged, _QUANTILE**2
    middle = (share + square / (2 * judged)) / (1 + square / judged)
    half = _QUANTILE * math.sqrt(share * (1 - share) / judged + square / (4 * judged**2)) / (1 + square / judged)
    return round(share * 1000), max(0, math.floor((middle - half) * 1000)), min(1000, math.ceil((middle + half) * 1000))


def draw_sample(
    session: Session, *, canteen_ids: Collection[int], first: date, until: date, seed: str, size: int, actor: str,
    at: datetime,
) -> SpotSample:  # fmt: skip
    """Draw from the subsidised meals of these canteens and days that stand.

    Refuses ``anomalies.sample_days`` before the days are over, ``anomalies.sample_size``, ``anomalies.seed_missing``,
    ``anomalies.nothing_to_draw``.
    """
    if not first < until <= service_day(at):
        raise Refused("anomalies.sample_days")
    if not 0 < size <= MOST:
        raise Invalid("anomalies.sample_size", most=MOST)
    if not seed.strip():
        raise Invalid("anomalies.seed_missing")
    meals: dict[str, int] = dict(session.execute(_meals(canteen_ids, first, until)).all())
    if not meals:
        raise Refused("anomalies.nothing_to_draw")
    sample = SpotSample(
        ref=new_reference("T"), first_day=first, until_day=until, seed=seed.strip(), population=len(meals), actor=actor,
        at=at,
    )  # fmt: skip
    session.add(sample)
    session.flush()
    chosen = drawn(meals, seed=sample.seed, size=size)
    session.add_all(SpotMeal(sample_id=sample.id, redemption_ref=ref, canteen_id=meals[ref]) for ref in chosen)
    session.flush()
    for canteen_id in sorted({meals[ref] for ref in chosen}):
        chain = f"canteen:{places.canteen_by_id(session, canteen_id=canteen_id).ref}"
        audit.record(
            session, chain=chain, at=at, actor=actor, action="spot_check.draw", subject=sample.ref, seed=sample.seed,
            population=len(meals), drawn=len(chosen),
        )  # fmt: skip
    return sample


def samples(session: Session) -> list[SpotSample]:
    """List the samples with meals in reach, the newest first."""
    in_reach = session.scalars(select(SpotMeal.sample_id).distinct()).all()
    wanted = select(SpotSample).where(SpotSample.id.in_(in_reach)).order_by(SpotSample.id.desc())
    return list(session.scalars(wanted))


def calls(session: Session, *, ref: str) -> tuple[SpotSample, list[Call]]:
    """Return a sample with its meals in reach; ``anomalies.no_such_sample`` where there are none."""
    rows = session.execute(
        select(SpotSample, SpotMeal, Redemption.service_date, Redemption.person_id, SpotAnswer)
        .join(SpotMeal, SpotMeal.sample_id == SpotSample.id)
        .join(Redemption, Redemption.ref == SpotMeal.redemption_ref)
        .outerjoin(
            SpotAnswer,
            (SpotAnswer.sample_id == SpotMeal.sample_id) & (SpotAnswer.redemption_ref == SpotMeal.redemption_ref),
        )
        .where(SpotSample.ref == ref)
        .order_by(SpotMeal.redemption_ref)
    ).all()
    if not rows:
        raise NotFound("anomalies.no_such_sample")
    found = [
        Call(
            call.redemption_ref, call.canteen_id, day, person_id, told.answer if told else "", told.note if told else ""
        )
        for _, call, day, person_id, told in rows
    ]
    return rows[0][0], found


def answer_call(
    session: Session, *, ref: str, redemption_ref: str, answer: str, note: str, actor: str, at: datetime
) -> None:
    """Keep what was answered, once.

    Refuses ``anomalies.no_such_answer``, ``anomalies.no_such_sample``, ``anomalies.note_missing`` for a wrong or
    unclear meal, Conflict ``anomalies.moved`` for a second time.
    """
    if answer not in ANSWERS:
        raise Invalid("anomalies.no_such_answer")
    if answer in ("wrong", "unclear") and not note.strip():
        raise Invalid("anomalies.note_missing")
    sample, found = calls(session, ref=ref)
    if redemption_ref not in {one.redemption_ref for one in found}:
        raise NotFound("anomalies.no_such_sample")
    row = SpotAnswer(
        sample_id=sample.id, redemption_ref=redemption_ref, answer=answer, note=note.strip(), actor=actor, at=at
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        raise Conflict("anomalies.moved") from None


def estimate(found: Sequence[Call]) -> Estimate:
    """Return how many of the drawn meals were wrong, and within what the rate lies."""
    counts = {name: sum(one.answer == name for one in found) for name in ANSWERS}
    rate, low, high = interval(counts["wrong"], counts["wrong"] + counts["right"])
    return Estimate(
        len(found), counts["right"], counts["wrong"], counts["unclear"], counts["unreached"], rate, low, high
    )  # fmt: skip


def _meals(canteen_ids: Collection[int], first: date, until: date) -> Any:
    return (
        select(Redemption.ref, Redemption.canteen_id)
        .outerjoin(RedemptionUndo, RedemptionUndo.redemption_ref == Redemption.ref)
        .where(
            Redemption.canteen_id.in_(sorted(canteen_ids)), Redemption.service_date >= first,
            Redemption.service_date < until, Redemption.subsidy_fen > 0, RedemptionUndo.redemption_ref.is_(None),
        )
    )  # fmt: skip
