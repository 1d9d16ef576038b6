from datetime import date

import pytest
from sqlalchemy.exc import DBAPIError

from canteen import seniors
from canteen.foundation.errors import Conflict, Invalid, NotFound, Refused
from tests.seniors.invented import AT, FUTIAN, LUOHU, TODAY, senior

BY = {"evidence": "低保证 001", "source": "office", "actor": "staff:1", "at": AT}


@pytest.fixture
def person(session):
    return senior(session, lives_since=date(2020, 1, 1))


@pytest.fixture
def poor(session, person):
    return seniors.add_fact(
        session, person_id=person.id, kind="category", value="低保", valid_from=date(2026, 1, 1),
        valid_until=date(2027, 1, 1), **BY,
    )  # fmt: skip


def categories(session, person, day):
    return seniors.values_on(session, person_id=person.id, kind="category", day=day)


@pytest.mark.parametrize(
    ("day", "held"),
    [
        (date(2025, 12, 31), ()),
        (date(2026, 1, 1), ("低保",)),
        (date(2026, 12, 31), ("低保",)),
        (date(2027, 1, 1), ()),
    ],
)
def test_fact_holds_from_its_first_day_until_before_its_end(session, person, poor, day, held):
    assert categories(session, person, day) == held


def test_superseded_fact_counts_no_more(session, person, poor):
    seniors.supersede_fact(session, fact_id=poor.id, valid_until=date(2026, 2, 1), **BY)
    assert categories(session, person, TODAY) == ()


def test_withdrawn_fact_never_held(session, person, poor):
    seniors.withdraw_fact(session, fact_id=poor.id, **BY)
    assert categories(session, person, date(2026, 1, 5)) == ()


def test_history_keeps_everything(session, person, poor):
    seniors.withdraw_fact(session, fact_id=poor.id, **BY)
    kinds = [(fact.kind, fact.withdrawn) for fact in seniors.history_of(session, person_id=person.id)]
    assert kinds == [("residence", False), ("category", False), ("category", True)]


def test_fact_is_superseded_once(session, poor):
    seniors.supersede_fact(session, fact_id=poor.id, valid_until=date(2026, 2, 1), **BY)
    with pytest.raises(Conflict):
        seniors.withdraw_fact(session, fact_id=poor.id, **BY)


def test_every_write_lets_the_revision_grow(session, person, poor):
    before = person.revision
    seniors.supersede_fact(session, fact_id=poor.id, valid_until=None, **BY)
    assert person.revision == before + 1


def test_second_residence_on_a_day_is_refused(session, person):
    with pytest.raises(Refused) as refusal:
        seniors.add_fact(session, person_id=person.id, kind="residence", value=LUOHU, valid_from=TODAY, **BY)
    assert refusal.value.code == "seniors.fact_overlaps"


def test_two_categories_hold_side_by_side(session, person, poor):
    seniors.add_fact(session, person_id=person.id, kind="category", value="重点优抚", valid_from=TODAY, **BY)
    assert set(categories(session, person, TODAY)) == {"低保", "重点优抚"}


def test_same_category_twice_on_a_day_is_refused(session, person, poor):
    with pytest.raises(Refused):
        seniors.add_fact(session, person_id=person.id, kind="category", value="低保", valid_from=TODAY, **BY)


def test_same_category_may_follow_its_end(session, person, poor):
    seniors.add_fact(session, person_id=person.id, kind="category", value="低保", valid_from=date(2027, 1, 1), **BY)
    assert categories(session, person, date(2027, 6, 1)) == ("低保",)


def move(session, person, since):
    seniors.replace_from(session, person_id=person.id, kind="residence", value=LUOHU, since=since, **BY)


def test_region_follows_the_residence(session, person):
    move(session, person, TODAY)
    assert person.region_code == LUOHU


def test_move_in_mid_month_leaves_the_days_before(session, person):
    move(session, person, TODAY)
    lived = [
        seniors.values_on(session, person_id=person.id, kind="residence", day=date(2026, 3, day)) for day in (1, 2)
    ]
    assert lived == [(FUTIAN,), (LUOHU,)]


def test_move_to_come_takes_effect_on_its_day(session, person):
    move(session, person, date(2026, 4, 1))
    assert person.region_code == FUTIAN
    assert [seniors.follow_residences(session, on=date(2026, month, 1)) for month in (3, 4, 5)] == [0, 1, 0]
    assert person.region_code == LUOHU


def test_later_word_on_a_move_counts(session, person):
    move(session, person, date(2026, 4, 1))
    move(session, person, TODAY)
    assert seniors.values_on(session, person_id=person.id, kind="residence", day=date(2026, 5, 1)) == (LUOHU,)


def test_move_to_an_unknown_place_is_refused(session, person):
    with pytest.raises(NotFound):
        seniors.replace_from(session, person_id=person.id, kind="residence", value="999999000000", since=TODAY, **BY)


@pytest.mark.parametrize(
    ("kind", "value", "until"),
    [("wealth", "x", None), ("category", " ", None), ("housing", "boat", None), ("category", "低保", TODAY)],
)
def test_malformed_fact_is_refused(session, person, kind, value, until):
    with pytest.raises(Invalid):
        seniors.add_fact(
            session, person_id=person.id, kind=kind, value=value, valid_from=TODAY, valid_until=until, **BY
        )


def test_database_itself_refuses_to_change_a_fact(session, poor):
    poor.value = "重点优抚"
    with pytest.raises(DBAPIError, match=r"append_only:facts|permission denied"):
        session.flush()
    session.rollback()
