"""Hold policies together with the categories and the calendar they are read with.

A directory of policies may bring its own ``categories.yaml`` and ``calendar.yaml``, which extend the
shipped ones; every other YAML file in it, at any depth, is a policy.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from canteen.foundation.errors import Invalid
from canteen.subsidy.calendar import Calendar
from canteen.subsidy.language.marked import Entry, Problem, root
from canteen.subsidy.language.policies import read_policy
from canteen.subsidy.language.tables import read_kinds, read_years
from canteen.subsidy.policy import Policy
from canteen.subsidy.register import Register, register_of

_CASES = re.compile(r"^(cases|sequences|late_facts):", re.MULTILINE)

HERE = Path(__file__).parent
SHIPPED = HERE / "policies"
CATEGORIES = "categories.yaml"
CALENDAR = "calendar.yaml"


@dataclass(frozen=True)
class Shelf:
    """Hold policies by id, the category register and the calendar."""

    policies: Mapping[str, Policy]
    register: Register
    calendar: Calendar
    files: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def with_policy(self, policy: Policy) -> Shelf:
        """Put one policy alone on a shelf with the same register and calendar."""
        return Shelf(MappingProxyType({policy.id: policy}), self.register, self.calendar)


@lru_cache(maxsize=1)
def shipped_register() -> Register:
    """Read the register that comes with the package."""
    path = HERE / "data" / CATEGORIES
    return register_of(read_kinds(path.read_text("utf-8"), CATEGORIES))


@lru_cache(maxsize=1)
def shipped_calendar() -> Calendar:
    """Read the calendar that comes with the package."""
    path = HERE / "data" / CALENDAR
    years = read_years(path.read_text("utf-8"), CALENDAR)
    return Calendar().with_years({year.year: year for year in years})


@lru_cache(maxsize=1)
def shipped() -> Shelf:
    """Read the policies that come with the package."""
    return load(SHIPPED)


def shipped_texts() -> list[str]:
    """Return the texts of the policies that come with the package, ready to be published."""
    return [read_text(path) for path in policy_files(SHIPPED)]


def load(directory: Path) -> Shelf:
    """Read all policies of a directory.

    Raises `Invalid` with the problems of every file.
    """
    register, calendar = tables_of(directory)
    texts = policy_texts(directory)
    floors = floors_in(texts)
    policies: dict[str, Policy] = {}
    files: dict[str, str] = {}
    problems: list[Problem] = []
    for path, text in texts.items():
        try:
            policy = read_policy(text, str(path), register, lambda of, name: floors.get((of, name)))
        except Invalid as error:
            problems.extend(error.params["problems"])
            continue
        if policy.id in policies:
            problems.append(Problem(str(path), 1, "policy", "given_twice", (("name", policy.id),)))
        policies[policy.id], files[policy.id] = policy, str(path)
    if problems:
        raise Invalid("subsidy.policy_misread", problems=tuple(problems))
    return Shelf(MappingProxyType(policies), register, calendar, MappingProxyType(files))


def tables_of(directory: Path) -> tuple[Register, Calendar]:
    """Extend the shipped register and calendar by those of a directory, at any depth."""
    register, calendar = shipped_register(), shipped_calendar()
    for own_kinds in sorted(directory.rglob(CATEGORIES)):
        kinds = read_kinds(read_text(own_kinds), str(own_kinds))
        try:
            register = register.with_kinds(kinds)
        except ValueError as error:
            problem = Problem(str(own_kinds), 1, "categories", "register_broken", (("found", str(error)),))
            raise Invalid("subsidy.policy_misread", problems=(problem,)) from None
    for own_years in sorted(directory.rglob(CALENDAR)):
        years = read_years(read_text(own_years), str(own_years))
        calendar = calendar.with_years({year.year: year for year in years})
    return register, calendar


def policy_files(directory: Path) -> list[Path]:
    """List the policy files of a directory, at any depth; files of worked cases may lie among them."""
    return list(policy_texts(directory))


def policy_texts(directory: Path) -> dict[Path, str]:
    """Read the policy files of a directory in the order of their names."""
    tables = {CATEGORIES, CALENDAR}
    paths = [path for ending in ("*.yaml", "*.yml") for path in directory.rglob(ending) if path.name not in tables]
    texts = {path: read_text(path) for path in sorted(paths)}
    return {path: text for path, text in texts.items() if not _CASES.search(text)}


def read_text(path: Path) -> str:
    """Read a file as UTF-8, with or without a mark at its beginning; `Invalid` for any other encoding."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problem = Problem(str(path), line, "", "not_utf8")
        raise Invalid("subsidy.policy_misread", problems=(problem,)) from None


def floors_in(texts: Mapping[Path, str]) -> dict[tuple[str, str], int]:
    """Collect the floors that policies set for others; what cannot be read is reported by its own file."""
    floors: dict[tuple[str, str], int] = {}
    for path, text in texts.items():
        if "\nfloors:" not in text:
            continue
        try:
            top = root(text, str(path)).fields(("policy", "floors"), tuple(_names(text, path)))
            for name, floor in top["floors"].pairs().items():
                floors[(top["policy"].text(), name)] = floor.fen()
        except Exception:  # noqa: S112 - The file's own reading reports it with its line.
            continue
    return floors


def _names(text: str, path: Path) -> list[str]:
    entry: Entry = root(text, str(path))
    return list(entry.pairs())
