"""Holidays of the nation, and closed days of canteens."""

from __future__ import annotations

from datetime import date

import pytest

from canteen import places
from canteen.foundation.db import EVERYWHERE
from canteen.web import calendar
from tests import builders as make
from tests.web import desk

PAGE = "/office/calendar"
DAY = {"day": "2027-01-01", "kind": "statutory", "name": "元旦", "document": "国办发明电〔2026〕9号"}


def canteen_ref(office, canteen_id=None):
    with office.database.reading(EVERYWHERE) as session:
        return places.canteen_by_id(session, canteen_id=canteen_id or office.town.canteen_id).ref


def is_open(office, day):
    with office.database.reading(EVERYWHERE) as session:
        return places.is_open(session, canteen_id=office.town.canteen_id, day=day, meal="lunch")


def test_the_days_of_a_year_are_listed_with_their_document(office):
    page = desk.a_worker(office, "administrator").client.get(f"{PAGE}?year=2026").text

    assert "1 月 1 日 星期四" in page
    assert "调休" in page


def test_a_day_is_added_with_its_document_and_taken_back(office):
    browser = desk.a_worker(office, "administrator")
    added = browser.send(PAGE, PAGE, **DAY)

    assert "国办发明电〔2026〕9号" in added.text
    assert "这一年还没有录入" in browser.send(f"{PAGE}/remove", PAGE, day="2027-01-01").text
    assert [row.subject for row in desk.acts(office, "day_removed")] == ["2027-01-01"]


@pytest.mark.parametrize("wrong", [{"day": "1 月 1 日"}, {"kind": "party"}, {"document": ""}])
def test_a_day_that_is_not_well_stated_is_asked_for_again(office, wrong):
    answer = desk.a_worker(office, "administrator").send(PAGE, PAGE, **{**DAY, **wrong})

    assert answer.status_code == 422
    assert desk.acts(office, "day_added") == []


@pytest.mark.parametrize(("today", "year"), [(date(2026, 11, 30), None), (date(2026, 12, 1), 2027)])
def test_next_year_is_missed_from_the_first_of_december(office, today, year):
    with office.database.reading(EVERYWHERE) as session:
        assert calendar.missing(session, today) == year


def test_a_canteen_is_closed_for_a_day_and_opened_again(office):
    form = {"closed_day": "2026-03-03", "canteen": canteen_ref(office), "meal": ""}
    browser = desk.a_worker(office, "administrator")
    closed = browser.send(f"{PAGE}/closed", PAGE, reason="停电", **form)

    assert "停电" in closed.text
    assert not is_open(office, date(2026, 3, 3))
    browser.send(f"{PAGE}/reopened", PAGE, **form)
    assert is_open(office, date(2026, 3, 3))


def test_a_canteen_of_another_district_is_not_there(office):
    with office.database.transaction(EVERYWHERE) as session:
        other = make.a_canteen(session, region_code=desk.OTHER_DISTRICT)
    form = {"closed_day": "2026-03-03", "canteen": canteen_ref(office, other), "meal": "", "reason": "停电"}

    assert desk.a_worker(office, "administrator").send(f"{PAGE}/closed", PAGE, **form).status_code == 404


def test_the_calendar_needs_the_token_of_the_page(office):
    answer = desk.a_worker(office, "administrator").client.post(PAGE, data=DAY)

    assert answer.status_code == 400


def test_only_who_keeps_the_places_sees_the_calendar(office):
    assert desk.a_worker(office).client.get(PAGE).status_code == 403
