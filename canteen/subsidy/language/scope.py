"""Carry what a part of a policy must know of the whole while it is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from canteen.subsidy.answers import NOT_APPLICABLE, Answers
from canteen.subsidy.language.marked import Entry
from canteen.subsidy.register import Register

Floors = Callable[[str, str], int | None]


@dataclass(frozen=True, slots=True)
class Scope:
    """Hold the answers, payers, categories and floors parts refer to, and the layers of subsidy read so far.

    Without floors a text is read that was checked against them when it was published.
    """

    register: Register
    answers: Answers
    payers: Mapping[str, str]
    standard_set_fen: int | None
    discount_first: bool
    floors: Floors | None
    layers: list[str] = field(default_factory=list)

    def uses(self, question: str, entry: Entry) -> None:
        """Note a problem where a part needs an answer called not applicable."""
        if getattr(self.answers, question) == NOT_APPLICABLE:
            entry.note("answer_needed", question=question)

    def layer_above(self, entry: Entry) -> str:
        """Read the id of a layer of subsidy that is tried before this one."""
        if entry.text() not in self.layers:
            raise entry.refuse("unknown_layer", found=entry.text(), options=", ".join(self.layers) or "-")
        return entry.text()

    def standard_set_needed(self, entry: Entry) -> None:
        """Note a problem where the standard set meal is spoken of but not priced."""
        if self.standard_set_fen is None:
            entry.note("standard_set_missing")
