"""Gather the lines of a statement: one report over a canteen's book, and one pass over it.

Core statements over whole sets, since a month has thousands of meals; whoever calls has checked that the canteen is in
the asker's scope. The legs of an entry mirror each other, so only the side that says who pays is read, and the
delivery fee.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, Integer, Row, and_, bindparam, func, select

from canteen import ledger
from canteen.checkin.tables import Redemption
from canteen.foundation.secrecy import masked_name
from canteen.ledger.tables import EntrySeal, Funder, JournalEntry, Posting
from canteen.seniors.tables import Person
from canteen.settlement.statement import TENDERS, Document, Line, Purse, Span
from canteen.subsidy import Quote
from canteen.subsidy.tables import PublishedPolicy

AnyRow: TypeAlias = Row[*tuple[Any, ...]]

# The other side of what is read: revenue, which an entry of a meal always has in the same amount.
MIRRORS = (
    ledger.OWN_REVENUE, ledger.SUBSIDY_REVENUE, ledger.PUBLIC_REVENUE, ledger.LET_OFF_REVENUE, ledger.OPERATOR_REVENUE,
)  # fmt: skip
RECEIVABLES = (
    ledger.LOTTERY_RECEIVABLE, ledger.BUDGET_RECEIVABLE, ledger.COLLECTIVE_RECEIVABLE, ledger.CHARITY_RECEIVABLE,
)  # fmt: skip
TILLS = {
    ledger.TILL: "cash", ledger.OWN_CODE_CLEARING: "own_code", ledger.TAB: "tab", ledger.FORGIVEN: "free",
    ledger.OWED: "owed", ledger.COURIER_CASH: "cash",
}  # fmt: skip
# What purses owe: for meals, for bringing them, and for what was given in good faith and is not due.
PURPOSES = dict.fromkeys(RECEIVABLES, "meal") | {
    ledger.DELIVERY_RECEIVABLE: "delivery", ledger.UNDUE_RECEIVABLE: "undue",
}  # fmt: skip
LET_OFF = (ledger.DISCOUNT, ledger.CLAWBACK_LOSS)
_ORDER = ("meal", "delivery", "undue")

_KINDS = {
    "meal": "meal", "operator": "meal", "meal_undo": "undo", "operator_undo": "undo", "tender_undo": "undo",
    "tender": "tender",
}  # fmt: skip
_COUNTS = {"meal": 1, "undo": -1}
# The entries that a statement is made of; grants, payments and what else concerns no single meal are in none.
MEAL_KINDS = (
    *_KINDS, "correction_reversal", "correction", "correction_undo", "operator_reversal", "operator_correction",
)  # fmt: skip
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def in_span(*, of: type[JournalEntry] = JournalEntry) -> Any:
    """Return the condition that an entry lies in the span given by parameters and belongs to a meal."""
    return and_(
        of.book_id == bindparam("book_id", type_=Integer),
        of.month == bindparam("month"),
        of.seq.between(bindparam("from_seq", type_=Integer), bindparam("up_to_seq", type_=Integer)),
        of.evidence.is_not(None),
        of.kind.in_(MEAL_KINDS),
    )


def values_of(span: Span) -> dict[str, object]:
    """Return the parameters of a span."""
    return {
        "book_id": span.book_id,
        "month": span.month,
        "from_seq": span.from_seq,
        "up_to_seq": span.up_to_seq,
    }


LEGS_OF_ENTRY = and_(Posting.book_id == JournalEntry.book_id, Posting.seq == JournalEntry.seq)
_LEGS = (
    select(
        JournalEntry.seq,
        JournalEntry.kind,
        JournalEntry.evidence,
        JournalEntry.effect_month,
        JournalEntry.service_date,
        Posting.account,
        Posting.funder_code,
        Posting.amount_fen,
    )
    .join(Posting, LEGS_OF_ENTRY)
    .where(in_span(), Posting.account.not_in(MIRRORS))
    # By the postings' own key: ordered by the entries', SQLite would walk the postings anew for each entry.
    .order_by(Posting.seq, Posting.line)
)
_MEALS = (
    select(
        Redemption.ref,
        Redemption.meal,
        Redemption.mode,
        Redemption.kind,
        Redemption.means,
        Redemption.tender,
        Redemption.category,
        Redemption.price_fen,
        Redemption.delivery_fee_fen,
        Redemption.own_fen,
        Redemption.policy_id,
        Redemption.service_date,
        Redemption.happened_at,
        Person.ref.label("person_ref"),
        Person.name.label("person_name"),
        Person.document_tail,
        Person.diner,
    )
    .outerjoin(Person, Person.id == Redemption.person_id)
    .where(Redemption.ref.in_(select(JournalEntry.evidence).where(in_span())))
)
_TRACES = (
    select(Redemption.trace, PublishedPolicy.digest)
    .join(PublishedPolicy, PublishedPolicy.id == Redemption.policy_id)
    .where(Redemption.ref.in_(bindparam("refs", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Hold what the books and the counter say about a span."""

    lines: tuple[Line, ...]
    purses: tuple[Purse, ...]
    funders: dict[str, str]
    meals: dict[str, AnyRow]
    documents: tuple[Document, ...]


@dataclass(slots=True)
class _Heap:
    """Collect the legs of what becomes one line."""

    ref: str
    kind: str
    is_prior: bool
    service_date: date
    seqs: list[int] = field(default_factory=list)
    fens: dict[tuple[str, str], int] = field(default_factory=dict)


def gather(connection: Connection, span: Span) -> Gathered:
    """Read the lines of a span, in the order of the days and then of posting."""
    meals: dict[str, AnyRow] = {row.ref: row for row in connection.execute(_MEALS, values_of(span))}
    heaps = _heaped(connection.execute(_LEGS, values_of(span)), span.month)
    funders = {row.code: row.name for row in connection.execute(select(Funder.code, Funder.name))}
    purses = _purses(heaps, funders)
    lines = sorted(_lines(heaps, meals, purses), key=lambda line: (line.service_date, line.seqs[0]))
    return Gathered(tuple(lines), purses, funders, meals, _documents(connection, meals.values()))


def narrowed(connection: Connection, span: Span) -> Span:
    """Return the span between the first and last entry that it really holds, so that no other month is read."""
    ends = select(func.min(JournalEntry.seq), func.max(JournalEntry.seq)).where(
        JournalEntry.book_id == span.book_id,
        JournalEntry.month == span.month,
        JournalEntry.seq.between(span.from_seq, span.up_to_seq),
    )
    first, last = connection.execute(ends).one()
    return span if first is None else replace(span, from_seq=first, up_to_seq=last)


def chain_hash(connection: Connection, span: Span) -> str:
    """Return the hash of the last entry that a span covers, which ties a statement to the whole book before it."""
    wanted = select(EntrySeal.hash).where(EntrySeal.book_id == span.book_id, EntrySeal.seq == span.up_to_seq)
    return connection.execute(wanted).scalar() or ""


def _heaped(rows: Iterable[AnyRow], month: str) -> list[_Heap]:
    heaps: dict[tuple[str, str], _Heap] = {}
    for seq, entry_kind, ref, effect_month, service_date, account, funder, fen in rows:
        kind = _KINDS.get(entry_kind, "adjustment")
        if kind == "tender" and (ref, "meal") in heaps:
            kind = "meal"
        heap = heaps.get((ref, kind))
        if heap is None:
            heap = heaps[ref, kind] = _Heap(ref, kind, effect_month < month, service_date)
        if not heap.seqs or heap.seqs[-1] != seq:
            heap.seqs.append(seq)
        leg = account, funder or ""
        heap.fens[leg] = heap.fens.get(leg, 0) + fen
    return list(heaps.values())


def _purses(heaps: Iterable[_Heap], funders: Mapping[str, str]) -> tuple[Purse, ...]:
    legs = {leg for heap in heaps for leg in heap.fens}
    found = {(code, PURPOSES[account]) for account, code in legs if account in PURPOSES}
    ordered = sorted(found, key=lambda purse: (_ORDER.index(purse[1]), purse[0]))
    return tuple(Purse(code, purpose, funders.get(code, code)) for code, purpose in ordered)


def _lines(heaps: Iterable[_Heap], meals: Mapping[str, AnyRow], purses: tuple[Purse, ...]) -> Iterator[Line]:
    places = {(purse.purpose, purse.funder_code): at for at, purse in enumerate(purses)}
    for heap in heaps:
        yield _line(heap, meals.get(heap.ref), places)


def _line(heap: _Heap, meal: AnyRow | None, places: Mapping[tuple[str, str], int]) -> Line:
    purse_fens, tenders = [0] * len(places), [0] * len(TENDERS)
    operator: list[tuple[str, int]] = []
    discount = fee = 0
    for (account, funder), fen in heap.fens.items():
        if account in TILLS:
            tenders[TENDERS.index(TILLS[account])] += fen
        elif account in PURPOSES:
            purse_fens[places[PURPOSES[account], funder]] += fen
        elif account == ledger.OPERATOR_RECEIVABLE:
            operator.append((funder, fen))
        elif account in LET_OFF:
            discount += fen
        elif account == ledger.DELIVERY_REVENUE:
            fee -= fen
    own = sum(tenders)
    return Line(
        heap.ref, heap.kind, _group(heap, meal), meal.category if meal else "", _COUNTS.get(heap.kind, 0),
        tuple(heap.seqs), heap.service_date, *_told(meal),
        sum(purse_fens) + discount + own - fee, fee, tuple(purse_fens), discount, own, tuple(sorted(operator)),
        tuple(tenders),
    )  # fmt: skip


def _group(heap: _Heap, meal: AnyRow | None) -> str:
    if heap.is_prior:
        return "prior"
    if meal is None or meal.kind == "extra":
        return "extra" if meal else "meal"
    return "public" if "public" in (meal.kind, meal.diner) else "meal"


def _told(meal: AnyRow | None) -> tuple[str, str, str, str, str, str, datetime]:
    """Return what is shown of a meal and its diner; an entry without a meal shows nothing, and a check names it."""
    if meal is None:
        return "", "", "", "", "", "", _NEVER
    return (
        meal.meal, meal.mode, meal.means, meal.person_ref or "", masked_name(meal.person_name or ""),
        meal.document_tail or "", meal.happened_at,
    )  # fmt: skip


def _documents(connection: Connection, meals: Iterable[AnyRow]) -> tuple[Document, ...]:
    """Name the versions that priced the meals: of one policy, all meals of a day have the same."""
    one_each: dict[tuple[int, date], str] = {}
    for meal in meals:
        if meal.policy_id is not None:
            one_each.setdefault((meal.policy_id, meal.service_date), meal.ref)
    found = set()
    for trace, digest in connection.execute(_TRACES, {"refs": list(one_each.values())}):
        quote = Quote.from_json(trace)
        found.add((quote.policy, quote.version, quote.document, digest))
    return tuple(Document(*parts) for parts in sorted(found))
