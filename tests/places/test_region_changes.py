"""Regions are renamed, retired and restored by documents; canteens are rated for a time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from canteen import places, subsidy
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import CanteenError
from tests import builders as make

LOCAL = "440304900000"
SAID = {"document": "深府〔2026〕3号", "actor": "staff:admin", "at": make.BEFORE}


@pytest.fixture
def town(database, town):
    with database.transaction(EVERYWHERE) as session:
        places.add_local_region(session, code=LOCAL, name="梅林开发区", on=date(2026, 1, 1), **SAID)
        return town


def refusal(call, *args, **kwargs):
    with pytest.raises(CanteenError) as refused:
        call(*args, **kwargs)
    return refused.value.code


def test_a_renamed_region_is_called_by_the_name_of_the_day(database, town):
    with database.transaction(EVERYWHERE) as session:
        places.rename_region(session, code=LOCAL, name="梅林新区", on=date(2026, 2, 1), **SAID)
    with database.reading(EVERYWHERE) as session:
        connection = session.connection()
        published = subsidy.published_of(connection)
        published.refresh(connection, ("test",))
        called = [
            published.named_places(connection, {LOCAL}, day)[LOCAL].town
            for day in (date(2026, 1, 31), date(2026, 2, 1))
        ]

    assert called == ["梅林开发区", "梅林新区"]


@pytest.mark.parametrize(
    ("act", "code", "said"),
    [
        (places.rename_region, LOCAL, {"name": "梅林开发区"}),
        (places.rename_region, LOCAL, {"name": "新", "on": date(2026, 3, 3)}),
        (places.retire_region, make.FUTIAN, {}),
    ],
    ids=["same name", "future day", "code of the nation"],
)
def test_a_change_that_makes_no_sense_is_refused(database, town, act, code, said):
    with database.transaction(EVERYWHERE) as session:
        assert refusal(act, session, code=code, **{"on": date(2026, 2, 1), **SAID, **said}).startswith("places.region_")


def test_a_region_with_a_canteen_is_not_retired(database, town):
    with database.transaction(EVERYWHERE) as session:
        make.a_canteen(session, region_code=LOCAL)
        wanted = {"code": LOCAL, "on": date(2026, 2, 1), **SAID}
        assert refusal(places.retire_region, session, **wanted) == "places.region_in_use"


def test_a_retired_region_is_restored_and_all_of_it_is_kept(database, town):
    with database.transaction(EVERYWHERE) as session:
        places.retire_region(session, code=LOCAL, on=date(2026, 2, 1), **SAID)
        assert places.region(session, code=LOCAL).retired_on == date(2026, 2, 1)
        places.restore_region(session, code=LOCAL, on=date(2026, 2, 9), **SAID)
        kept = places.region_changes(session, prefixes=["440304"], limit=10)

    assert [one.kind for one in kept] == ["restored", "retired", "added"]


def a_rating(session, town, **said):
    terms = {"kind": "grade", "value": "三星", "valid_from": date(2026, 1, 1), "valid_until": None}
    return places.rate(session, canteen_id=town.canteen_id, **{**terms, **SAID, **said})


def site_on(database, town, day):
    with database.reading(EVERYWHERE) as session:
        connection = session.connection()
        published = subsidy.published_of(connection)
        published.refresh(connection, (day, "test"))
        place = published.named_places(connection, {make.FUTIAN}, day)[make.FUTIAN]
        return published.site(connection, town.canteen_id, place, day)


def test_a_canteen_stands_as_it_was_rated_for_the_day(database, town):
    with database.transaction(EVERYWHERE) as session:
        old = a_rating(session, town)
        a_rating(session, town, kind="percent", value="115")
        places.end_rating(session, rating_id=old.id, valid_until=date(2026, 2, 1), **SAID)
        a_rating(session, town, value="四星", valid_from=date(2026, 2, 1))

    january, march = (site_on(database, town, date(2026, month, 15)) for month in (1, 3))
    assert (january.grade, january.rating_percent, march.grade) == ("三星", 115, "四星")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"value": "五星"}, "places.rating_overlaps"),
        ({"kind": "percent", "value": "best"}, "places.rating_malformed"),
        ({"valid_until": date(2025, 1, 1)}, "places.rating_malformed"),
    ],
)
def test_a_rating_that_does_not_fit_is_refused(database, town, said, code):
    with database.transaction(EVERYWHERE) as session:
        a_rating(session, town)
        assert refusal(a_rating, session, town, **said) == code


def test_a_withdrawn_rating_never_held(database, town):
    with database.transaction(EVERYWHERE) as session:
        places.end_rating(session, rating_id=a_rating(session, town).id, valid_until=None, **SAID)

    assert site_on(database, town, make.MONDAY + timedelta(days=1)).grade is None
