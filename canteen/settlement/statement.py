"""Hold a month's statement as frozen values, and add it up.

A statement adds the lines that were posted and never splits anything again, so that its sums are those of the ledger
to the fen. Pure: lines go in, sums come out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

TENDERS = ("cash", "own_code", "tab", "free", "owed")
GROUPS = ("meal", "extra", "public", "prior")
MODES = ("dine_in", "pickup", "delivery", "")


@dataclass(frozen=True, slots=True)
class Purse:
    """Name a funder and what it pays for: the meal, or bringing it."""

    funder_code: str
    purpose: str
    name: str

    @property
    def key(self) -> str:
        """Return the one word by which a link or a column names the purse."""
        return f"{self.purpose}/{self.funder_code}"


@dataclass(frozen=True, slots=True)
class Line:
    """Hold what one meal moved: taken, taken back (negative), or paid in another way than noted first.

    ``group`` is ``meal``, ``extra`` (another tray at full price), ``public`` or ``prior`` (a meal of an earlier month
    that was closed when it came). ``purse_fens`` stands in the order of the statement's purses, ``tender_fens`` in
    that of `TENDERS`. Always: price + fee = purses + discount + own.
    """

    ref: str
    kind: str
    group: str
    category: str
    count: int
    seqs: tuple[int, ...]
    service_date: date
    meal: str
    mode: str
    means: str
    person_ref: str
    person_masked: str
    document_tail: str
    happened_at: datetime
    price_fen: int
    fee_fen: int
    purse_fens: tuple[int, ...]
    discount_fen: int
    own_fen: int
    operator_fens: tuple[tuple[str, int], ...]
    tender_fens: tuple[int, ...]

    @property
    def operator_fen(self) -> int:
        """Return the operator's money for this meal, from all funders."""
        return sum(fen for _, fen in self.operator_fens)

    @property
    def row_key(self) -> tuple[str, str]:
        """Return the row of the statement that the line belongs to; only meals are told apart by category."""
        return self.group, self.category if self.group == "meal" else ""


@dataclass(frozen=True, slots=True)
class Sums:
    """Add up lines; ``people`` are those who keep at least one meal."""

    people: int
    meals: int
    price_fen: int
    fee_fen: int
    purse_fens: tuple[int, ...]
    discount_fen: int
    own_fen: int
    operator_fen: int

    @property
    def due_fen(self) -> int:
        """Return what all purses together owe for the meals; the operator's money is apart."""
        return sum(self.purse_fens)


@dataclass(frozen=True, slots=True)
class Row:
    """Hold the sums of a category, and of each way its meals were taken."""

    group: str
    category: str
    mode: str
    sums: Sums
    modes: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """Hold the verdict of one check with the figures behind it."""

    code: str
    passed: bool
    figures: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Hold how one line differs: every amount is the later version's less the earlier one's.

    ``purse_fens`` names purses by key, so that versions with different purses can be compared.
    """

    change: str
    ref: str
    kind: str
    service_date: date
    meal: str
    person_masked: str
    count: int
    price_fen: int
    fee_fen: int
    purse_fens: tuple[tuple[str, int], ...]
    discount_fen: int
    own_fen: int
    operator_fen: int
    tender_fens: tuple[int, ...]

    def purse(self, key: str) -> int:
        """Return the difference of one purse."""
        return dict(self.purse_fens).get(key, 0)


@dataclass(frozen=True, slots=True)
class Document:
    """Name the version of a policy that priced meals of the statement."""

    policy: str
    version: str
    document: str
    digest: str


@dataclass(frozen=True, slots=True)
class Span:
    """Name entries of a book: those of one month with a number from ``from_seq`` to ``up_to_seq``, both included."""

    book_id: int
    month: str
    from_seq: int
    up_to_seq: int


@dataclass(frozen=True, slots=True)
class StatementView:
    """Show the statement of a canteen's month, or one part of it, with every line behind it."""

    ref: str
    state: str
    canteen_id: int
    canteen_ref: str
    canteen_name: str
    month: str
    part: int
    version: int
    from_seq: int
    up_to_seq: int
    chain_hash: str
    drawn_at: datetime
    purses: tuple[Purse, ...]
    rows: tuple[Row, ...]
    total: Sums
    trays: tuple[tuple[str, int], ...]
    operator: tuple[tuple[str, str, int], ...]
    tenders: tuple[tuple[str, int], ...]
    days: tuple[tuple[date, str, int], ...]
    documents: tuple[Document, ...]
    checks: tuple[Check, ...]
    lines: tuple[Line, ...]
    digest: str = ""
    frozen_by: str = ""
    earlier_ref: str = ""
    differences: tuple[Difference, ...] = ()

    @property
    def is_frozen(self) -> bool:
        """Tell whether this version can no longer change."""
        return self.state != "draft"


def add_up(lines: Iterable[Line], purse_count: int) -> Sums:
    """Add up lines."""
    meals = price = fee = discount = own = operator = 0
    purses = [0] * purse_count
    eaten: Counter[str] = Counter()
    for line in lines:
        meals += line.count
        price += line.price_fen
        fee += line.fee_fen
        discount += line.discount_fen
        own += line.own_fen
        for at, fen in enumerate(line.purse_fens):
            purses[at] += fen
        for _, fen in line.operator_fens:
            operator += fen
        eaten[line.person_ref] += line.count
    people = sum(1 for person, count in eaten.items() if person and count > 0)
    return Sums(people, meals, price, fee, tuple(purses), discount, own, operator)


def rows_of(lines: Iterable[Line], purse_count: int) -> tuple[Row, ...]:
    """Gather lines into rows by category, each with its modes, in the order of the statement."""
    found: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in lines:
        found[line.row_key].append(line)
    ordered = sorted(found, key=lambda key: (GROUPS.index(key[0]), not key[1], key[1]))
    return tuple(_row(key, found[key], purse_count) for key in ordered)


def trays_of(lines: Iterable[Line]) -> tuple[tuple[str, int], ...]:
    """Count the trays of each group, so that meals of seniors, extra trays and guests stand apart."""
    counts: Counter[str] = Counter()
    for line in lines:
        counts[line.group] += line.count
    return tuple((group, counts[group]) for group in GROUPS if counts[group])


def tenders_of(lines: Iterable[Line]) -> tuple[tuple[str, int], ...]:
    """Add up what was paid in each way."""
    sums = [0] * len(TENDERS)
    for line in lines:
        for at, fen in enumerate(line.tender_fens):
            sums[at] += fen
    return tuple(pair for pair in zip(TENDERS, sums, strict=True) if pair[1])


def operator_of(lines: Iterable[Line], names: dict[str, str]) -> tuple[tuple[str, str, int], ...]:
    """Add up the operator's money by funder."""
    sums: Counter[str] = Counter()
    for line in lines:
        for code, fen in line.operator_fens:
            sums[code] += fen
    return tuple((code, names.get(code, code), sums[code]) for code in sorted(sums) if sums[code])


def days_of(lines: Iterable[Line]) -> tuple[tuple[date, str, int], ...]:
    """Count the trays of each day and way of taking them."""
    counts: Counter[tuple[date, str]] = Counter()
    for line in lines:
        counts[line.service_date, line.mode] += line.count
    return tuple((day, mode, counts[day, mode]) for day, mode in sorted(counts) if counts[day, mode])


def chosen(
    view: StatementView, *, group: str = "", category: str | None = None, mode: str = "", column: str = ""
) -> list[Line]:
    """Return the lines behind one number of a statement: of a row, of its mode, with something in a column."""
    found = [
        line
        for line in view.lines
        if (not group or line.group == group)
        and (category is None or line.row_key[1] == category)
        and (not mode or line.mode == mode)
    ]
    return [line for line in found if not column or amount_in(view, line, column)]


def amount_in(view: StatementView, line: Line, column: str) -> int:
    """Return what a line has in a column named ``count``, ``price``, ``own``, ``discount`` or by a purse's key."""
    plain = {
        "count": line.count,
        "price": line.price_fen + line.fee_fen,
        "own": line.own_fen,
        "discount": line.discount_fen,
        "operator": line.operator_fen,
    }
    if column in plain:
        return plain[column]
    keys = [purse.key for purse in view.purses]
    return line.purse_fens[keys.index(column)] if column in keys else 0


def _row(key: tuple[str, str], lines: Sequence[Line], purse_count: int) -> Row:
    by_mode: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_mode[line.mode].append(line)
    group, category = key
    modes = [Row(group, category, mode, add_up(by_mode[mode], purse_count)) for mode in MODES if mode in by_mode]
    return Row(group, category, "", add_up(lines, purse_count), tuple(modes))
