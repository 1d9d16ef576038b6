from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from canteen.subsidy.rules import quote
from canteen.subsidy.shelf import shipped
from canteen.subsidy.values import Category, Facts, Meal, Place

SHELF = shipped()
CODES = sorted(SHELF.register.kinds)
PLACES = [
    Place(city="深圳", district="福田"), Place(city="天津"), Place(city="上海", district="普陀"),
    Place(city="句容"),
    Place(city="广州", district="增城", town="正果"), Place(city="广州", district="番禺", town="石楼"),
]  # fmt: skip
VERSIONS = [v for p in SHELF.policies.values() for v in p.versions if v.subsidies]
people = st.builds(
    Facts,
    st.just("S1"),
    st.dates(date(1920, 1, 1), date(1970, 1, 1)),
    hukou=st.sampled_from(PLACES),
    lives=st.sampled_from(PLACES),
    categories=st.lists(st.builds(Category, st.sampled_from(CODES)), max_size=3).map(tuple),
)
meals = st.builds(
    Meal,
    st.dates(date(2020, 1, 1), date(2026, 12, 31)),
    st.sampled_from(["breakfast", "lunch", "dinner"]),
    st.sampled_from(["dine_in", "pickup", "delivery"]),
    st.integers(0, 5000),
    st.integers(0, 600),
    canteen=st.sampled_from(PLACES),
    key=st.text(max_size=8),
)


def price(version, facts, meal):
    return quote(version, facts, meal, calendar=SHELF.calendar, register=SHELF.register)


@settings(max_examples=300)
@given(st.sampled_from(VERSIONS), people, meals)
def test_the_identity_of_the_meal_holds_and_parts_sum(version, facts, meal):
    q = price(version, facts, meal)
    total = q.subsidy_fen + q.discount_fen + q.delivery_subsidy_fen + q.own_fen
    assert total == meal.price_fen + meal.delivery_fee_fen
    assert sum(fen for _, fen in q.split) == q.subsidy_fen
    assert sum(fen for _, fen in q.operator_split) == q.operator_fen
    assert sum(fen for _, fen in q.delivery_split) == q.delivery_subsidy_fen
    assert min(q.subsidy_fen, q.discount_fen, q.delivery_subsidy_fen, q.own_fen, q.operator_fen) >= 0


@settings(max_examples=200)
@given(people, meals, st.integers(0, 2000))
def test_a_dearer_meal_never_costs_less_where_no_spend_is_asked_for(facts, meal, more):
    version = SHELF.policies["shenzhen-city"].versions[0]
    dearer = Meal(**{name: getattr(meal, name) for name in Meal.__slots__} | {"price_fen": meal.price_fen + more})
    assert price(version, facts, dearer).own_fen >= price(version, facts, meal).own_fen


@settings(max_examples=100)
@given(st.sampled_from(VERSIONS), people, meals)
def test_the_same_question_has_the_same_answer_and_survives_json(version, facts, meal):
    q = price(version, facts, meal)
    assert q == price(version, facts, meal)
    assert type(q).from_json(q.to_json()) == q
