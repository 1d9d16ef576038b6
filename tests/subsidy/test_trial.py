from __future__ import annotations

from pathlib import Path

import pytest

from canteen.subsidy.shelf import shipped
from canteen.subsidy.trial import read_cases, try_all

CASES = read_cases(Path(__file__).parent.parent / "policies" / "cases.yaml")
RESULTS = list(try_all(shipped(), CASES))


@pytest.mark.parametrize("result", RESULTS, ids=[result.answer["id"] for result in RESULTS])
def test_worked_case_is_priced_as_published(result):
    assert result.differences == ()


def test_every_case_sequence_row_and_late_fact_is_tried():
    rows = sum(len(sequence["rows"]) for sequence in CASES["sequences"])
    assert len(RESULTS) == len(CASES["cases"]) + rows + len(CASES["late_facts"]) == 79 + 20 + 2


def test_a_wrong_expectation_is_reported_with_both_values():
    case = {**CASES["cases"][0], "expect": {"subsidy": "6.00"}}
    (result,) = try_all(shipped(), {"cases": [case]})
    assert result.differences == ("subsidy: 5.00 instead of 6.00",)


def test_an_unknown_category_is_a_difference_and_not_a_crash():
    case = CASES["cases"][0]
    case = {**case, "person": {**case["person"], "categories": [{"code": "不存在"}]}}
    (result,) = try_all(shipped(), {"cases": [case]})
    assert "subsidy.unknown_category" in result.differences[0]
