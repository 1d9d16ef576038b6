"""Each rule finds what was planted for it as often as docs/anomalies.md states, and leaves honest people alone."""

from __future__ import annotations

import re

import pytest

from canteen.anomalies import RULES, shipped_thresholds
from tests.anomalies import planted
from tests.edges import ROOT

TABLE = re.compile(r"^\| `(\w+)` \|.*?\| ([\d.]+) % \| ([\d.]+) \|$", re.M)


def test_every_rule_has_thresholds_a_plant_and_a_line_in_the_document() -> None:
    told = {match[1] for match in TABLE.finditer((ROOT / "docs/anomalies.md").read_text("utf-8"))}
    assert set(RULES) == set(shipped_thresholds()) == set(planted.PLANTS) == told


@pytest.mark.parametrize("rule", sorted(RULES))
def test_what_was_planted_is_found_as_often_as_told(rule: str) -> None:
    told = {match[1]: match for match in TABLE.finditer((ROOT / "docs/anomalies.md").read_text("utf-8"))}[rule]
    found = planted.measured(rule, seed=1)
    assert found.recalled * 100 >= (float(told[2]) - 20) * found.planted
    assert planted.honest_cases(1)[rule] <= (float(told[3]) + 1) * planted.WEEKS
