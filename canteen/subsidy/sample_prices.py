"""Show what a policy makes of a meal for typical people: a table of prices by category and age, all pure.

The categories are those the version speaks of, alone and as it joins them; the ages are the edges of its age bands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from canteen.subsidy.calendar import Calendar
from canteen.subsidy.conditions import AgeBand, AllOf, AnyOf, Condition, HasCategory, NoneOf
from canteen.subsidy.places import Place
from canteen.subsidy.policy import Policy, PolicyVersion
from canteen.subsidy.register import Register
from canteen.subsidy.rules import quote
from canteen.subsidy.values import Category, Facts, Meal

_USUAL_AGES = (60, 70, 80, 90)
_MOST_AGES, _MOST_ROWS = 8, 14
_YOUNGEST = 50


@dataclass(frozen=True)
class Sample:
    """Say which meal the table is of."""

    on: date
    meal: str = "lunch"
    mode: str = "dine_in"
    price_fen: int = 1500
    delivery_fee_fen: int = 0


@dataclass(frozen=True)
class Cell:
    """Hold what one person pays, and what the purses give."""

    own_fen: int
    given_fen: int


@dataclass(frozen=True)
class PriceTable:
    """Hold the table: the ages across, the categories down."""

    sample: Sample
    ages: tuple[int, ...]
    rows: tuple[tuple[tuple[str, ...], tuple[Cell, ...]], ...]


def prices(
    policy: Policy, sample: Sample, *, register: Register, calendar: Calendar, like: PriceTable | None = None
) -> PriceTable:
    """Price a meal for everybody of the table; ``like`` another one to be compared cell by cell."""
    version = policy.on(sample.on)
    if version is None:
        return PriceTable(sample, (), ())
    ages = _ages(version) if like is None else like.ages
    people = _people(version, register) if like is None else tuple(codes for codes, _ in like.rows)
    home = _home(policy)
    rows = []
    for codes in people:
        cells = tuple(_cell(version, sample, age, codes, home, register, calendar) for age in ages)
        rows.append((codes, cells))
    return PriceTable(sample, ages, tuple(rows))


def joined(one: PriceTable, other: PriceTable) -> PriceTable:
    """Return a table of the ages and categories of both, to price either policy by; its cells are empty."""
    ages = tuple(sorted({*one.ages, *other.ages}))
    people = tuple(dict.fromkeys([codes for codes, _ in (*one.rows, *other.rows)]))
    return PriceTable(one.sample, ages, tuple((codes, ()) for codes in people))


def sample_day(version: PolicyVersion, today: date, calendar: Calendar) -> date:
    """Return the first working day of a version from today on, its first working day where it comes later."""
    day = max(version.valid_from, today)
    if version.valid_until is not None and day >= version.valid_until:
        day = max(version.valid_from, version.valid_until - timedelta(days=7))
    for ahead in range(14):
        one = day + timedelta(days=ahead)
        if calendar.is_working(one, make_up_counts=True) and version.in_force(one):
            return one
    return day


def _cell(
    version: PolicyVersion, sample: Sample, age: int, codes: tuple[str, ...], home: Place, register: Register,
    calendar: Calendar,
) -> Cell:  # fmt: skip
    facts = Facts(
        person_ref="sample", birth=_birth(sample.on, age), hukou=home, lives=home, permit=home,
        categories=tuple(Category(code) for code in codes),
    )  # fmt: skip
    meal = Meal(
        sample.on, sample.meal, sample.mode, sample.price_fen, sample.delivery_fee_fen, canteen=home, key="sample",  # type: ignore[arg-type]
        ordered_on=sample.on - timedelta(days=1), ordered_in_time=True,
    )  # fmt: skip
    answer = quote(version, facts, meal, calendar=calendar, register=register)
    return Cell(answer.own_fen, answer.subsidy_fen + answer.delivery_subsidy_fen + answer.discount_fen)


def _birth(on: date, age: int) -> date:
    """Return the birthday of somebody who became that old half a year ago, so that no edge of a day matters."""
    then = on - timedelta(days=183)
    return then.replace(year=then.year - age, day=min(then.day, 28))


def _home(policy: Policy) -> Place:
    return policy.chosen_by[0][1] if policy.chosen_by else Place()


def _ages(version: PolicyVersion) -> tuple[int, ...]:
    bands = [one for one in _conditions(version) if isinstance(one, AgeBand)]
    edges = {band.first for band in bands} | {band.below for band in bands if band.below is not None}
    wanted = sorted({age for age in (*edges, *_USUAL_AGES) if age >= _YOUNGEST})
    if len(wanted) <= _MOST_AGES:
        return tuple(wanted)
    return tuple(sorted({*sorted(edges)[: _MOST_AGES - 2], wanted[0], wanted[-1]}))


def _people(version: PolicyVersion, register: Register) -> tuple[tuple[str, ...], ...]:
    """List nobody's category first, then each category by itself in the order of the register, then the joint ones."""
    found, together, order = set[str](), list[tuple[str, ...]](), _order(register)
    for one in _conditions(version):
        if isinstance(one, HasCategory):
            found |= (
                {min(one.codes, key=lambda code: register.kinds[code].rank)} if one.name == "ability" else one.codes
            )
        if isinstance(one, AllOf):
            parts = [part for part in _flat(one) if isinstance(part, HasCategory)]
            if len(parts) > 1:
                together.append(tuple(min(part.codes, key=order) for part in parts))
    single = [(code,) for code in register.kinds if code in found]
    joint = list(dict.fromkeys(together))[: _MOST_ROWS // 2]
    return tuple(dict.fromkeys([(), *single[: _MOST_ROWS - 1 - len(joint)], *joint]))


def _order(register: Register) -> Callable[[str], tuple[int, int]]:
    places = {code: (kind.rank, number) for number, (code, kind) in enumerate(register.kinds.items())}
    return places.__getitem__


def _flat(one: Condition) -> Iterator[Condition]:
    for part in one.parts if isinstance(one, AllOf) else ():
        yield from _flat(part) if isinstance(part, AllOf) else (part,)


def _conditions(version: PolicyVersion) -> Iterator[Condition]:
    layers = [*version.subsidies, *version.delivery, *version.operator_money]
    if version.discount is not None:
        layers.append(version.discount)
    for layer in layers:
        yield from _within(layer.who)
        for one in layer.classes:
            yield from _within(one.who)


def _within(one: Condition) -> Iterator[Condition]:
    yield one
    for part in one.parts if isinstance(one, AllOf | AnyOf | NoneOf) else ():
        yield from _within(part)
