"""The register of categories, dated: what a name means on which day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from canteen import subsidy
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import CanteenError
from canteen.subsidy import Kind
from tests import builders as make

FIRST = date(2026, 3, 10)
CARER = Kind("honoured_carer", "最美护理员", ("护理标兵",), ("model_worker",))


def enter(database, kind=CARER, valid_from=FIRST):
    with database.transaction(EVERYWHERE) as session:
        subsidy.enter_category(
            session, kind=kind, valid_from=valid_from, document="民政〔2026〕8号", actor="staff:li", at=make.BEFORE
        )


def end(database, code, valid_until):
    with database.transaction(EVERYWHERE) as session:
        subsidy.end_category(
            session, code=code, valid_until=valid_until, document="民政〔2026〕9号", actor="staff:li", at=make.BEFORE
        )


def register(database):
    with database.reading(EVERYWHERE) as session:
        return subsidy.dated_register(session)


def test_a_category_counts_from_its_first_day(database):
    enter(database)

    assert "honoured_carer" not in register(database).on(FIRST - timedelta(days=1)).kinds
    assert register(database).on(FIRST).implied["honoured_carer"] == {"honoured_carer", "model_worker"}


def test_a_renamed_category_is_found_by_its_old_name_too(database):
    enter(database)
    enter(database, Kind("honoured_carer", "优秀护理员"), date(2026, 6, 1))

    held = register(database)
    assert held.on(FIRST).kinds["honoured_carer"].name == "最美护理员"
    assert held.on(date(2026, 6, 1)).kinds["honoured_carer"].name == "优秀护理员"
    assert {held.names.code_of(name) for name in ("最美护理员", "护理标兵", "优秀护理员")} == {"honoured_carer"}


def test_a_shipped_category_ends_on_a_day(database):
    end(database, "low_income", FIRST)

    assert "low_income" in register(database).on(FIRST - timedelta(days=1)).kinds
    assert "low_income" not in register(database).on(FIRST).kinds
    assert register(database).names.code_of("低收入") == "low_income"


@pytest.mark.parametrize(
    ("kind", "valid_from", "code"),
    [
        (Kind("other", "低保"), FIRST, "subsidy.category_clashes"),
        (Kind("other", "另一类", (), ("nowhere",)), FIRST, "subsidy.category_clashes"),
        (CARER, FIRST - timedelta(days=1), "subsidy.category_order"),
    ],
)
def test_what_would_break_the_register_is_refused(database, kind, valid_from, code):
    enter(database)
    with pytest.raises(CanteenError) as refused:
        enter(database, kind, valid_from)

    assert refused.value.code == code


def test_ending_what_has_ended_is_refused(database):
    end(database, "low_income", FIRST)
    with pytest.raises(CanteenError) as refused:
        end(database, "low_income", FIRST)

    assert refused.value.code == "subsidy.no_such_category"


def test_a_price_asks_the_register_of_the_day_of_the_meal(database, town):
    """低收入 counts as 低保 from a day on; a meal of the day before costs as before."""
    with database.transaction(EVERYWHERE) as session:
        person_id = make.a_senior(session, birth=date(1960, 1, 1), categories=["low_income"])
    before = prices(database, town, person_id)
    enter(database, Kind("low_income", "低收入", (), ("minimum_living",)), FIRST)

    assert before == (0, 0)
    assert prices(database, town, person_id) == (0, 1500)


def prices(database, town, person_id):
    with database.reading(EVERYWHERE) as session:
        person = session.get(make.seniors.Person, person_id)
        canteen = make.places.canteen_by_id(session, canteen_id=town.canteen_id)
        days = (FIRST - timedelta(days=1), FIRST)
        meals = [subsidy.MealToPrice(day, "lunch", "dine_in", 1500) for day in days]
        priced = [subsidy.price(session, person=person, canteen=canteen, meal=meal) for meal in meals]
        return tuple(one.quote.subsidy_fen for one in priced)
