from __future__ import annotations

import pytest
from sqlalchemy import func, select

from canteen import audit, demo, ledger, seniors, subsidy, tables
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.secrecy import Vault, development_key
from tests import builders
from tests.demo.stories import MONDAY_NIGHT, a_story, digest

pytestmark = pytest.mark.both


class Cut(Exception):
    """Stand for a machine that is switched off."""


def _count(database, column, *where):
    with database.reading(EVERYWHERE) as session:
        return session.scalar(select(func.count(column)).where(*where))


@pytest.fixture
def another(new_database):
    """Open a second database."""
    with new_database() as url:
        opened = Database(url, Vault({"1": development_key("DATA_KEYS")}))
        yield opened
        opened.dispose()


@pytest.fixture(scope="module")
def tale(new_database):
    """Tell a story of some days once, and return what it comes to."""
    with new_database() as url:
        opened = Database(url, Vault({"1": development_key("DATA_KEYS")}))
        a_story(opened, people=20, days=3)
        yield digest(opened)
        opened.dispose()


def test_same_seed_tells_the_same_story(database, tale):
    a_story(database, people=20, days=3)

    assert digest(database) == tale


def test_story_that_was_cut_off_is_told_to_the_same_end(another, tale):
    def cut(line):
        if line.startswith("2026-11-21"):
            raise Cut

    with pytest.raises(Cut):
        a_story(another, people=20, days=3, say=cut)
    a_story(another, people=7, days=1, seed=9)

    assert digest(another) == tale


def test_story_is_told_once(database):
    wanted = a_story(database, people=5, days=1)
    before = digest(database)

    assert demo.load(database, builders.KEYS, wanted=wanted, say=print) == demo.Loaded(is_new=False)
    assert digest(database) == before


def test_other_people_are_not_mixed_with_invented_ones(database):
    with database.transaction(EVERYWHERE) as session:
        builders.the_nation(session)
        builders.a_senior(session)

    with pytest.raises(demo.NotEmpty):
        a_story(database)


@pytest.fixture(scope="module")
def told(new_database):
    """Load once what many tests only read."""
    with new_database() as url:
        opened = Database(url, Vault({"1": development_key("DATA_KEYS")}))
        a_story(opened)
        yield opened
        opened.dispose()


def test_books_are_sound_after_the_story(told):
    with told.reading(EVERYWHERE) as session:
        findings, entries = ledger.verify(session.connection())

    assert (findings, entries > 200) == ([], True)
    with told.reading(EVERYWHERE) as session:
        assert list(audit.broken_rows(session)) == []


def test_every_category_of_the_register_was_served(told):
    fact, meal = seniors.Fact, tables.checkin.Redemption
    with told.reading(EVERYWHERE) as session:
        eaten = select(meal.person_id).where(meal.kind == "meal")
        served = set(session.scalars(select(fact.value).where(fact.kind == "category", fact.person_id.in_(eaten))))

    assert served == set(subsidy.shipped_register().kinds)


def test_every_served_order_has_a_meal_and_every_meal_a_served_order(told):
    order, meal = tables.orders.Order, tables.checkin.Redemption
    standing = meal.ref.not_in(select(tables.checkin.RedemptionUndo.redemption_ref))
    served = order.state.in_(("served", "delivered"))
    without_meal = _count(told, order.id, served, order.id.not_in(select(meal.order_id).where(standing)))
    without_order = _count(told, meal.id, standing, meal.order_id.not_in(select(order.id).where(served)))

    assert (without_meal, without_order) == (0, 0)


def test_canteens_without_a_policy_for_meals_pay_no_subsidy(told):
    meal, canteen = tables.checkin.Redemption, tables.places.Canteen
    shanwei = select(canteen.id).where(canteen.region_code.startswith("4415"))

    assert _count(told, meal.id, meal.canteen_id.in_(shanwei)) > 0
    assert _count(told, meal.id, meal.canteen_id.in_(shanwei), meal.subsidy_fen > 0) == 0


def test_small_story_has_the_troubles_of_the_office(told):
    fact, order, meal = seniors.Fact, tables.orders.Order, tables.checkin.Redemption
    attempt, entry = tables.checkin.ScanAttempt, tables.ledger.JournalEntry
    dead = (meal.person_id == fact.person_id, fact.kind == "death", meal.service_date > fact.valid_from)
    found = {
        "a death learned after meals": _count(told, meal.id, *dead, meal.happened_at < fact.entered_at),
        "a look at the record": _count(told, attempt.scan_id, attempt.reason == "check_record"),
        "a category that ended": _count(told, fact.id, fact.kind == "category", fact.valid_until.is_not(None)),
        "a card": _count(told, tables.checkin.Card.serial),
        "a cash difference": _count(told, entry.seq, entry.kind == "cash_difference"),
        "an order for today": _count(
            told, order.id, order.state == "placed", order.service_date == MONDAY_NIGHT.date()
        ),
    }

    assert [name for name, count in found.items() if not count] == []


@pytest.mark.slow
@pytest.mark.variation
def test_larger_story_has_every_trouble_of_the_counter(database):
    a_story(database, people=120, days=6)
    meal, order = tables.checkin.Redemption, tables.orders.Order
    found = {
        "second tray": _count(database, meal.id, meal.kind == "extra"),
        "undo": _count(database, tables.checkin.RedemptionUndo.redemption_ref),
        "tab": _count(database, tables.checkin.TenderChange.id),
        "no-show": _count(database, order.id, order.state == "placed", order.service_date < MONDAY_NIGHT.date()),
        "cancelled": _count(database, order.id, order.state == "cancelled"),
        "delivered": _count(database, order.id, order.state == "delivered"),
    }

    assert [name for name, count in found.items() if not count] == []
