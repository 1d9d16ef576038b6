"""Meals in the database are looked at, found once, worked by people, and label their rule."""

from __future__ import annotations

from datetime import timedelta

import pytest

from canteen import anomalies, seniors
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.errors import CanteenError
from tests import builders as make
from tests.settlement import months
from tests.settlement.months import AFTER


def search(database: Database, canteen_id: int) -> int:
    with database.transaction(EVERYWHERE) as session:
        return anomalies.search(session, canteen_ids=[canteen_id], on=make.MONDAY + timedelta(days=2), at=AFTER)


def step(database: Database, ref: str, name: str, note: str = "问了家属") -> None:
    with database.transaction(EVERYWHERE) as session:
        anomalies.take_step(session, ref=ref, step=name, note=note, actor="staff:li", at=AFTER)


def test_a_finding_is_found_once_and_worked(database: Database) -> None:
    world = months.a_lived_month(database)
    canteen_id = world.town.canteen_id
    assert search(database, canteen_id) == 0
    with database.transaction(EVERYWHERE) as session:
        seniors.add_fact(
            session, person_id=world.people[0], kind="death", value="deceased", valid_from=make.MONDAY,
            evidence="火化证", source="staff", actor="staff:1", at=AFTER,
        )  # fmt: skip
    assert search(database, canteen_id) == 1
    assert search(database, canteen_id) == 0
    with database.reading(EVERYWHERE) as session:
        (view,) = anomalies.cases(session, canteen_ids=[canteen_id])
    assert (view.finding.rule, view.state, view.finding.day) == ("after_death", "open", world.days[1])
    assert set(view.finding.refs) < set(world.refs)
    ref = view.finding.ref
    for name, note, code in (("confirmed", " ", "anomalies.note_missing"), ("reopened", "x", "anomalies.step_order")):
        with pytest.raises(CanteenError) as refusal:
            step(database, ref, name, note)
        assert refusal.value.code == code
    step(database, ref, "asked")
    step(database, ref, "confirmed")
    with database.reading(EVERYWHERE) as session:
        (did,) = anomalies.precisions(session, canteen_ids=[canteen_id])
    assert (did.found, did.confirmed, did.percent) == (1, 1, 100)


def test_a_region_states_its_own_thresholds_and_turns_a_rule_off(database: Database) -> None:
    world = months.a_world(database, days=1)
    months.eat(database, world, world.people[0])
    with database.transaction(EVERYWHERE) as session:
        told = {"region_code": make.FUTIAN, "actor": "staff:li", "at": AFTER, "reason": "集市日"}
        anomalies.state_thresholds(session, rule="burst", limits={"meals": 9}, is_on=True, **told)
        anomalies.state_thresholds(session, rule="closed_day", limits={}, is_on=False, **told)
        inside = anomalies.thresholds(session, region_code="440304008000")
        outside = anomalies.thresholds(session, region_code="440305000000")
        with pytest.raises(CanteenError, match=r"anomalies\.threshold_malformed"):
            anomalies.state_thresholds(session, rule="burst", limits={"speed": 1}, is_on=True, **told)
    assert (inside["burst"].limits["meals"], inside["closed_day"].is_on) == (9, False)
    assert (outside["burst"].limits["meals"], outside["closed_day"].is_on) == (5, True)
