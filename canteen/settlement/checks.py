"""Check a statement before it is frozen: each check compares it with something that was counted another way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import Connection, Date, Integer, bindparam, func, literal, select

from canteen import ledger
from canteen.checkin.tables import Redemption, TenderChange
from canteen.ledger.tables import JournalEntry, Posting
from canteen.settlement.gather import (
    LEGS_OF_ENTRY,
    LET_OFF,
    MIRRORS,
    PURPOSES,
    TILLS,
    Gathered,
    in_span,
    values_of,
)
from canteen.settlement.months import bounds
from canteen.settlement.statement import TENDERS, Check, Span, Sums, add_up

_LEDGER = (
    select(Posting.account, func.sum(Posting.amount_fen))
    .join(JournalEntry, LEGS_OF_ENTRY)
    .where(in_span(), Posting.account.not_in(MIRRORS))
    .group_by(Posting.account)
)
# Two sets, not a look for each meal: in a book that has grown since PostgreSQL last analysed it, NOT EXISTS compares
# every meal with every entry. A meal is posted to its own month, or to a later one where that is closed.
_WITHOUT_ENTRY = select(func.count()).select_from(
    select(literal("redeem:").concat(Redemption.ref))
    .where(
        Redemption.canteen_id == bindparam("canteen_id", type_=Integer),
        Redemption.service_date >= bindparam("first", type_=Date),
        Redemption.service_date < bindparam("until", type_=Date),
        Redemption.price_fen + Redemption.delivery_fee_fen > 0,
    )
    .except_(
        select(JournalEntry.key).where(
            JournalEntry.book_id == bindparam("book_id", type_=Integer), JournalEntry.month >= bindparam("month")
        )
    )
    .subquery()
)
_MOVES = (
    select(JournalEntry.kind, JournalEntry.key, JournalEntry.evidence)
    .where(in_span(), JournalEntry.kind.in_(("tender", "tender_undo")))
    .order_by(JournalEntry.seq)
)
_CHANGES = select(TenderChange.redemption_ref, TenderChange.ordinal, TenderChange.tender).where(
    TenderChange.redemption_ref.in_(
        select(JournalEntry.evidence).where(in_span(), JournalEntry.kind.in_(("tender", "tender_undo")))
    )
)


def run(connection: Connection, span: Span, gathered: Gathered, *, canteen_id: int) -> tuple[Check, ...]:
    """Run every check; a statement with one that failed is not frozen."""
    sums = add_up(gathered.lines, len(gathered.purses))
    return (
        _parts(gathered, sums),
        _evidence(connection, span, gathered, canteen_id),
        _ledger(connection, span, sums),
        _tenders(connection, span, gathered),
        _extra_trays(gathered),
    )


def _parts(gathered: Gathered, sums: Sums) -> Check:
    """Compare what the counter noted as the price of each meal with what the books say was paid for it."""
    different = 0
    for line in gathered.lines:
        meal = gathered.meals.get(line.ref)
        noted = (meal.price_fen + meal.delivery_fee_fen) * line.count if meal is not None else 0
        different += line.price_fen + line.fee_fen != noted
    figures = {
        "different": different,
        "price_fen": sums.price_fen + sums.fee_fen,
        "due_fen": sums.due_fen,
        "discount_fen": sums.discount_fen,
        "own_fen": sums.own_fen,
    }
    balanced = figures["price_fen"] == sums.due_fen + sums.discount_fen + sums.own_fen
    return Check("parts", balanced and not different, tuple(figures.items()))


def _evidence(connection: Connection, span: Span, gathered: Gathered, canteen_id: int) -> Check:
    """Find meals that are not in the books, and entries whose meal was never handed over."""
    first, until = bounds(span.month)
    wanted = {"canteen_id": canteen_id, "book_id": span.book_id, "first": first, "until": until, "month": span.month}
    unposted = connection.execute(_WITHOUT_ENTRY, wanted).scalar_one()
    unproved = len({line.ref for line in gathered.lines} - gathered.meals.keys())
    figures = (("meals", len(gathered.meals)), ("unposted", unposted), ("unproved", unproved))
    return Check("evidence", not unposted and not unproved, figures)


def _ledger(connection: Connection, span: Span, sums: Sums) -> Check:
    """Let the database add up the accounts, and compare with the sums of the lines."""
    booked: Counter[str] = Counter()
    for account, fen in connection.execute(_LEDGER, values_of(span)):
        booked[_column(account)] += int(fen)
    stated = {
        "due": sums.due_fen,
        "own": sums.own_fen,
        "discount": sums.discount_fen,
        "operator": sums.operator_fen,
        "fee": -sums.fee_fen,
    }
    off = sum(abs(stated.get(column, 0) - booked[column]) for column in stated.keys() | booked.keys())
    return Check("ledger", not off, (("off_fen", off), ("due_fen", booked["due"]), ("own_fen", booked["own"])))


def _column(account: str) -> str:
    if account in TILLS:
        return "own"
    if account in PURPOSES:
        return "due"
    if account in LET_OFF:
        return "discount"
    named = {ledger.OPERATOR_RECEIVABLE: "operator", ledger.DELIVERY_REVENUE: "fee"}
    return named.get(account, account)


def _tenders(connection: Connection, span: Span, gathered: Gathered) -> Check:
    """Compare what the counter noted about how own shares were paid with what the tills were debited.

    Corrections are left out: the counter knows nothing of them.
    """
    noted: Counter[str] = Counter()
    for tender, fen in _noted(connection, span, gathered):
        noted[tender] += fen
    debited: Counter[str] = Counter()
    for line in (one for one in gathered.lines if one.kind != "adjustment"):
        for tender, fen in zip(TENDERS, line.tender_fens, strict=True):
            debited[tender] += fen
    off = sum(abs(noted[tender] - debited[tender]) for tender in TENDERS)
    return Check("tenders", not off, (("off_fen", off), *((f"{tender}_fen", debited[tender]) for tender in TENDERS)))


def _noted(connection: Connection, span: Span, gathered: Gathered) -> Iterator[tuple[str, int]]:
    for line in gathered.lines:
        meal = gathered.meals.get(line.ref)
        if meal is not None and line.count:
            yield meal.tender, meal.own_fen * line.count
    changes = {(row[0], row[1]): row[2] for row in connection.execute(_CHANGES, values_of(span))}
    for kind, key, evidence in connection.execute(_MOVES, values_of(span)):
        ref = str(evidence)
        meal = gathered.meals.get(ref)
        if meal is None:
            continue
        ordinal = int(key.split(":")[2])
        fen = -meal.own_fen if kind == "tender_undo" else meal.own_fen
        yield changes.get((ref, ordinal), ""), fen
        yield changes.get((ref, ordinal - 1), meal.tender), -fen


def _extra_trays(gathered: Gathered) -> Check:
    """Count further trays of the same person and meal; they are served at full price and no fault."""
    extra = [line for line in gathered.lines if line.group == "extra"]
    people = len({line.person_ref for line in extra})
    return Check("extra_trays", True, (("trays", sum(line.count for line in extra)), ("people", people)))
