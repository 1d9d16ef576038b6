"""Check one policy file: its words, dates, floors and unanswered questions, and then its own examples."""

from __future__ import annotations

from pathlib import Path

from canteen.foundation.errors import Invalid
from canteen.subsidy import examples
from canteen.subsidy.language.marked import Problem
from canteen.subsidy.language.policies import read_policy
from canteen.subsidy.policy import Policy
from canteen.subsidy.shelf import CALENDAR, CATEGORIES, SHIPPED, floors_in, policy_texts, read_text, tables_of


def lint(path: Path) -> tuple[Problem, ...]:
    """Check a file with the tables and floors of its surroundings; nothing found means sound."""
    try:
        register, calendar = tables_of(_surroundings(path))
        policy = readable(path)
    except Invalid as error:
        problems: tuple[Problem, ...] = error.params["problems"]
        return problems
    return examples.problems(policy, str(path), register=register, calendar=calendar)


def readable(path: Path) -> Policy:
    """Read a file with the tables and floors of its surroundings; raises `Invalid` with every problem."""
    directory = _surroundings(path)
    register, _ = tables_of(directory)
    floors = floors_in(policy_texts(directory))
    return read_policy(read_text(path), str(path), register, lambda of, name: floors.get((of, name)))


def _surroundings(path: Path) -> Path:
    """Find the directory whose tables and floors count: the nearest upwards that has tables, else its own."""
    for parent in (path.parent, path.parent.parent):
        if (parent / CATEGORIES).is_file() or (parent / CALENDAR).is_file() or parent == SHIPPED:
            return parent
    return path.parent
