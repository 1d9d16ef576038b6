"""Tell which rules were tried, only when somebody asks: most quotes are priced and never explained.

While a meal is priced each rule leaves one small note; the notes become steps in words when they are read. A trace
equals the tuple of its steps, so a quote read back from storage equals the one that was stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, overload

from canteen.foundation.money import yuan
from canteen.subsidy.conditions import AllOf, Condition, shortfall
from canteen.subsidy.quotes import Chance, Parts, Step
from canteen.subsidy.situation import Situation

Facts = tuple[tuple[str, str], ...]
# The rule, whether it passed, what it leaves to be told, and the paragraph of the document.
Note = tuple[str, bool, Any, str]


class Given:
    """Note what a layer gave: of which sum, at most how much, and whose money it is."""

    __slots__ = ("available_fen", "base_fen", "fen", "split")

    def __init__(self, base_fen: int, available_fen: int, fen: int, split: Parts) -> None:
        self.base_fen, self.available_fen, self.fen, self.split = base_fen, available_fen, fen, split

    def facts(self) -> Facts:
        """Write the sums in yuan; the limit only where it binds."""
        told = [("to_pay", yuan(self.base_fen)), ("gives", yuan(self.fen))]
        if self.available_fen < self.base_fen:
            told.insert(1, ("available", yuan(self.available_fen)))
        return (*told, *[(f"payer {code}", yuan(fen)) for code, fen in self.split])


class Shown:
    """Note what a condition looked at, whichever way it went."""

    __slots__ = ("condition",)

    def __init__(self, condition: Condition) -> None:
        self.condition = condition


class Trace(Sequence[Step]):
    """Read the notes of one quote as steps."""

    __slots__ = ("_notes", "_situation", "_steps")

    def __init__(self, notes: list[Note], situation: Situation) -> None:
        self._notes = notes
        self._situation = situation
        self._steps: tuple[Step, ...] | None = None

    @property
    def steps(self) -> tuple[Step, ...]:
        """Write all steps, once."""
        if self._steps is None:
            self._steps = tuple(_told(note, self._situation) for note in self._notes)
        return self._steps

    def __len__(self) -> int:
        return len(self._notes)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    @overload
    def __getitem__(self, index: int) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Step, ...]: ...
    def __getitem__(self, index: int | slice) -> Step | tuple[Step, ...]:
        return self.steps[index]

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, Trace | tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.steps)

    def __repr__(self) -> str:
        return repr(self.steps)


def seen(condition: Condition, s: Situation) -> Facts:
    """List the facts a condition looked at."""
    if isinstance(condition, AllOf):
        return tuple([(part.name, part.seen(s)) for part in condition.parts])
    return ((condition.name, condition.seen(s)),)


def _told(note: Note, s: Situation) -> Step:
    rule, passed, left, paragraph = note
    if isinstance(left, Chance):
        return Step(rule, passed, _counted(left), "", paragraph)
    if isinstance(left, Given):
        return Step(rule, passed, left.facts(), "", paragraph)
    if isinstance(left, tuple):
        return Step(rule, passed, left, "", paragraph)
    if isinstance(left, Shown):
        return Step(rule, passed, seen(left.condition, s), "", paragraph)
    if passed:
        return Step(rule, passed, seen(left, s), "", paragraph)
    facts = ((left.name, left.seen(s)), ("needs", left.needs))
    return Step(rule, passed, facts, shortfall(left, s), paragraph)


def _counted(chance: Chance) -> Facts:
    return (
        ("window", chance.window), ("before", str(chance.ordinal - 1)), ("after", str(chance.ordinal)),
        ("at_most", str(chance.limit)),
    )  # fmt: skip
