"""Ask one question each about a person, a meal or a site.

A condition knows what it needs (in the words of the policy), what it saw and how much was missing; its
``name`` is the stable code of the reason when it fails.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from canteen.foundation import money
from canteen.subsidy.places import Place, plain, same_down_to, within
from canteen.subsidy.situation import ONE_DAY, Situation, holds_on
from canteen.subsidy.values import Category


class Condition(Protocol):
    """Answer yes or no for a situation, and say why."""

    @property
    def name(self) -> str:
        """Give the stable code of the question."""

    @property
    def needs(self) -> str:
        """Say what is asked for, as the policy has it."""

    def holds(self, s: Situation) -> bool:
        """Ask the question."""

    def seen(self, s: Situation) -> str:
        """Say what was looked at."""


def failing(condition: Condition, s: Situation) -> Condition | None:
    """Find the innermost condition that fails, None where all hold."""
    if type(condition) is not AllOf:
        return None if condition.holds(s) else condition
    for part in condition.parts:
        if type(part) is AllOf:
            found = failing(part, s)
            if found is not None:
                return found
        elif not part.holds(s):
            return part
    return None


def leaves(condition: Condition) -> Iterator[Condition]:
    """Go through the plain questions inside a composed one."""
    if isinstance(condition, AllOf | AnyOf | NoneOf):
        for part in condition.parts:
            yield from leaves(part)
    else:
        yield condition


def shortfall(condition: Condition, s: Situation) -> str:
    """Say by how much a failed condition was missed, where that can be counted."""
    if isinstance(condition, AgeBand) and s.age is not None:
        return f"{condition.first - s.age}y" if s.age < condition.first else f"+{s.age - condition.first}y"
    if isinstance(condition, Spend):
        bar, spent = condition.bar_fen(s), condition.spent_fen(s)
        return "" if bar is None else money.yuan(bar - spent) if spent <= bar else f"+{money.yuan(spent - bar)}"
    return ""


@dataclass(frozen=True, slots=True)
class AllOf:
    """Ask several questions; all must hold. With none it always holds."""

    parts: tuple[Condition, ...]
    name: str = "all_of"
    needs: str = field(init=False)

    def __post_init__(self) -> None:
        """Join what the parts need, once."""
        object.__setattr__(self, "needs", " + ".join(part.needs for part in self.parts))

    def holds(self, s: Situation) -> bool:
        """Ask until one fails."""
        for part in self.parts:  # noqa: SIM110 - Plain loops are twice as fast here.
            if not part.holds(s):
                return False
        return True

    def seen(self, s: Situation) -> str:
        """Join what the parts saw."""
        return " + ".join(part.seen(s) for part in self.parts)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Ask several questions; one is enough."""

    parts: tuple[Condition, ...]
    name: str = "any_of"
    needs: str = field(init=False)

    def __post_init__(self) -> None:
        """Join what the parts need, once."""
        object.__setattr__(self, "needs", "(" + " | ".join(part.needs for part in self.parts) + ")")

    def holds(self, s: Situation) -> bool:
        """Ask until one holds."""
        for part in self.parts:  # noqa: SIM110 - Plain loops are twice as fast here.
            if part.holds(s):
                return True
        return False

    def seen(self, s: Situation) -> str:
        """Show the part that held, or all of them."""
        for part in self.parts:
            if part.holds(s):
                return part.seen(s)
        return " | ".join(part.seen(s) for part in self.parts)


@dataclass(frozen=True, slots=True)
class NoneOf:
    """Ask several questions; none may hold."""

    parts: tuple[Condition, ...]
    name: str = "none_of"
    needs: str = field(init=False)

    def __post_init__(self) -> None:
        """Negate what the parts need, once."""
        object.__setattr__(self, "needs", "!(" + " | ".join(part.needs for part in self.parts) + ")")

    def holds(self, s: Situation) -> bool:
        """Ask until one holds."""
        return not any(part.holds(s) for part in self.parts)

    def seen(self, s: Situation) -> str:
        """Show what the parts saw."""
        return " | ".join(part.seen(s) for part in self.parts)


@dataclass(frozen=True, slots=True)
class AgeBand:
    """Ask for full years from ``first`` to below ``below``.

    The closed band 60-74 ends below 75.
    """

    first: int
    below: int | None
    needs: str
    name: str = "age"

    def holds(self, s: Situation) -> bool:
        """Compare the age; an unknown birthday never fits."""
        age = s.age
        return age is not None and self.first <= age and (self.below is None or age < self.below)

    def seen(self, s: Situation) -> str:
        """Show the age."""
        return "?" if s.age is None else str(s.age)


@dataclass(frozen=True, slots=True)
class InPlace:
    """Ask whether hukou, home, permit or canteen lies in one of some places."""

    of: str
    places: tuple[Place, ...]
    name: str = field(init=False)
    needs: str = field(init=False)

    def __post_init__(self) -> None:
        """Write the places, once; the name is that of the place asked for."""
        object.__setattr__(self, "name", self.of)
        object.__setattr__(self, "needs", "/".join(place.text for place in self.places))

    def holds(self, s: Situation) -> bool:
        """Compare level by level."""
        place = place_of(self.of, s)
        for wanted in self.places:  # noqa: SIM110 - Plain loops are twice as fast here.
            if within(place, wanted):
                return True
        return False

    def seen(self, s: Situation) -> str:
        """Write the person's or canteen's place."""
        place = place_of(self.of, s)
        return "?" if place is None else place.text


@dataclass(frozen=True, slots=True)
class CanteenNear:
    """Ask whether the canteen shares a level with hukou or residence."""

    of: str
    level: str
    name: str = "canteen"

    @property
    def needs(self) -> str:
        """Say which level must be shared."""
        return f"{self.of}.{self.level}"

    def holds(self, s: Situation) -> bool:
        """Compare down to the level."""
        return same_down_to(self.level, place_of(self.of, s), s.meal.canteen)

    def seen(self, s: Situation) -> str:
        """Write the canteen's place."""
        return s.meal.place.text


@dataclass(frozen=True, slots=True)
class HasCategory:
    """Ask for one of some categories on the day.

    Wider categories include their kinds.
    """

    codes: frozenset[str]
    needs: str
    name: str = "category"

    def holds(self, s: Situation) -> bool:
        """Ask whether one of them holds."""
        return not self.codes.isdisjoint(s.codes)

    def seen(self, s: Situation) -> str:
        """Show the categories that matter here with validity and evidence, or that there are none."""
        if self.codes.isdisjoint(s.codes):
            return "-"
        last_day_counts = s.answers.last_valid_day == "counts"
        carried = [
            category
            for category in s.facts.categories
            if holds_on(category, s.on, last_day_counts=last_day_counts)
            and not self.codes.isdisjoint(s.register.implied.get(category.code, ()))
        ]
        return ", ".join(sorted(_with_evidence(category, s) for category in carried))


def _with_evidence(category: Category, s: Situation) -> str:
    """Write a category with its days and its evidence, such as ``低保 2025-03-03~2026-03-02 #3``."""
    first, until = category.valid_from, category.valid_until
    last = None if until is None else until - ONE_DAY
    days = f" {first or ''}~{last or ''}" if first or last else ""
    evidence = f" #{category.evidence}" if category.evidence else ""
    return f"{s.register.kinds[category.code].name}{days}{evidence}"


@dataclass(frozen=True, slots=True)
class OneOf:
    """Ask whether a plain fact (meal, mode, diet ...) is one of some words."""

    name: str
    words: frozenset[str]
    needs: str

    def holds(self, s: Situation) -> bool:
        """Ask whether the fact is among the words."""
        return word_of(self.name, s) in self.words

    def seen(self, s: Situation) -> str:
        """Show the fact."""
        return word_of(self.name, s) or "?"


@dataclass(frozen=True, slots=True)
class Spend:
    """Ask for a minimum or a maximum spend, inclusive or strict; without an amount it is the standard set meal."""

    amount_fen: int | None
    bound: str
    of: str
    needs: str
    name: str = "spend"

    def bar_fen(self, s: Situation) -> int | None:
        """Say what must be reached, or not be passed."""
        return s.standard_set_fen if self.amount_fen is None else self.amount_fen

    def spent_fen(self, s: Situation) -> int:
        """Say what is measured."""
        spent = s.after_discount_fen if self.of.startswith("after_discount") else s.meal.price_fen
        return spent + (s.meal.delivery_fee_fen if self.of.endswith("with_delivery_fee") else 0)

    def holds(self, s: Situation) -> bool:
        """Compare; an unknown standard set meal never lets a subsidy through."""
        bar = self.bar_fen(s)
        return bar is not None and BOUNDS[self.bound][1](self.spent_fen(s), bar)

    def seen(self, s: Situation) -> str:
        """Show the amount measured."""
        return money.yuan(self.spent_fen(s))


# How a spend is bounded, as people write it and as it is compared.
BOUNDS: Mapping[str, tuple[str, Callable[[int, int], bool]]] = MappingProxyType(
    {
        "at_least": (">=", operator.ge),
        "more_than": (">", operator.gt),
        "at_most": ("<=", operator.le),
        "less_than": ("<", operator.lt),
    }
)

ANYBODY = AllOf(())


def place_of(of: str, s: Situation) -> Place | None:
    """Find the place a rule speaks of."""
    if of == "hukou":
        return s.facts.hukou
    if of == "lives":
        return s.facts.lives
    if of == "canteen":
        return s.meal.canteen
    return s.site.place if of == "site" else s.facts.permit


def word_of(name: str, s: Situation) -> str | None:
    """Find the plain fact a rule speaks of."""
    if name in {"meals", "modes"}:
        return s.meal.meal if name == "meals" else s.meal.mode
    if name == "ordered_in_time":
        return {None: None, True: "yes", False: "no"}[s.meal.ordered_in_time]
    if name == "housing":
        return s.facts.housing
    if name == "diet":
        return s.meal.diet or "ordinary"
    if name == "other_scheme":
        return "yes" if s.facts.schemes else "no"
    return _site_word(name, s)


def _site_word(name: str, s: Situation) -> str | None:
    site = s.site
    if name == "area":
        area = site.area or (site.place.district if site.place else None)
        return None if area is None else plain("district", area)
    return site.grade if name == "grade" else site.kind
