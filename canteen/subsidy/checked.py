"""Check the text of a policy before it may stand: language, worked examples, floors set above; pure and bounded.

A text typed into a page is refused before it is read where reading it would be dear: too long, too deep, repeated by
aliases, or with a number that would not fit into memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

import yaml

from canteen.foundation.errors import Invalid
from canteen.subsidy import examples
from canteen.subsidy.calendar import Calendar
from canteen.subsidy.language.marked import FAST_LOADER, Problem
from canteen.subsidy.language.policies import read_policy
from canteen.subsidy.policy import Policy
from canteen.subsidy.register import Register

LONGEST_TEXT = 200_000
_LONGEST_VALUE = 4_000
_DEEPEST = 40
_NAMES = ("policy", "name", "region")
_DEAR_NUMBER = re.compile(r"[+-]?[0-9._]*[eE][+-]?[0-9]+|[0-9._]{40,}")


@dataclass(frozen=True)
class Above:
    """Name a policy of a wider place that sets floors for those below it."""

    policy: str
    floors: Mapping[str, int]


@dataclass(frozen=True)
class Around:
    """Hold what a text is checked with: register, calendar, and the floors of the policies above."""

    register: Register
    calendar: Calendar
    above: tuple[Above, ...] = ()
    region: str = ""

    def floor(self, policy: str, name: str) -> int | None:
        """Find a floor by policy and name."""
        return next((one.floors.get(name) for one in self.above if one.policy == policy), None)


@dataclass(frozen=True)
class Checked:
    """Hold the policy that a text says, as far as it can be read, and every mistake."""

    policy: Policy | None
    problems: tuple[Problem, ...]


def check(text: str, around: Around, file: str = "policy") -> Checked:
    """Read a text and name every mistake with its line: misread, failing example, floor not kept, wrong region."""
    too_dear = tuple(_bounds(text, file))
    if too_dear:
        return Checked(None, too_dear)
    try:
        policy = read_policy(text, file, around.register, around.floor)
    except Invalid as error:
        return Checked(None, error.params["problems"])
    found = [*examples.problems(policy, file, register=around.register, calendar=around.calendar)]
    found += _floors_not_kept(text, policy, around, file)
    if around.region and policy.region.ljust(12, "0") != around.region:
        found.append(Problem(file, _line(text, "region"), "region", "other_region", (("found", policy.region),)))
    return Checked(policy, tuple(sorted(found, key=lambda problem: problem.line)))


def named_in(text: str) -> dict[str, str]:
    """Read id, name and region off a text, sound or not; what cannot be read is empty."""
    found = dict.fromkeys(_NAMES, "")
    for line in text.splitlines():
        key, colon, value = line.partition(":")
        if colon and key in found and not found[key]:
            found[key] = _scalar(value)
    return found


def _scalar(value: str) -> str:
    try:
        read = yaml.load(value.strip()[:150], Loader=yaml.BaseLoader)  # noqa: S506 - Makes only text.
    except yaml.YAMLError:
        return ""
    return read if isinstance(read, str) else ""


def _bounds(text: str, file: str) -> Iterator[Problem]:
    """Walk the events of a text, which costs little however it is nested, and name what is too dear to read."""
    if len(text) > LONGEST_TEXT:
        yield Problem(file, 1, "", "too_long", (("most", str(LONGEST_TEXT)),))
        return
    try:
        problem = _first_dear(text, file)
        if problem is not None:
            yield problem
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = 1 if mark is None else int(mark.line) + 1
        yield Problem(file, line, "", "not_yaml", (("found", str(error.problem or "")),))
    except yaml.YAMLError as error:
        yield Problem(file, 1, "", "not_yaml", (("found", str(error)[:80]),))


def _first_dear(text: str, file: str) -> Problem | None:
    """Walk by libyaml; what it refuses is walked again by the reader whose words are known."""
    with suppress(yaml.YAMLError, UnicodeError):
        return _dear_in(yaml.parse(text, Loader=FAST_LOADER), file)
    return _dear_in(yaml.parse(text, Loader=yaml.SafeLoader), file)


def _dear_in(events: Iterator[yaml.Event], file: str) -> Problem | None:
    depth = 0
    for event in events:
        line = 1 if event.start_mark is None else int(event.start_mark.line) + 1
        if isinstance(event, yaml.AliasEvent):
            return Problem(file, line, "", "alias_used", (("found", str(event.anchor)),))
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.ScalarEvent) and _is_dear(event.value):
            return Problem(file, line, "", "value_too_long", (("found", event.value[:40]),))
        if depth > _DEEPEST:
            return Problem(file, line, "", "too_deep", (("most", str(_DEEPEST)),))
    return None


def _is_dear(value: str) -> bool:
    return len(value) > _LONGEST_VALUE or _DEAR_NUMBER.fullmatch(value.strip()) is not None


def _floors_not_kept(text: str, policy: Policy, around: Around, file: str) -> Iterator[Problem]:
    """Ask that every floor of a wider policy stands beside an amount here, so that reading could compare both."""
    if not any(version.subsidies for version in policy.versions):
        return
    events = yaml.parse(text, Loader=FAST_LOADER)
    named = {str(event.value) for event in events if isinstance(event, yaml.ScalarEvent)}
    for one in around.above:
        for name, fen in one.floors.items():
            if f"{one.policy}/{name}" not in named:
                facts = (("name", f"{one.policy}/{name}"), ("floor", f"{fen / 100:.2f}"))
                yield Problem(file, _line(text, "versions"), "versions", "floor_not_named", facts)


def _line(text: str, key: str) -> int:
    """Find the line of a topmost name."""
    lines = text.splitlines()
    return next((number for number, line in enumerate(lines, start=1) if line.startswith(f"{key}:")), 1)
