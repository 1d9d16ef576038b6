"""Price the sample policies of the 32 shapes, and the policies modelled on published ones of other cities."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from canteen.subsidy.examples import failing_examples
from canteen.subsidy.explain import mended
from canteen.subsidy.shelf import load, shipped
from canteen.subsidy.trial import read_cases, try_all

POLICIES = Path(__file__).parent.parent / "policies"
SHAPES = load(POLICIES / "shapes")
CASES = read_cases(POLICIES / "shapes" / "cases.yaml")
RESULTS = list(try_all(SHAPES, CASES))
CITIES = load(POLICIES / "cities")


@pytest.mark.parametrize("result", RESULTS, ids=[result.answer["id"] for result in RESULTS])
def test_case_of_a_shape_comes_out_as_worked_by_hand(result):
    assert result.differences == ()


def test_every_shape_has_a_policy_and_a_case():
    numbers = {f"{n:02d}" for n in range(1, 33)}
    ids = [case["policy"] for section in ("cases", "sequences") for case in CASES[section]]
    assert numbers == {policy[:2] for policy in SHAPES.policies}
    assert numbers == {policy[:2] for policy in ids}


def test_a_ratio_is_fair_over_many_meals():
    ratio = {"policy": "24-ratio", "person": {"birth": "1950-01-01", "hukou": {"city": "深圳"}}}
    meal = {"date": "2026-03-02", "meal": "lunch", "price": "10.00"}
    city = [
        result.answer["split"]["city"]
        for n in range(1000)
        for result in try_all(SHAPES, {"cases": [{**ratio, "id": f"R{n}", "meal": meal}]})
    ]
    assert set(city) == {"3.53", "3.54"}
    assert 450 < city.count("3.54") < 550


@pytest.mark.parametrize("shelf", [CITIES, shipped()], ids=["cities", "shipped"])
def test_examples_of_the_documents_come_out(shelf):
    assert [mended(problem) for problem in failing_examples(shelf)] == []


@pytest.mark.parametrize("policy", CITIES.policies.values(), ids=list(CITIES.policies))
def test_a_policy_modelled_on_a_city_brings_its_examples(policy):
    assert len(policy.examples) >= 2


def test_shipped_policies_say_what_their_texts_leave_open():
    for policy in shipped().policies.values():
        for version in policy.versions:
            assert re.search("〔|文号待补", version.document)
            assert version.source
