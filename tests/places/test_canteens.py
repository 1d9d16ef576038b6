from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from canteen import places
from canteen.foundation.errors import Invalid, NotFound, Refused

AT = datetime(2026, 3, 2, tzinfo=UTC)
MONDAY = date(2026, 3, 2)
LUNCH = places.ServiceTerms(opens_minute=660, closes_minute=780, cutoff_minute=570, capacity=80, weekdays="12345")


def a_canteen(session, name="莲花长者食堂", region_code="440304008000"):
    operator = places.add_operator(session, name=f"{name}运营方", kind="company", actor="staff:1", at=AT)
    return places.open_canteen(
        session, name=name, operator_id=operator.id, region_code=region_code, address="彩田路 1 号",
        phone="075583330000", opened_on=date(2026, 1, 1), actor="staff:1", at=AT,
    )  # fmt: skip


@pytest.fixture
def serving(session):
    opened = a_canteen(session)
    places.set_service(session, canteen_id=opened.id, meal="lunch", terms=LUNCH, actor="staff:1", at=AT)
    return opened


def is_open(session, canteen, day=MONDAY, meal="lunch"):
    return places.is_open(session, canteen_id=canteen.id, day=day, meal=meal)


def test_open_on_a_served_weekday(session, serving):
    assert is_open(session, serving)


@pytest.mark.parametrize(
    ("day", "meal"),
    [(date(2026, 3, 7), "lunch"), (MONDAY, "dinner"), (date(2025, 12, 31), "lunch")],
    ids=["saturday", "meal not served", "before opening"],
)
def test_not_open_otherwise(session, serving, day, meal):
    assert not is_open(session, serving, day, meal)


@pytest.mark.parametrize("meal", ["", "lunch"])
def test_closed_day_is_not_served(session, serving, meal):
    places.close_day(session, canteen_id=serving.id, day=MONDAY, meal=meal, reason="停电", actor="staff:1", at=AT)
    assert not is_open(session, serving)


def test_closing_dinner_leaves_lunch(session, serving):
    places.close_day(session, canteen_id=serving.id, day=MONDAY, meal="dinner", reason="停电", actor="staff:1", at=AT)
    assert is_open(session, serving)


def test_reopened_day_is_served(session, serving):
    places.close_day(session, canteen_id=serving.id, day=MONDAY, reason="停电", actor="staff:1", at=AT)
    places.reopen_day(session, canteen_id=serving.id, day=MONDAY, actor="staff:1", at=AT)
    assert is_open(session, serving)


def test_canteen_closed_for_good_serves_until_the_day_before(session, serving):
    places.close_canteen(session, canteen_id=serving.id, on=date(2026, 3, 3), actor="staff:1", at=AT)
    assert [is_open(session, serving, date(2026, 3, day)) for day in (2, 3)] == [True, False]


def served(session, canteen, day):
    return {meal: row.capacity for meal, row in places.services(session, canteen_id=canteen.id, on=day).items()}


def test_new_hours_hold_from_their_first_day_and_the_old_ones_until_then(session, serving):
    wider, since = replace(LUNCH, capacity=120), date(2026, 3, 9)
    places.set_service(session, canteen_id=serving.id, meal="lunch", terms=wider, actor="staff:1", at=AT, since=since)
    assert [served(session, serving, date(2026, 3, day)) for day in (8, 9)] == [{"lunch": 80}, {"lunch": 120}]


def test_hours_that_begin_on_the_same_day_take_the_place_of_one_another(session, serving):
    for capacity in (90, 100):
        terms = replace(LUNCH, capacity=capacity)
        places.set_service(session, canteen_id=serving.id, meal="lunch", terms=terms, actor="staff:1", at=AT)
    assert [row.capacity for row in places.all_services(session, canteen_id=serving.id)] == [80, 100]


def test_hours_entered_before_planned_ones_end_when_those_begin(session, serving):
    for capacity, day in ((120, 20), (100, 10)):
        places.set_service(
            session, canteen_id=serving.id, meal="lunch", terms=replace(LUNCH, capacity=capacity), actor="staff:1",
            at=AT, since=date(2026, 3, day),
        )  # fmt: skip
    assert [served(session, serving, date(2026, 3, day))["lunch"] for day in (9, 10, 19, 20)] == [80, 100, 100, 120]


def test_hours_of_a_day_that_is_past_stay(session, serving):
    with pytest.raises(Invalid) as refusal:
        places.set_service(
            session, canteen_id=serving.id, meal="lunch", terms=LUNCH, actor="staff:1", at=AT, since=date(2026, 3, 1)
        )
    assert refusal.value.code == "places.service_past"


def test_a_meal_is_served_no_longer_from_a_day_on(session, serving):
    until = date(2026, 3, 4)
    places.end_service(session, canteen_id=serving.id, meal="lunch", since=until, actor="staff:1", at=AT)
    assert [is_open(session, serving, date(2026, 3, day)) for day in (3, 4)] == [True, False]
    with pytest.raises(NotFound):
        places.end_service(session, canteen_id=serving.id, meal="lunch", since=until, actor="staff:1", at=AT)


@pytest.mark.parametrize("wrong", [{"closes_minute": 600}, {"weekdays": "8"}, {"weekdays": ""}, {"capacity": -1}])
def test_odd_hours_are_refused(session, serving, wrong):
    with pytest.raises(Invalid) as refusal:
        places.set_service(
            session, canteen_id=serving.id, meal="lunch", terms=replace(LUNCH, **wrong), actor="staff:1", at=AT
        )
    assert refusal.value.code == "places.hours_malformed"


def test_canteens_of_a_district_are_listed_and_no_others(session, serving):
    a_canteen(session, "正果食堂", "440118104000")
    assert places.canteens_in(session, region_prefixes=["440304"]) == [serving]


def test_no_region_lists_no_canteen(session, serving):
    assert places.canteens_in(session, region_prefixes=[]) == []


def test_second_canteen_of_a_name_is_refused(session, serving):
    with pytest.raises(Refused):
        a_canteen(session)


def test_unknown_reference_is_not_found(session):
    with pytest.raises(NotFound):
        places.canteen(session, ref="C-XXXX")
