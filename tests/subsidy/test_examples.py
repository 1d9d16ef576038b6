from __future__ import annotations

import pytest
from click.testing import CliRunner

from canteen.cli.policy import policy
from canteen.subsidy.examples import failures
from canteen.subsidy.language.policies import read_policy
from canteen.subsidy.shelf import shipped_calendar, shipped_register
from tests.subsidy.builders import layer, problems_in, text_of

EXAMPLES = """\
examples:
  - id: lunch
    person: {birth: 1950-01-01, hukou: {city: 深圳}}
    meal: {date: 2026-03-02, meal: lunch, price: 15.00}
    expect: {subsidy: 3.00, senior_pays: 12.00}
  - id: twice
    person: {birth: 1950-01-01, hukou: {city: 深圳}}
    rows:
      - [2026-03-02, lunch, 15.00, 3.00, 12.00]
      - [2026-03-02, lunch, 15.00, 0.00, 15.00]
"""


def failing(gets, examples=EXAMPLES):
    policy = read_policy(text_of(layer(gets)) + examples, "sample.yaml", shipped_register())
    return failures(policy, register=shipped_register(), calendar=shipped_calendar())


def test_examples_that_come_out_are_no_failures():
    assert failing('{fixed: "3.00"}') == ()


def test_failing_example_names_its_line_and_both_values():
    one, two = failing('{fixed: "4.00"}')
    text = text_of(layer('{fixed: "4.00"}')) + EXAMPLES
    assert "id: lunch" in text.splitlines()[one.line - 1]
    assert one.differences == ("subsidy: 4.00 instead of 3.00", "senior_pays: 11.00 instead of 12.00")
    assert two.differences[0] == "twice#1 subsidy: 4.00 instead of 3.00"


def test_example_that_cannot_be_read_is_a_failure_and_no_crash():
    (failure,) = failing("free", EXAMPLES.split("  - id: twice", maxsplit=1)[0].replace("2026-03-02", "tomorrow"))
    assert "cannot be read" in failure.differences[0]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("expect: {subsdy: 3.00}", "unknown_name"),
        ("expects: {subsidy: 3.00}", "unknown_name"),
        ("note: nothing is expected", "missing"),
    ],
)
def test_misspelt_or_empty_example_is_refused(wrong, code):
    examples = EXAMPLES.split("  - id: twice", maxsplit=1)[0].replace(
        "expect: {subsidy: 3.00, senior_pays: 12.00}", wrong
    )
    assert code in [problem.code for problem in problems_in(text_of(layer("free")) + examples)]


def test_lint_and_test_refuse_a_policy_whose_example_fails(tmp_path):
    file = tmp_path / "sample.yaml"
    file.write_text(text_of(layer('{fixed: "4.00"}')) + EXAMPLES, "utf-8")
    (tmp_path / "cases.yaml").write_text("cases: []", "utf-8")
    linted = CliRunner().invoke(policy, ["lint", str(file)])
    tried = CliRunner().invoke(policy, ["test", str(tmp_path), str(tmp_path / "cases.yaml")])
    assert (linted.exit_code, tried.exit_code) == (1, 1)
    assert "sample.yaml:" in linted.output
    assert "4.00 instead of 3.00" in tried.output
