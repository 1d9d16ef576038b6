"""Try a policy's own worked examples; it may not be published while one of them fails."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from canteen.subsidy.calendar import Calendar
from canteen.subsidy.language.marked import Problem
from canteen.subsidy.policy import Policy
from canteen.subsidy.register import Register
from canteen.subsidy.shelf import Shelf
from canteen.subsidy.trial import try_case


@dataclass(frozen=True, slots=True)
class ExampleFailure:
    """Say which example of a policy does not come out, on which line it stands, and what differs."""

    example: str
    line: int
    differences: tuple[str, ...]


def failures(policy: Policy, *, register: Register, calendar: Calendar) -> tuple[ExampleFailure, ...]:
    """Try every example of a policy and list those that do not come out as the document says."""
    shelf = Shelf(MappingProxyType({}), register, calendar).with_policy(policy)
    found = []
    for example in policy.examples:
        results = try_case(shelf, {**example.case, "policy": policy.id})
        differences = tuple(
            f"{result.answer['id']} {text}" if "rows" in example.case else text
            for result in results
            for text in result.differences
        )
        if differences:
            found.append(ExampleFailure(example.id, example.line, differences))
    return tuple(found)


def failing_examples(shelf: Shelf) -> tuple[Problem, ...]:
    """List the failing examples of all policies of a shelf as mistakes of their files."""
    return tuple(
        problem
        for policy in shelf.policies.values()
        for problem in problems(
            policy, shelf.files.get(policy.id, policy.id), register=shelf.register, calendar=shelf.calendar
        )
    )


def problems(policy: Policy, file: str, *, register: Register, calendar: Calendar) -> tuple[Problem, ...]:
    """Put failures into the words of the mistakes of a policy file."""
    return tuple(
        Problem(
            file, failure.line, "examples", "example_fails",
            (("name", failure.example), ("found", "; ".join(failure.differences))),
        )
        for failure in failures(policy, register=register, calendar=calendar)
    )  # fmt: skip
