"""Whatever a file holds, lint answers; and what lint accepts, the rules can price."""

from __future__ import annotations

import copy
from datetime import date

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from canteen.foundation.errors import Invalid
from canteen.subsidy.examples import failures
from canteen.subsidy.explain import accountant, mended
from canteen.subsidy.language.policies import read_policy
from canteen.subsidy.shelf import shipped_calendar, shipped_register
from canteen.subsidy.sites import site_money
from canteen.subsidy.values import Category, Facts, Meal, Place, Site
from tests.subsidy.builders import priced, text_of

RICH = """\
standard_set: "13.00"
last_day: 2030-12-31
own_payment: {at_least: "1.00", who: {none_of: [{category: 特困}]}}
of_several_subsidies: stack
together_at_most: "12.00"
excluded: [{id: institution, when: {housing: institution}}]
discount: {id: d, order: before_subsidy, meals: any, days: every_day, modes: any, of_several_classes: first,
  classes: [{id: all, who: {age: 60+}, gets: {percent: 10, of: to_pay}}]}
subsidies:
  - id: meal
    meals: [lunch, snack]
    days: {days: every_day, except: statutory_holidays}
    modes: any
    who: {hukou: {city: 深圳}}
    limits:
      - {at_most: 1, per: day}
      - {at_most_yuan: "100.00", per: month}
      - {per: week, one_of: [{meal: 5, snack: 2}]}
    of_several_classes: best
    classes:
      - id: old
        who: {age: 60-79}
        gets: {by_meal: {lunch: {fixed: "4.00"}, snack: {percent: 50, of: price, up_to: "2.00"}}}
      - {id: poor, who: {category: [低保], at_least: 失能中度}, gets: {person_pays: "2.00"}, spend: {more_than: "5.00"}}
    paid_by:
      - {payer: charity_pot, pays: rest, pot: yes}
      - {payer: city, percent: 50, at_most: "2.00"}
      - {payer: town, pays: rest}
  - id: top_up
    meals: any
    days: working_days
    modes: [dine_in]
    limits: none
    of_several_classes: stack
    classes:
      - id: all
        who: {given: meal}
        gets: {fixed: "1.00"}
        paid_by: [{payer: city, share: 2}, {payer: town, share: 1}]
    paid_by: district
delivery: [{id: trip, with_subsidised_meal_only: no, of_several_classes: first, paid_by: city,
  classes: [{id: all, who: anybody, gets: {up_to: "2.00"}}]}]
operator_money: [{id: run, per: person_day, of_several_classes: first, paid_by: city,
  classes: [{id: all, who: {site_live: yes}, gets: {fixed: "2.00"}}]}]
site_money:
  - id: year
    per: year
    who: {kind: canteen}
    gets: {by_headcount: [{from: 3, per_head: "2.00"}], ceiling: "900.00", times_rating: {from: 1, to: 1.25}}
    opening: by_month
    closing: by_day
    paid_in: same_year
    paid_by: city
"""
EXAMPLES = """\
examples:
  - id: one
    person: {birth: 1950-01-01, hukou: {city: 深圳}}
    meal: {date: 2026-03-02, meal: lunch, price: 15.00}
    expect: {subsidy: 3.00}
"""
TEXT = text_of(RICH) + EXAMPLES
TREE = yaml.load(TEXT, Loader=yaml.BaseLoader)
JUNK = [
    "", "-1", "0", "9" * 5000, "1/3", "1e9", "no", "yes", "free", "anybody", "2026-2-3", "2026-02-30", "60-74", "８０+",
    "3．00", "any", "none", [], {}, ["x"], {"x": "y"}, {"fixed": "3.00"}, "0.00", "100", "rest", "meal", "city",
]  # fmt: skip
SCRAPS = ["\t", "：", "“", "[", "{", "&a *a", "\x00", "!!x ", "- ", "\n\n  x", "'", "<<: ", "\ud800", "? "]
PEOPLE = [
    Facts("S1", date(1950, 1, 1), Place(city="深圳"), Place(city="深圳"), categories=(Category("minimum_living"),)),
    Facts("S2"),
]
MEALS = [
    Meal(date(2026, 3, 2), period, mode, price_fen, fee_fen, key="k", pots=(("charity_pot", 50),), site=site)
    for period, mode, price_fen, fee_fen, site in (
        ("lunch", "dine_in", 1500, 0, Site()),
        ("snack", "delivery", 0, 300, Site(live_on=date(2020, 1, 1))),
    )
]


def paths(value, way=()):
    """List the ways to every part of a tree."""
    if way:
        yield way
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        yield from paths(part, (*way, name))


def at(tree, way):
    for name in way:
        tree = tree[name]
    return tree


def mutated(random):
    """Delete, double, move or swap some parts of the policy."""
    tree = copy.deepcopy(TREE)
    for _ in range(random.randint(1, 3)):
        way, other = random.choice(list(paths(tree))), random.choice(list(paths(tree)))
        parent, name = at(tree, way[:-1]), way[-1]
        deed = random.choice(["delete", "move", "double", "junk", "junk"])
        if deed == "delete":
            del parent[name]
        elif deed == "move":
            parent[name] = copy.deepcopy(at(tree, other))
        elif deed == "double" and isinstance(parent, list):
            parent.append(copy.deepcopy(parent[name]))
        elif deed == "double":
            parent[str(other[-1])] = copy.deepcopy(parent[name])
        else:
            parent[name] = copy.deepcopy(random.choice(JUNK))
    return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False)


def read(text):
    """Read a text; where it is refused, see that every problem has a line and words."""
    try:
        return read_policy(text, "fuzz.yaml", shipped_register())
    except Invalid as refusal:
        for problem in refusal.params["problems"]:
            assert 1 <= problem.line <= text.count("\n") + 2
            assert mended(problem)
        return None


def test_the_policy_that_is_mutated_is_sound():
    assert read(TEXT) is not None


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_what_lint_accepts_can_be_priced(random):
    policy = read(mutated(random))
    if policy is None:
        return
    failures(policy, register=shipped_register(), calendar=shipped_calendar())
    for version in policy.versions:
        for quote in (priced(version, meal, person) for meal in MEALS for person in PEOPLE):
            parts = (quote.subsidy_fen, quote.discount_fen, quote.delivery_subsidy_fen, quote.own_fen)
            assert sum(parts) == quote.price_fen + quote.delivery_fee_fen
            assert min(parts) >= 0
            assert accountant(quote)
        assert site_money(version, Site(headcount=9, opened_on=date(2026, 5, 4)), 2026).fen >= 0


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, len(TEXT)), st.sampled_from(SCRAPS) | st.text(max_size=5), st.integers(0, 40))
def test_no_text_makes_lint_crash(where, scrap, cut):
    read(TEXT[:where] + scrap + TEXT[where + cut :])


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_no_text_at_all_makes_lint_crash(text):
    read(text)
