"""What shows that the food was safe is kept once, never changed, and says what was done about what was wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from canteen import places, safety
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import Invalid, NotFound, Refused
from canteen.safety.tables import FoodSample, SampleDiscard, TemperatureReading
from tests import builders as make

AT = make.local(make.MONDAY, 10)


@pytest.fixture
def session(database):
    with database.transaction(EVERYWHERE) as session:
        yield session


def by(town, **more):
    return {"canteen_id": town.canteen_id, "actor": "staff:1", "at": AT, **more}


def test_a_sample_is_kept_once_for_two_days(session, town):
    (first, second) = safety.missing(session, canteen_id=town.canteen_id, day=make.MONDAY)
    of_first = by(town, service_date=make.MONDAY, meal=first[0], dish=first[1], grams=125, place="留样柜")
    with pytest.raises(Invalid, match=r"safety\.sample_too_small"):
        safety.keep_sample(session, **{**of_first, "grams": 124})
    row = safety.keep_sample(session, **of_first)
    with pytest.raises(Refused, match=r"safety\.sample_kept"):
        safety.keep_sample(session, **of_first)

    assert safety.missing(session, canteen_id=town.canteen_id, day=make.MONDAY) == [second]
    assert [one.may_go_from - one.kept_at for one in safety.kept(session, canteen_id=town.canteen_id)] == [
        timedelta(hours=48)
    ]
    later = AT + timedelta(hours=48)
    with pytest.raises(Refused, match=r"safety\.sample_too_young"):
        safety.discard(session, **by(town, sample_id=row.id, at=later - timedelta(seconds=1)))
    with pytest.raises(NotFound, match=r"safety\.no_such_sample"):
        safety.discard(session, **by(town, sample_id=row.id, canteen_id=99))
    safety.discard(session, **by(town, sample_id=row.id, at=later))
    assert safety.kept(session, canteen_id=town.canteen_id) == []


def test_the_database_itself_keeps_to_weight_time_and_what_was_noted(session, town):
    facts = {"canteen_id": town.canteen_id, "service_date": make.MONDAY, "meal": "lunch", "dish": "x", "place": "x"}
    row = FoodSample(**facts, grams=125, kept_at=AT, kept_by="x")
    session.add(row)
    session.flush()
    for act in (
        lambda: session.add(FoodSample(**{**facts, "dish": "y"}, grams=124, kept_at=AT, kept_by="x")),
        lambda: session.add(
            SampleDiscard(sample_id=row.id, canteen_id=1, may_from=AT, at=AT - timedelta(hours=1), actor="x")
        ),
        lambda: setattr(row, "grams", 200),
        lambda: session.add(
            TemperatureReading(
                canteen_id=1, point="fridge", place="", celsius_tenths=200, is_fine=False, measure="", at=AT, actor="x"
            )
        ),
    ):
        with pytest.raises(DBAPIError):
            flushed(session, act)
        session.expire_all()


def flushed(session, act):
    with session.begin_nested():
        act()
        session.flush()


def test_what_is_out_of_order_says_what_was_done(session, town):
    reading = by(town, point="fridge", place="一号", celsius_tenths=120, measure=" ")
    with pytest.raises(Invalid, match=r"safety\.measure_missing"):
        safety.note_temperature(session, **reading)
    with pytest.raises(Invalid, match=r"safety\.not_a_temperature"):
        safety.note_temperature(session, **{**reading, "celsius_tenths": 9999})
    safety.note_temperature(session, **{**reading, "measure": "换了冰箱"})
    check = by(town, day=make.MONDAY, point="hands", fine=False, measure="")
    with pytest.raises(Invalid, match=r"safety\.measure_missing"):
        safety.note_check(session, **check)
    with pytest.raises(Invalid, match=r"safety\.no_such_check"):
        safety.note_check(session, **{**check, "point": "moon"})
    safety.note_check(session, **{**check, "measure": "重洗"})
    safety.note_check(session, **{**check, "fine": True})

    of_day = {"canteen_id": town.canteen_id, "day": make.MONDAY}
    assert [(one.is_fine, one.measure) for one in safety.temperatures(session, **of_day)] == [(False, "换了冰箱")]
    assert safety.checks(session, **of_day)["hands"].is_fine


def test_certificates_tell_who_may_handle_food_and_for_how_long(session, town):
    for holder, until in (("甲", 90), ("乙", 10), ("丙", -1), ("丁", 90), ("丁", None)):
        day = None if until is None else make.MONDAY + timedelta(days=until)
        safety.enter_certificate(session, **by(town, holder=holder, number_tail="01", valid_until=day))
    with pytest.raises(Invalid, match=r"safety\.holder_missing"):
        safety.enter_certificate(session, **by(town, holder=" ", number_tail="", valid_until=None))
    found = safety.holders(session, canteen_id=town.canteen_id, on=make.MONDAY)

    assert [(one.name, one.state) for one in found] == [("丙", "over"), ("乙", "soon"), ("甲", "valid")]


def a_draw(session, **more):
    wanted = {
        "region_code": make.FUTIAN, "seed": "03 08 17", "count": 1, "inspectors": ("甲", "乙"), "on": make.MONDAY,
        "actor": "staff:9", "at": AT, **more,
    }  # fmt: skip
    return safety.draw_sites(session, **wanted)


def a_result(draw, **more):
    return {
        "draw_ref": draw.ref, "canteen_ref": draw.drawn[0], "day": make.MONDAY, "result": "rectify", "summary": "好",
        "findings": [("没有温度计", make.MONDAY)], "actor": "staff:9", "at": AT, **more,
    }  # fmt: skip


def test_an_inspection_from_the_lot_to_what_was_put_right(session, town):
    for wrong, code in (
        ({"seed": " "}, "seed_missing"), ({"inspectors": ("甲", " 甲")}, "two_inspectors"), ({"count": 0}, "nothing"),
    ):  # fmt: skip
        with pytest.raises((Invalid, Refused), match=code):
            a_draw(session, **wrong)
    draw = a_draw(session)
    for more, code in (
        ({"canteen_ref": "C-9"}, "not_drawn"), ({"result": "great"}, "no_such_result"), ({"findings": []}, "findings"),
        ({"result": "passed"}, "findings_missing"),
    ):  # fmt: skip
        with pytest.raises((Invalid, NotFound), match=code):
            safety.state(session, **a_result(draw, **more))
    safety.state(session, **a_result(draw))
    with pytest.raises(Refused, match=r"safety\.inspected_already"):
        safety.state(session, **a_result(draw, result="passed", findings=[]))
    (finding,) = safety.findings_of(session, canteen_id=town.canteen_id)
    fix = by(town, finding_id=finding.finding_id, measure="买了")
    with pytest.raises(Invalid, match=r"safety\.measure_missing"):
        safety.rectify(session, **{**fix, "measure": ""})
    safety.rectify(session, **fix)
    with pytest.raises(NotFound, match=r"safety\.no_such_finding"):
        safety.rectify(session, **fix)
    (site,) = safety.sites(session, found=draw)

    assert safety.is_proved(draw)
    assert draw.drawn == [places.canteen_by_id(session, canteen_id=town.canteen_id).ref]
    assert (site.result, site.findings[0].measure) == ("rectify", "买了")
    assert safety.draws(session, region_prefixes=["4403"]) == [draw]
    assert not safety.draws(session, region_prefixes=["5"])
    with pytest.raises(NotFound, match=r"safety\.no_such_draw"):
        safety.find_draw(session, ref="J-9")
    assert session.scalars(select(FoodSample)).all() == []
