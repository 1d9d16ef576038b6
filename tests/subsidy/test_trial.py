from __future__ import annotations

from pathlib import Path

import pytest

from canteen.foundation.errors import Invalid
from canteen.subsidy.shelf import shipped
from canteen.subsidy.trial import read_cases, try_all, unread

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


def late(case):
    (result,) = try_all(shipped(), {"late_facts": [case]})
    return result


WEEK = [[f"2025-03-0{day}", "lunch", "13.00", "3.00"] for day in (3, 4, 5, 6)]


@pytest.mark.parametrize(
    "known",
    [
        {"deceased_on": "2025-03-05"},
        {"late": {"deceased_on": "2025-03-05", "entered_on": "2025-04-01"}},
        {"moved_into_institution": "2025-03-05"},
        {"late": {"hukou": {"city": "唐山"}, "valid_from": "2025-03-05", "entered_on": "2025-04-01"}},
        {"late": {"housing": "institution", "valid_from": "2025-03-05"}},
    ],
    ids=["died", "died, entered late", "moved into an institution", "hukou moved", "housing since"],
)
def test_a_fact_known_late_flags_the_meals_since_its_day(known):
    case = {"id": "L", "policy": "tianjin", "person": {"birth": "1940-01-01"}, "booked": WEEK, **known}
    result = late({**case, "expect": {"subsidy": "6.00", "clawback": "6.00", "flagged_meals": "2"}})
    assert result.differences == ()


def test_a_wrong_birth_date_changes_every_meal():
    case = {"id": "L", "policy": "tianjin", "person": {"birth": "1940-01-01"}, "booked": WEEK}
    result = late({**case, "late": {"birth": "1946-01-01"}, "expect": {"clawback": "12.00", "flagged_meals": "4"}})
    assert result.differences == ()


def test_a_category_that_ended_is_recovered_from_the_day_after():
    person = {"birth": "1958-01-01", "categories": [{"code": "低保"}, {"code": "照料等级重度"}]}
    case = {"id": "L", "policy": "tianjin", "person": person, "booked": WEEK}
    ended = {"code": "低保", "valid_to": "2025-03-04", "entered_on": "2025-04-01"}
    assert late({**case, "late": ended, "expect": {"clawback": "6.00", "flagged_meals": "2"}}).differences == ()


def test_a_name_that_nothing_reads_is_told():
    case = {"id": "X", "policy": "tianjin", "meal": {"prise": "1.00", "weekday": "Mon"}, "hint": "x"}
    assert list(unread({"cases": [case]})) == ["X: hint", "X: meal.prise"]


def test_nothing_in_the_published_cases_is_left_unread():
    assert list(unread(CASES)) == []


@pytest.mark.parametrize("text", ["- a", "cases: [", "42", ""])
def test_what_is_no_case_file_is_refused_with_its_line(tmp_path, text):
    file = tmp_path / "cases.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(Invalid):
        read_cases(file)


@pytest.mark.parametrize("case", [{}, {"id": "X"}, "text", {"id": "X", "policy": "tianjin", "rows": 5}, ["a"]])
def test_a_case_that_makes_no_sense_is_a_difference_and_not_a_crash(case):
    (result,) = try_all(shipped(), {"cases": [case]})
    assert result.differences
