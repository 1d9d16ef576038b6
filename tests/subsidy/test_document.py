"""What docs/subsidy.md shows can be used as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from canteen.subsidy.answers import QUESTIONS, ROUNDING
from canteen.subsidy.examples import failures
from canteen.subsidy.language.conditions import _READERS
from canteen.subsidy.language.policies import read_policy
from canteen.subsidy.shelf import shipped_calendar, shipped_register
from tests.subsidy.builders import layer, problems_in, text_of

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "subsidy.md").read_text("utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
SHOWN = PAGE.partition("## The 32 shapes")[2].partition("## Trying")[0]


def test_the_template_is_a_sound_policy_whose_examples_come_out():
    (template,) = [block for block in BLOCKS if block.startswith("policy: my-county")]
    policy = read_policy(template, "docs/subsidy.md", shipped_register())
    assert len(policy.examples) == 2
    assert failures(policy, register=shipped_register(), calendar=shipped_calendar()) == ()


def test_every_shape_is_shown_once_in_order():
    assert [int(number) for number in re.findall(r"^(\d+)\. \*\*", SHOWN, re.MULTILINE)] == list(range(1, 33))


@pytest.mark.parametrize("gets", sorted(set(re.findall(r"`gets: (\{.*?\}|free)`", PAGE))))
def test_every_amount_that_is_shown_can_be_written(gets):
    body = 'standard_set: "13.00"\n' + layer(gets)
    assert {problem.code for problem in problems_in(text_of(body))} <= {"unknown_floor"}


@pytest.mark.parametrize("limits", sorted(set(re.findall(r"`limits: (\[.*?\])`", PAGE))))
def test_every_limit_that_is_shown_can_be_written(limits):
    assert problems_in(text_of(layer("free", limits=limits))) == ()


def test_every_question_and_every_answer_is_explained():
    words = {*QUESTIONS, *(word for options in QUESTIONS.values() for word in options)}
    words |= {word for options in ROUNDING.values() for word in options}
    assert {word for word in words if word not in PAGE} == set()


def test_every_condition_is_explained():
    assert {name for name in _READERS if f"{name}" not in PAGE} == set()


def test_a_published_text_is_read_again_without_the_floors_of_others():
    text = text_of(layer("{fixed: 1, not_under: province/basic}"))
    assert read_policy(text, "digest", shipped_register(), floors=None).id == "sample"
