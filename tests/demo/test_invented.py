from __future__ import annotations

from datetime import date

import pytest

from canteen import seniors, subsidy
from canteen.demo.invented import people

TODAY = date(2026, 11, 23)
CROWD = people(1, 400, TODAY)


def _age(birth_on: date) -> int:
    return TODAY.year - birth_on.year - ((TODAY.month, TODAY.day) < (birth_on.month, birth_on.day))


def test_senior_of_the_tour_comes_first_and_is_of_age():
    assert (CROWD[0].name, _age(CROWD[0].birth_on), CROWD[0].phone) == ("王秀英", 78, "19900000001")


def test_every_category_of_the_register_is_held_by_somebody():
    held = {category for person in people(1, 40, TODAY) for category in person.categories}

    assert held == {kind.code for kind in subsidy.shipped_register().kinds.values()}


def test_ages_of_seniors_reach_from_the_youngest_to_a_centenarian():
    ages = [_age(person.birth_on) for person in CROWD if person.diner == "senior"]

    assert (min(ages), max(ages)) == (58, 101)


def test_every_number_is_valid_and_fits_birth_and_sex():
    for person in (one for one in CROWD if one.number):
        document = seniors.read_document(person.number)
        assert (document.birth_on, document.sex) == (person.birth_on, person.sex)


def test_no_two_people_share_a_number():
    numbers = [person.number for person in CROWD if person.number]

    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("diner", ["senior", "child", "public"])
def test_every_kind_of_diner_is_there(diner):
    assert any(person.diner == diner for person in CROWD)


@pytest.mark.parametrize("on", [date(2028, 2, 29), date(2027, 1, 1), date(2026, 12, 31)])
def test_tour_senior_is_as_old_on_any_day(on):
    birth_on = people(1, 1, on)[0].birth_on

    assert on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day)) == 78


def test_another_seed_invents_other_people():
    assert people(2, 60, TODAY)[5:] != people(1, 60, TODAY)[5:]
