"""The form and the text say the same, and what the form does not know stays as it is."""

from __future__ import annotations

from datetime import date

import pytest

from canteen.subsidy import form
from canteen.subsidy.form.spans import NoSuchPlace
from canteen.subsidy.language.policies import read_policy
from canteen.subsidy.shelf import shipped_register
from tests.builders import POLICIES

TEXTS = {path.stem: path.read_text("utf-8") for path in sorted(POLICIES.rglob("*.yaml"))}
SHENZHEN = TEXTS["shenzhen-city"]
LAYER = "versions/0/subsidies/0"


def read(text):
    return read_policy(text, "sample.yaml", shipped_register(), lambda _policy, _name: 0)


def fields(text):
    return {field.path: field for group in form.form_of(text).groups for field in group.fields}


def changed_lines(old, new):
    return [line for line in new.splitlines() if line not in old.splitlines()]


@pytest.mark.parametrize("name", TEXTS)
def test_writing_every_field_as_it_is_changes_no_rule(name):
    text = TEXTS[name]
    for path, field in fields(text).items():
        if field.value:
            assert read(form.put(text, path, field.value)) == read(text), path


@pytest.mark.parametrize("name", TEXTS)
def test_every_line_of_a_policy_is_known_or_named_as_unknown(name):
    shown = form.form_of(TEXTS[name])
    lines = TEXTS[name].splitlines()

    for path, line in shown.unknown:
        assert path.rpartition("/")[2].isdecimal() or path.rpartition("/")[2] in " ".join(
            lines[max(0, line - 2) : line]
        )


def test_the_form_says_what_it_leaves_alone():
    unknown = [path for path, _ in form.form_of(SHENZHEN).unknown]

    assert f"{LAYER}/classes/0/who" in unknown
    assert "versions/0/delivery" in unknown
    assert not any(path.startswith(f"{LAYER}/classes/1") for path in unknown)
    assert f"{LAYER}/classes/0/who/age" not in fields(SHENZHEN)


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        (f"{LAYER}/classes/1/gets/@amount", "6.00", 'gets: {up_to: "6.00"}'),
        (f"{LAYER}/classes/1/gets/@kind", "fixed", 'gets: {fixed: "5.00"}'),
        (f"{LAYER}/classes/1/gets/@kind", "free", "gets: free"),
        (f"{LAYER}/classes/1/who/age", "65-99", "who: {age: 65-99}"),
        (f"{LAYER}/classes/1/who/age", "", "who: anybody"),
        (f"{LAYER}/classes/1/who/category", "低保、特困", "who: {age: 70-99, category: [低保, 特困]}"),
        (f"{LAYER}/meals", "lunch dinner", "meals: [lunch, dinner]"),
        (f"{LAYER}/limits/@week", "5", "limits: [{at_most: 1, per: day}, {at_most: 5, per: week}]"),
        (f"{LAYER}/limits/@day", "", "limits: none"),
        ("versions/0/last_day", "2026-12-31", "last_day: 2026-12-31"),
        ("versions/0/document/number", "深民规: 1 号", 'number: "深民规: 1 号"'),
        ("payers/government", "市财政资金", "payers: {government: 市财政资金}"),
        ("answers/birthday", "day_after", "birthday: day_after"),
    ],
)
def test_a_field_changes_its_own_value_and_nothing_else(path, value, line):
    text = form.put(SHENZHEN, path, value)

    assert [one.strip() for one in changed_lines(SHENZHEN, text)] == [line]
    read(text)


def test_a_last_day_is_taken_out_again():
    assert form.put(form.put(SHENZHEN, "versions/0/last_day", "2026-12-31"), "versions/0/last_day", "") == SHENZHEN


def test_a_percentage_has_a_ceiling():
    text = form.put(SHENZHEN, f"{LAYER}/classes/1/gets/@kind", "percent")
    text = form.put(text, f"{LAYER}/classes/1/gets/@amount", "30")
    text = form.put(text, f"{LAYER}/classes/1/gets/@ceiling", "4.00")

    assert 'gets: {percent: 30, of: price, up_to: "4.00"}' in text
    read(text)


def test_a_class_is_repeated_and_taken_out():
    more = form.add_class(SHENZHEN, LAYER)
    assert [one.id for one in read(more).versions[0].subsidies[0].classes] == ["key", "aged_70_99", "class_3"]

    assert form.remove_class(more, f"{LAYER}/classes/2") == SHENZHEN


def test_the_next_version_begins_as_a_copy():
    text = form.add_version(SHENZHEN, version="2027", first_day=date(2027, 1, 1))
    first, second = read(text).versions

    assert (second.version, second.valid_from, first.valid_until) == ("2027", date(2027, 1, 1), date(2027, 1, 1))
    assert second.subsidies == first.subsidies


def test_a_version_is_ended_and_prolonged():
    ended = form.end_on(SHENZHEN, date(2026, 12, 31))
    assert read(ended).versions[0].valid_until == date(2027, 1, 1)
    prolonged = form.prolong(ended, document="深民〔2026〕9号", last_day=date(2027, 6, 30))

    assert read(prolonged).versions[0].valid_until == date(2027, 7, 1)
    with pytest.raises(NoSuchPlace):
        form.prolong(SHENZHEN, document="x", last_day=date(2027, 6, 30))


@pytest.mark.parametrize("path", ["", "region", "versions/0/given", "versions/9/from", "versions/0/subsidies/0/id"])
def test_a_path_that_is_no_field_is_refused(path):
    with pytest.raises(NoSuchPlace):
        form.put(SHENZHEN, path, "x")


@pytest.mark.parametrize("text", ["", "- 1", "a: [", "versions: 3", "versions: [{}]"])
def test_a_text_that_is_no_policy_yet_has_a_small_form(text):
    assert form.form_of(text).groups == () or fields(text) is not None
