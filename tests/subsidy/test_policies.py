from __future__ import annotations

import pytest
from click.testing import CliRunner

from canteen.cli.policy import policy
from canteen.subsidy.explain import WORDS, mended
from canteen.subsidy.shelf import SHIPPED, load, policy_files
from tests.subsidy.builders import layer, problems_in, text_of


def codes_in(text):
    return [problem.code for problem in problems_in(text)]


@pytest.mark.parametrize("question", ["birthday", "refunded_meal", "two_canteens_one_chance", "rounding"])
def test_a_question_left_open_is_refused(question):
    text = text_of(layer("free"))
    lines = [line for line in text.splitlines() if not line.startswith(f"  {question}:")]
    (problem,) = problems_in("\n".join(lines))
    assert (problem.code, dict(problem.params)["question"]) == ("unanswered", question)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (layer('{fixed: "3.00", cap: "1.00"}'), "unknown_name"),
        (layer('{fixed: "3.005"}'), "yuan_expected"),
        (layer('{fixed: "-3.00"}'), "negative_amount"),
        (layer("{percent: 50}"), "missing"),
        (layer("{percent: 150, of: price}"), "over_hundred"),
        (layer("free", who="{age: sixty}"), "age_expected"),
        (layer("free", who="{age: 74-60}"), "empty_age_band"),
        (layer("free", who="{category: 不存在}"), "unknown_category"),
        (layer("free", who="{at_least: 低保}"), "no_scale"),
        (layer("free", who="{spend: {at_least: standard_set}}"), "standard_set_missing"),
        (layer("free", paid_by="nobody"), "unknown_payer"),
        (layer("free", paid_by="[{payer: city, pays: '3.00'}]"), "no_residual_payer"),
        (layer("free", paid_by="[{payer: city, share: 1}, {payer: town, pays: rest}]"), "shares_mixed"),
        (layer('{fixed: "0.50", not_under: "1.00"}'), "under_floor"),
        (layer('{fixed: "0.50", not_under: province/basic}'), "unknown_floor"),
        ("last_day: 2019-01-01\n" + layer("free"), "ends_before_start"),
        ("notes: {}", "gives_nothing"),
    ],
)
def test_mistake_is_found(body, code):
    assert codes_in(text_of(body)) == [code]


def test_problem_stands_on_its_line_with_a_way_to_mend_it():
    text = text_of(layer("free", who="{age: sixty}"))
    (problem,) = problems_in(text)
    assert "sixty" in text.splitlines()[problem.line - 1]
    assert mended(problem).startswith(f"sample.yaml:{problem.line}:")
    assert "60-74" in mended(problem)


def test_all_problems_are_reported_at_once_in_order():
    text = text_of(layer("", classes=["{id: a, who: {age: x}, gets: free}", "{id: b, who: anybody, gets: {fixed: y}}"]))
    assert codes_in(text) == ["age_expected", "yuan_expected"]


def test_an_answer_of_not_applicable_is_refused_where_it_applies():
    assert codes_in(text_of(layer('{person_pays: "1.00"}'), price_below_fixed_payment="not_applicable")) == [
        "answer_needed"
    ]


def test_a_value_under_the_floor_of_another_policy_is_refused(tmp_path):
    above = text_of(layer("free")).replace("policy: sample", 'policy: province\nfloors: {basic: "2.00"}')
    (tmp_path / "province.yaml").write_text(above, "utf-8")
    local = tmp_path / "local.yaml"
    local.write_text(text_of(layer('{fixed: "1.00", not_under: province/basic}')), "utf-8")
    answer = CliRunner().invoke(policy, ["lint", str(local)])
    assert (answer.exit_code, "1.00 低于上级规定的下限 2.00" in answer.output) == (1, True)


@pytest.mark.parametrize("path", policy_files(SHIPPED), ids=lambda path: path.stem)
def test_shipped_policy_is_sound(path):
    assert CliRunner().invoke(policy, ["lint", str(path)]).exit_code == 0


def test_a_directory_extends_categories_and_calendar(tmp_path):
    (tmp_path / "categories.yaml").write_text("categories: [{code: local_hero, name: 见义勇为}]", "utf-8")
    (tmp_path / "local.yaml").write_text(text_of(layer("free", who="{category: 见义勇为}")), "utf-8")
    (tmp_path / "calendar.yaml").write_text(
        "years: [{year: 2031, notice: 县通知, days_off: [{name: 元旦, first: 2031-01-01, last: 2031-01-01}]}]",
        "utf-8",
    )
    shelf = load(tmp_path)
    assert (shelf.register.code_of("见义勇为"), 2031 in shelf.calendar.years) == ("local_hero", True)


def test_every_problem_has_words():
    assert all({"says", "mend"} == set(words) for words in WORDS["problem"].values())


def test_command_exits_with_one_on_a_difference(tmp_path):
    case = "cases: [{id: X, policy: jurong-2023, person: {birth: '1958-04-04', hukou: {city: 句容}}, "
    case += "meal: {date: '2023-11-06', meal: lunch, price: '9.00'}, expect: {subsidy: '2.00'}}]"
    (tmp_path / "cases.yaml").write_text(case, "utf-8")
    out = tmp_path / "results.jsonl"
    answer = CliRunner().invoke(policy, ["test", str(SHIPPED), str(tmp_path / "cases.yaml"), "--out", str(out)])
    assert answer.exit_code == 1
    assert '"subsidy": "1.00"' in out.read_text("utf-8")
