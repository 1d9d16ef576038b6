"""Every kind of mistake in a policy file is named on its line, with a way to mend it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from canteen import subsidy
from canteen.foundation.errors import Invalid
from canteen.subsidy.explain import WORDS, mended
from canteen.subsidy.language.tables import read_kinds, read_years
from canteen.subsidy.lint import lint
from tests.subsidy.builders import HEAD, layer, problems_in, text_of

SUBSIDY = Path(subsidy.__file__).parent
FREE = layer("free")
GRANT = (
    "site_money:\n  - {id: g, per: year, who: anybody, gets: {flat: 1}, opening: full, closing: full,"
    " paid_in: same_year, paid_by: city}\n"
)
OPERATOR = (
    "\noperator_money: [{id: o, per: served_meal, paid_by: city, of_several_classes: first,"
    " classes: [{id: a, who: anybody, gets: free}]}]"
)
AMOUNT_MISTAKES = [
    ('{fixed: "3.005"}', "yuan_expected", "3.005"),
    ("{fixed: 3元}", "yuan_expected", "3元"),
    ("{fixed: no}", "yuan_expected", "no"),
    ("{fixed: -3}", "negative_amount", "-3"),
    ("{fixed: ３．００}", "full_width", "３．００"),
    ("{fixed：3.00}", "colon_expected", "fixed：3.00"),
    ("{percent: 50}", "missing", "percent: 50"),
    ("{percent: 150, of: price}", "over_hundred", "150"),
    ("{percent: half, of: price}", "number_expected", "half"),
    ("{percent: -5, of: price}", "negative_amount", "-5"),
    ("{percent: 50, of: menu}", "yuan_expected", "menu"),
    ("{percent: 50, of: standard_set}", "standard_set_missing", "standard_set"),
    ("{percent: 50, of: price, at_least: 5, up_to: 4}", "empty_range", "at_least: 5"),
    ("{fixed: 3, of: price}", "only_with", "of: price"),
    ("{fixed: 3, percent: 5}", "one_of", "fixed: 3"),
    ("{of: price}", "one_of", "of: price"),
    ("{fixed: 3, cap: 1}", "unknown_name", "cap: 1"),
    ("gratis", "amount_expected", "gratis"),
    ("3.00", "amount_expected", "3.00"),
    ("{by_meal: {tea: free}}", "not_a_choice", "tea"),
    ("{by_diet: {软食: free}}", "missing", "by_diet"),
    ("{fixed: 1, not_under: 2}", "under_floor", "not_under"),
    ("{fixed: 1, not_under: province/basic}", "unknown_floor", "province/basic"),
    ("{percent: 5, of: price, not_under: 2}", "only_with", "not_under"),
    ("{person_pays: 7, not_over: 6}", "over_ceiling", "not_over"),
]
WHO_MISTAKES = [
    ("{age: sixty}", "age_expected"),
    ("{age: 74-60}", "empty_age_band"),
    ("{age: ６０+}", "full_width"),
    ("{age: 60～74}", "full_width"),
    ("{category: 不存在}", "unknown_category"),
    ("{category: []}", "no_condition"),
    ("{at_least: 低保}", "no_scale"),
    ("{hukou: {state: 广东}}", "unknown_name"),
    ("{hukou: {province: 广冬}}", "unknown_place"),
    ("{hukou: {city: 福田区}}", "wrong_level"),
    ("{hukou: {town: 深圳市}}", "wrong_level"),
    ("{hukou: {}}", "no_place"),
    ("{hukou: 深圳}", "place_expected"),
    ("{spend: {at_least: 1, more_than: 2}}", "one_of"),
    ("{spend: {of: before_discount}}", "one_of"),
    ("{days: [10-32]}", "month_and_day_expected"),
    ("{days: 2026-02-30}", "day_expected"),
    ("{spend: {at_least: standard_set}}", "standard_set_missing"),
    ("{spend: {at_least: 1, of: everything}}", "not_a_choice"),
    ("{days: holidays}", "not_a_choice"),
    ("{days: {days: weekends}}", "missing"),
    ("{meals: supper}", "not_a_choice"),
    ("{canteen_shares: {hukou: street}}", "not_a_choice"),
    ("{canteen_shares: {}}", "one_of"),
    ("{ordered_days_ahead: one}", "whole_number_expected"),
    ("{site_live: maybe}", "not_a_choice"),
    ("{given: nobody}", "unknown_layer"),
    ("{any_of: []}", "no_condition"),
    ("{}", "no_condition"),
    ("everybody", "condition_expected"),
    ("低保", "condition_expected"),
    ("[{age: 60+}]", "mapping_expected"),
    ("{colour: red}", "unknown_name"),
]
PAYER_MISTAKES = [
    ("nobody", "unknown_payer"),
    ("[]", "no_residual_payer"),
    ("[{payer: city, pays: 3}]", "no_residual_payer"),
    ("[{payer: city, pays: rest}, {payer: district, pays: 3}]", "residual_payer_not_last"),
    ("[{payer: city, share: 1}, {payer: town, pays: rest}]", "shares_mixed"),
    ("[{payer: city, share: 0}, {payer: town, share: 1}]", "nothing_shared"),
    ("[{payer: city}]", "one_of"),
    ("[{payer: city, pays: rest, if: {age: 60+}}]", "missing"),
    ("[{payer: city, pays: 3, at_most: 2}, {payer: town, pays: rest}]", "only_with"),
    ("[{payer: city, percent: 101}, {payer: town, pays: rest}]", "over_hundred"),
]
LIMIT_MISTAKES = [
    ("[{at_most: 0, per: day}]", "nothing_allowed"),
    ("[{at_most: 1, per: fortnight}]", "not_a_choice"),
    ("[{at_most: 1, at_most_yuan: 3, per: day}]", "one_of"),
    ("[{at_most: 1}]", "missing"),
    ("[{at_most: 1, per: year, year_starts: 02-29}]", "month_and_day_expected"),
    ("[{at_most: 1, per: month, year_starts: 07-01}]", "only_with"),
    ("[{per: day, one_of: [{tea: 1}]}]", "unknown_name"),
    ("often", "limits_expected"),
]
VERSION_MISTAKES = [
    ("last_day: 2019-01-01\n" + FREE, "ends_before_start"),
    ("prolonged_by: {document: x, last_day: 2027-01-01}\n" + FREE, "only_with"),
    ("last_day: 2026-12-31\nprolonged_by: {document: x, last_day: 2026-12-31}\n" + FREE, "not_prolonged"),
    ("last_day: 2026-2-3\n" + FREE, "day_expected"),
    ("last_day: 2026-02-30\n" + FREE, "day_expected"),
    ("last_day: 20261231\n" + FREE, "day_expected"),
    ("last_day: ２０２６-12-31\n" + FREE, "full_width"),
    ("notes: {}", "gives_nothing"),
    ("standard_set: cheap\n" + FREE, "yuan_expected"),
    ("own_payment: {who: anybody}\n" + FREE, "one_of"),
    ("own_payment: {at_least_percent: 120, who: anybody}\n" + FREE, "over_hundred"),
    ("together_at_most: much\n" + FREE, "yuan_expected"),
    ("excluded: [{id: a, when: {age: 1+}}, {id: a, when: {age: 2+}}]\n" + FREE, "given_twice"),
    ("delivery: courier_pays\n" + FREE, "not_a_choice"),
    (FREE.replace("    meals: any\n", ""), "missing"),
    (FREE.replace("meals: any", "meal: any"), "unknown_name"),
    (FREE.replace("meals: any", "meals: []"), "text_expected"),
    (FREE + FREE.split("\n", 1)[1].replace("id: meal", "id: other"), "missing"),
    (GRANT.replace("opening: full, ", ""), "missing"),
    (GRANT.replace("per: year", "per: week"), "not_a_choice"),
    (GRANT.replace("gets: {flat: 1}", "gets: {ceiling: 1}"), "one_of"),
    (GRANT.replace("gets: {flat: 1}", "gets: {flat: 1, times_rating: {from: 2, to: 1}}"), "empty_range"),
    (GRANT.replace("gets: {flat: 1}", "gets: {by_headcount: [{from: 3}]}"), "one_of"),
    (GRANT.replace("who:", "years: soon, who:"), "years_expected"),
    (GRANT.replace("who:", "awards_at_most: 0, who:"), "nothing_allowed"),
]
DISCOUNT = (
    "discount: {id: d, order: after_subsidy, meals: any, days: every_day, modes: any, of_several_classes: first,"
    " classes: [{id: a, who: anybody, gets: free}]}\n"
)


def codes_in(text):
    return [problem.code for problem in problems_in(text)]


@pytest.mark.parametrize(("gets", "code", "where"), AMOUNT_MISTAKES, ids=[one[0] for one in AMOUNT_MISTAKES])
def test_mistaken_amount_is_named_on_its_line(gets, code, where):
    text = text_of(layer(gets))
    problems = problems_in(text)
    assert code in [problem.code for problem in problems]
    assert any(where in text.splitlines()[problem.line - 1] for problem in problems)


@pytest.mark.parametrize(("who", "code"), WHO_MISTAKES, ids=[one[0] for one in WHO_MISTAKES])
def test_mistaken_condition_is_named(who, code):
    assert code in codes_in(text_of(layer("free", who=who)))


@pytest.mark.parametrize(("paid_by", "code"), PAYER_MISTAKES, ids=[one[0] for one in PAYER_MISTAKES])
def test_mistaken_payer_is_named(paid_by, code):
    assert codes_in(text_of(layer("free", paid_by=paid_by))) == [code]


@pytest.mark.parametrize(("limits", "code"), LIMIT_MISTAKES, ids=[one[0] for one in LIMIT_MISTAKES])
def test_mistaken_limit_is_named(limits, code):
    assert code in codes_in(text_of(layer("free", limits=limits)))


@pytest.mark.parametrize(("body", "code"), VERSION_MISTAKES)
def test_mistaken_version_is_named(body, code):
    assert code in codes_in(text_of(body))


@pytest.mark.parametrize(
    ("question", "body"),
    [
        ("refunded_meal", FREE),
        ("undue_in_good_faith_borne_by", FREE),
        ("make_up_days", FREE.replace("every_day", "working_days")),
        ("threshold", layer("free", who="{spend: {at_least: 1}}")),
        ("price_below_fixed_payment", layer("{person_pays: 1}")),
        ("operator_money_of_disallowed_meal", FREE + OPERATOR),
    ],
)
def test_an_answer_that_is_needed_cannot_be_called_not_applicable(question, body):
    assert "answer_needed" in codes_in(text_of(body, **{question: "not_applicable"}))


def test_a_threshold_after_a_discount_that_comes_last_is_refused():
    body = DISCOUNT + layer("free", who="{spend: {at_least: 1}}")
    assert codes_in(text_of(body, threshold="after_discount")) == ["discount_not_known_yet"]


def test_a_discount_cannot_ask_for_what_is_left_after_it():
    body = DISCOUNT.replace("after_subsidy", "before_subsidy").replace("who: anybody", "who: {spend: {at_least: 1}}")
    assert codes_in(text_of(body + FREE, threshold="after_discount")) == ["discount_not_known_yet"]


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ("payers:", "\tpayers:", "tab_found", "Tab"),
        ("name: 样例", "name：样例", "colon_expected", "半角冒号"),
        ("name: 样例", "name: 样例: 第二", "not_yaml", "引号"),
        ("name: 样例", "name: [样例", "not_yaml", "缩进"),
        ("name: 样例", "name: 样例\nname: 又一次", "given_twice", "写了两次"),
        ("name: 样例", "name: \x00", "not_yaml", "U+0000"),
        ("name: 样例", "name: &a [*a]", "too_deep", "层次"),
        ('"440300"', "深圳", "region_expected", "行政区划代码"),
        ('"440300"', "440", "region_expected", "6"),
        ("chosen_by: {hukou: {city: 深圳}}", "chosen_by: {}", "one_of", "hukou"),
        ("from: 2020-01-01", "from: 2020/1/1", "day_expected", "2024-05-17"),
        ("given: deducted_at_payment", "given: in_cash", "not_a_choice", "deducted_at_payment"),
        ("rounding: {how: half_up, of: subsidy, to: fen}", "rounding: {how: half_up}", "missing", "of"),
        ("birthday: on_the_day", "birthday: not_applicable", "not_a_choice", "day_after"),
    ],
)
def test_mistaken_head_is_named_with_a_way_to_mend_it(old, new, code, says):
    problems = problems_in(text_of(FREE).replace(old, new, 1))
    assert code in [problem.code for problem in problems]
    assert any(says in mended(problem) for problem in problems)


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ("last_day: 2021-06-30", "from: 2021-01-01", "versions_overlap"),
        ("last_day: 2020-12-31", "from: 2021-02-01", "versions_gap"),
        ("last_day: 2020-12-31", "from: 2019-01-01", "not_in_order"),
        ("last_day: 2020-12-31", "from: 2021-01-01", None),
        ("replaced_early: yes\n    last_day: 2021-06-30", "from: 2021-01-01", None),
        ("last_day: 2020-12-31", "after_gap: yes\n    from: 2021-02-01", None),
    ],
)
def test_versions_that_overlap_or_leave_a_gap_must_mean_it(first, second, code):
    version = HEAD.split("versions:\n")[1]
    body = "".join(f"    {line}\n" for line in FREE.splitlines())
    later = version.replace('"1"', '"2"').replace("from: 2020-01-01", second)
    text = f"{HEAD}    {first}\n{body}{later}{body}"
    assert codes_in(text) == ([code] if code else [])


def test_one_mistake_does_not_hide_those_of_other_parts():
    body = "standard_set: x\n" + layer("{fixed: y}")
    broken = text_of("own_payment: {at_least: z, who: anybody}\n" + layer("{fixed: y}")) + "    operator_money: often\n"
    assert codes_in(text_of(body)) == ["yuan_expected"]
    assert set(codes_in(broken)) == {"yuan_expected", "mapping_expected"}
    assert len(codes_in(broken)) == 3


@pytest.mark.parametrize("data", [b"\xff\xfe\x00name", "policy: 深圳".encode("gb18030")])
def test_a_file_in_another_encoding_is_refused_and_no_crash(tmp_path, data):
    file = tmp_path / "policy.yaml"
    file.write_bytes(data)
    assert [problem.code for problem in lint(file)] == ["not_utf8"]


def test_a_file_as_windows_writes_it_is_read(tmp_path):
    file = tmp_path / "policy.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + text_of(FREE).replace("\n", "\r\n").encode())
    assert lint(file) == ()


@pytest.mark.parametrize("text", ["", "# nothing", "[]", "just words", "42", "a: b", "- - -", "? {a: b}\n: c"])
def test_what_is_no_policy_at_all_is_refused_and_no_crash(text):
    assert problems_in(text)


@pytest.mark.parametrize("text", ["[" * 3000, "{a: " * 3000, "&a [*a]", "a: &a {b: *a}"])
def test_a_file_that_never_ends_is_refused_and_no_crash(text):
    assert problems_in(text)


def test_an_unfolding_bomb_is_refused():
    bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{name}: &{name} [" + ", ".join([f"*{before}"] * 10) + "]\n"
        for before, name in zip("abcdefg", "bcdefgh", strict=True)
    )
    assert codes_in(bomb) == ["too_deep"]


@pytest.mark.parametrize(
    ("read", "text", "code"),
    [
        (read_kinds, "categories: [{code: a}]", "missing"),
        (read_kinds, "kinds: []", "missing"),
        (read_years, "years: [{year: x, notice: n, days_off: []}]", "whole_number_expected"),
        (
            read_years,
            "years: [{year: 2026, notice: n, days_off: [{name: a, first: 2026-1-1, last: 2026-01-02}]}]",
            "day_expected",
        ),
        (
            read_years,
            "years: [{year: 2026, notice: n, days_off: [{name: a, first: 2026-01-02, last: 2026-01-01}]}]",
            "ends_before_start",
        ),
        (read_years, "years: [{year: 2026, notice: n, days_off: [], make_up_days: [2025-01-04]}]", "not_in_year"),
    ],
)
def test_mistakes_of_registers_and_calendars_are_named_too(read, text, code):
    with pytest.raises(Invalid) as refusal:
        read(text, "table.yaml")
    assert code in [problem.code for problem in refusal.value.params["problems"]]


def test_every_mistake_that_can_be_noted_has_words_and_no_words_are_left_over():
    code = "".join(path.read_text("utf-8") for path in sorted(SUBSIDY.rglob("*.py")))
    noted = set(
        re.findall(
            r'(?:note|refuse|_refused|Problem)\(\s*(?:[^"()]*(?:\([^()]*\))?[^"()]*"[^"]*", )?"([a-z0-9_]+)"', code
        )
    )
    known = set(WORDS["problem"])
    assert {name for name in known if f'"{name}"' not in code} == set()
    assert noted - known - {"categories", "policy", "examples"} == set()
    assert all({"says", "mend"} == set(words) for words in WORDS["problem"].values())
