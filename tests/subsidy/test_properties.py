from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from canteen.subsidy.counters import window_of
from canteen.subsidy.examples import failures
from canteen.subsidy.language.policies import read_policy
from canteen.subsidy.rules import quote
from canteen.subsidy.shelf import SHIPPED, load, policy_texts, shipped, shipped_register
from canteen.subsidy.trial import priced_cases, read_cases
from canteen.subsidy.values import Category, Facts, Meal, Place, Site, Usage

ROOT = Path(__file__).resolve().parents[2]
POLICIES = ROOT / "tests" / "policies"
SHELF = shipped()
SHELVES = [SHELF, load(POLICIES / "shapes"), load(POLICIES / "cities")]
CODES = sorted(SHELF.register.kinds)
PLACES = [
    Place(city="深圳", district="福田", town="莲花"), Place(city="天津"), Place(city="上海", district="普陀"),
    Place(city="句容"), Place(city="北京"), Place(city="芜湖"), Place(city="重庆"), Place(city="自贡"),
    Place(city="德州"),
    Place(city="广州", district="增城", town="正果"), Place(city="广州", district="番禺", town="石楼"),
]  # fmt: skip
VERSIONS = [v for shelf in SHELVES for p in shelf.policies.values() for v in p.versions if v.subsidies]
people = st.builds(
    Facts,
    st.just("S1"),
    st.dates(date(1920, 1, 1), date(1970, 1, 1)),
    hukou=st.sampled_from(PLACES),
    lives=st.sampled_from(PLACES),
    housing=st.sampled_from(["home", "home", "institution"]),
    categories=st.lists(st.builds(Category, st.sampled_from(CODES)), max_size=3).map(tuple),
    schemes=st.sampled_from([(), (), ("长护险",)]),
)
meals = st.builds(
    Meal,
    st.dates(date(2020, 1, 1), date(2027, 12, 31)),
    st.sampled_from(["breakfast", "lunch", "dinner", "snack"]),
    st.sampled_from(["dine_in", "pickup", "delivery"]),
    st.integers(0, 5000),
    st.integers(0, 600),
    canteen=st.sampled_from(PLACES),
    key=st.text(max_size=8),
    diet=st.sampled_from([None, "糖尿病餐"]),
    ordered_on=st.sampled_from([None, date(2019, 12, 31)]),
    site=st.sampled_from([Site(), Site(live_on=date(2020, 1, 1), grade="五星", headcount=40)]),
    pots=st.sampled_from([(), (("charity", 150),), (("charity", 10**6),)]),
)
fortnight = st.lists(
    st.tuples(st.integers(0, 13), st.sampled_from(["breakfast", "lunch", "dinner", "snack"])), min_size=1, max_size=40
)


def price(version, facts, meal, usage=None):
    return quote(version, facts, meal, usage=usage or Usage(), calendar=SHELF.calendar, register=SHELF.register)


@settings(max_examples=400)
@given(st.sampled_from(VERSIONS), people, meals)
def test_the_identity_of_the_meal_holds_and_parts_sum(version, facts, meal):
    q = price(version, facts, meal)
    total = q.subsidy_fen + q.discount_fen + q.delivery_subsidy_fen + q.own_fen
    assert total == meal.price_fen + meal.delivery_fee_fen
    assert sum(fen for _, fen in q.split) == q.subsidy_fen
    assert sum(fen for _, fen in q.operator_split) == q.operator_fen
    assert sum(fen for _, fen in q.delivery_split) == q.delivery_subsidy_fen
    parts = [fen for split in (q.split, q.delivery_split, q.operator_split) for _, fen in split]
    assert min(q.subsidy_fen, q.discount_fen, q.delivery_subsidy_fen, q.own_fen, q.operator_fen, *parts, 0) == 0


@settings(max_examples=200)
@given(people, meals, st.integers(0, 2000))
def test_a_dearer_meal_never_costs_less_where_no_spend_is_asked_for(facts, meal, more):
    version = SHELF.policies["shenzhen-city"].versions[0]
    dearer = Meal(**{name: getattr(meal, name) for name in Meal.__slots__} | {"price_fen": meal.price_fen + more})
    assert price(version, facts, dearer).own_fen >= price(version, facts, meal).own_fen
    assert price(version, facts, dearer).subsidy_fen <= 1500


@settings(max_examples=200)
@given(st.sampled_from(VERSIONS), people, meals)
def test_the_same_question_has_the_same_answer_and_survives_json(version, facts, meal):
    q = price(version, facts, meal)
    assert q == price(version, facts, meal)
    stored = q.to_json()
    assert type(q).from_json(stored) == q
    assert type(q).from_json(stored).to_json() == stored


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(VERSIONS), people, fortnight)
def test_no_counter_is_exceeded_in_any_order_of_meals(version, facts, visits):
    """The fortnight holds a week that spans the New Year, and the meals come in any order, as offline scans do."""
    usage = Usage()
    for number, (day, period) in enumerate(visits):
        on = date.fromordinal(date(2026, 12, 26).toordinal() + day)
        meal = Meal(on, period, "dine_in", 1600, canteen=facts.hukou, key=str(number), ordered_on=date(2026, 12, 1))
        usage = usage.plus(*price(version, facts, meal, usage).used)
    for layer in (*version.subsidies, *version.operator_money, *version.delivery):
        own = [used for used in usage.chances if used.counter == layer.counter]
        limits = layer.limits if all(one.limits is None for one in layer.classes) else ()
        for limit in limits:
            windows = defaultdict(list)
            for used in own:
                kind = used.kind if limit.per == "meal" else "meal"
                window = window_of(limit.per, used.service_date, used.meal, kind, limit.starts)
                windows[window].append(used)
            assert all(_within(limit, found) for found in windows.values())


def _within(limit, found):
    if limit.at_most_fen is not None:
        return sum(used.subsidy_fen for used in found) <= limit.at_most_fen
    if not limit.bundles:
        return len(found) <= limit.at_most
    counts = {kind: sum(used.kind == kind for used in found) for kind in ("meal", "snack")}
    return any(all(counts[kind] <= dict(bundle).get(kind, 0) for kind in counts) for bundle in limit.bundles)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(VERSIONS), people, meals, st.randoms(use_true_random=False))
def test_the_order_of_categories_and_earlier_meals_decides_nothing(version, facts, meal, random):
    earlier = price(version, facts, Meal(meal.service_date, "breakfast", "dine_in", 1600)).used
    used = list(earlier) * 2
    categories = list(facts.categories)
    random.shuffle(used)
    random.shuffle(categories)
    other = Facts(**{name: getattr(facts, name) for name in Facts.__slots__} | {"categories": tuple(categories)})
    one = price(version, facts, meal, Usage(tuple(earlier) * 2))
    again = price(version, other, meal, Usage(tuple(used)))
    assert one.to_json() == again.to_json()


@pytest.mark.parametrize("path", policy_texts(SHIPPED), ids=lambda path: path.stem)
def test_the_order_in_which_a_mapping_is_written_decides_nothing(path):
    text = path.read_text("utf-8")
    turned = yaml.safe_dump(_turned(yaml.load(text, Loader=yaml.BaseLoader)), allow_unicode=True, sort_keys=False)
    policy, other = (read_policy(one, path.name, shipped_register()) for one in (text, turned))
    assert turned.index("versions:") < turned.index("policy:")
    assert failures(other, register=SHELF.register, calendar=SHELF.calendar) == ()
    cases = read_cases(POLICIES / "cases.yaml")
    one, two = (list(priced_cases(SHELF.with_policy(some), cases)) for some in (policy, other))
    assert [q.to_json() for q in one] == [q.to_json() for q in two]


def _turned(value):
    """Write every mapping the other way round; the order of lists means something and stays."""
    if isinstance(value, dict):
        return {name: _turned(part) for name, part in reversed(value.items())}
    return [_turned(part) for part in value] if isinstance(value, list) else value


DIGEST = """
import hashlib
from pathlib import Path
from canteen.subsidy.shelf import load, shipped
from canteen.subsidy.trial import priced_cases, read_cases
digest = hashlib.sha256()
for shelf, cases in ((shipped(), "cases.yaml"), (load(Path("tests/policies/shapes")), "shapes/cases.yaml")):
    for quote in priced_cases(shelf, read_cases(Path("tests/policies") / cases)):
        digest.update(quote.to_json().encode())
print(digest.hexdigest())
"""


def test_neither_hash_seed_nor_time_zone_nor_locale_changes_a_quote():
    worlds = [
        {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Shanghai", "LC_ALL": "zh_CN.UTF-8"},
        {"PYTHONHASHSEED": "4242", "TZ": "America/Los_Angeles", "LC_ALL": "tr_TR.UTF-8", "PYTHONUTF8": "0"},
    ]
    answers = {
        subprocess.run(
            [sys.executable, "-c", DIGEST], cwd=ROOT, env={"PATH": os.environ["PATH"], **world}, text=True,
            capture_output=True, check=True,
        ).stdout
        for world in worlds
    }  # fmt: skip
    here = hashlib.sha256()
    for shelf, cases in ((SHELF, "cases.yaml"), (SHELVES[1], "shapes/cases.yaml")):
        for q in priced_cases(shelf, read_cases(POLICIES / cases)):
            here.update(q.to_json().encode())
    assert answers == {f"{here.hexdigest()}\n"}


def test_a_stored_meal_is_priced_again_to_what_was_stored():
    """The file was written once and is never written again: old meals must keep their price for ever."""
    stored = [json.loads(line) for line in (POLICIES / "stored.jsonl").read_text("utf-8").splitlines()]
    again = [json.loads(q.to_json()) for q in priced_cases(SHELF, read_cases(POLICIES / "cases.yaml"))]
    assert len(stored) == len(again)
    for kept, now in zip(stored, again, strict=True):
        assert {name: now[name] for name in kept} == kept
