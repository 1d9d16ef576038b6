from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from canteen import audit, places
from canteen.foundation.errors import NotFound
from canteen.places import DayRow

AT = datetime(2026, 3, 2, tzinfo=UTC)
NATIONAL_DAY = DayRow(date(2026, 10, 1), "statutory", "国庆节", "国办发明电〔2025〕7号")
MAKE_UP = DayRow(date(2026, 10, 10), "workday", "国庆节调休", "国办发明电〔2025〕7号")


def test_holiday_on_a_weekday_is_no_working_day(session):
    places.load_days(session, rows=[NATIONAL_DAY, MAKE_UP], actor="test", at=AT)
    assert not places.calendar(session).is_working_day(date(2026, 10, 1))


def test_make_up_saturday_is_a_working_day(session):
    places.load_days(session, rows=[NATIONAL_DAY, MAKE_UP], actor="test", at=AT)
    assert places.calendar(session).is_working_day(date(2026, 10, 10))


def test_year_without_rows_is_missing(session):
    places.load_days(session, rows=[NATIONAL_DAY], actor="test", at=AT)
    assert (places.missing_year(session, 2026), places.missing_year(session, 2027)) == (False, True)


def test_loading_the_same_days_twice_changes_nothing(session):
    places.load_days(session, rows=[NATIONAL_DAY, MAKE_UP], actor="test", at=AT)
    assert places.load_days(session, rows=[NATIONAL_DAY, MAKE_UP], actor="test", at=AT) == 0


def test_corrected_day_takes_the_new_document(session):
    places.load_days(session, rows=[NATIONAL_DAY], actor="test", at=AT)
    places.load_days(session, rows=[NATIONAL_DAY._replace(kind="workday")], actor="test", at=AT)
    assert places.calendar(session).workdays == {date(2026, 10, 1)}


def test_removed_day_is_ordinary_again(session):
    places.load_days(session, rows=[NATIONAL_DAY], actor="test", at=AT)
    places.remove_day(session, day=date(2026, 10, 1), actor="staff:1", at=AT)
    assert places.calendar(session).is_working_day(date(2026, 10, 1))


def test_removing_an_ordinary_day_is_refused(session):
    with pytest.raises(NotFound):
        places.remove_day(session, day=date(2026, 10, 1), actor="staff:1", at=AT)


def test_adding_a_day_by_hand_leaves_a_trace(session):
    places.add_day(session, row=NATIONAL_DAY, actor="staff:1", at=AT)
    assert session.scalars(select(audit.AuditRow.action)).all() == ["day_added"]
