"""Find the entries behind each line of a bank: by the exact number, by amount and day, else by a person.

What stays open is an exception: it has an age, somebody may be charged with it, and a decision with evidence ends it,
with the entry that it leads to. Nothing alike is ever posted by a machine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from canteen import audit, ledger, places
from canteen.foundation.db import scope_of
from canteen.foundation.errors import Invalid, NotFound
from canteen.ledger import AnyRow, Draft, Leg
from canteen.ledger.tables import Book, JournalEntry, Posting
from canteen.places.tables import Canteen
from canteen.tills import TillCount
from canteen.treasury.rules import DECISIONS
from canteen.treasury.tables import (
    BankCharge,
    BankDecision,
    BankLine,
    BankMatch,
    Due,
    PaymentBatch,
    PaymentItem,
    PaymentResult,
)
from canteen.treasury.write import insert

_LEGS = (Posting.book_id == JournalEntry.book_id) & (Posting.seq == JournalEntry.seq)
_NEAR = timedelta(days=1)
_AGAINST = {"own_code": ledger.OWN_CODE_CLEARING, "fee": ledger.BANK_FEE, "suspense": ledger.SUSPENSE}
Entry = tuple[int, int]


@dataclass(frozen=True, slots=True)
class BookedMove:
    """Hold an entry that moves a bank account and was not found on any line."""

    book_id: int
    seq: int
    key: str
    memo: str
    on: date
    amount_fen: int


def open_lines(session: Session, *, canteen_ids: Collection[int]) -> list[tuple[BankLine, BankCharge | None]]:
    """List the lines that are neither found nor explained, the oldest first, with who is charged with each."""
    last = (
        select(func.max(BankCharge.number))
        .where(BankCharge.line_id == BankLine.id)
        .correlate(BankLine)
        .scalar_subquery()
    )
    rows = session.execute(
        select(BankLine, BankCharge)
        .outerjoin(BankCharge, (BankCharge.line_id == BankLine.id) & (BankCharge.number == last))
        .where(BankLine.canteen_id.in_(sorted(canteen_ids)), ~_is_found(), ~_is_explained())
        .order_by(BankLine.on_day, BankLine.id)
    )
    return [(line, charge) for line, charge in rows]


def open_moves(session: Session, *, canteen_ids: Collection[int]) -> list[BookedMove]:
    """List the entries that move the bank accounts of these canteens and stand on no line."""
    rows: list[AnyRow] = list(
        session.connection().execute(
            select(
                JournalEntry.book_id, JournalEntry.seq, JournalEntry.key, JournalEntry.memo, JournalEntry.service_date,
                func.sum(Posting.amount_fen),
            )
            .join(Posting, _LEGS)
            .join(Book, Book.id == JournalEntry.book_id)
            .where(
                Book.canteen_id.in_(sorted(canteen_ids)),
                Posting.account == ledger.BANK,
                ~exists().where(BankMatch.book_id == JournalEntry.book_id, BankMatch.seq == JournalEntry.seq),
                ~exists()
                .where(BankDecision.seq == JournalEntry.seq, BankDecision.line_id == BankLine.id)
                .where(BankLine.canteen_id == Book.canteen_id),
            )
            .group_by(
                JournalEntry.book_id, JournalEntry.seq, JournalEntry.key, JournalEntry.memo, JournalEntry.service_date
            )
            .order_by(JournalEntry.service_date, JournalEntry.seq)
        )
    )  # fmt: skip
    return [BookedMove(book_id, seq, key, memo, on, int(fen)) for book_id, seq, key, memo, on, fen in rows]


def match_lines(session: Session, *, canteen_id: int, actor: str, at: datetime) -> dict[str, int]:
    """Match what can be matched without judgement, and return how many lines were found by key and by rule."""
    canteens = _of_same_operator(session, canteen_id)
    lines = [line for line, _ in open_lines(session, canteen_ids=canteens)]
    moves = {(one.book_id, one.seq): one for one in open_moves(session, canteen_ids=canteens)}
    found = {"key": _by_key(session, lines, moves)}
    taken = {entry for entries in found["key"].values() for entry in entries}
    rest = [one for one in lines if one.id not in found["key"]]
    found["rule"] = _by_rule(rest, {entry: one for entry, one in moves.items() if entry not in taken})
    for how, matches in found.items():
        for line_id, entries in matches.items():
            _write(session, line_id, entries, how, actor, at)
    counts = {how: len(matches) for how, matches in found.items()}
    if any(counts.values()):
        _record(session, canteen_id, "bank.match", None, actor, at, by_key=counts["key"], by_rule=counts["rule"])
    return counts


def match_by_hand(
    session: Session, *, line_key: str, canteen_id: int, seqs: Sequence[int], actor: str, at: datetime
) -> None:
    """State that a line is these entries of the canteen's book; ``treasury.sums_differ`` where they do not add up."""
    line = _line(session, canteen_id, line_key)
    moves = {one.seq: one for one in open_moves(session, canteen_ids=[canteen_id])}
    chosen = [moves[seq] for seq in dict.fromkeys(seqs) if seq in moves]
    total = sum(one.amount_fen for one in chosen)
    if len(chosen) != len(set(seqs)) or total != line.amount_fen:
        raise Invalid("treasury.sums_differ", entries=total, line=line.amount_fen)
    _write(session, line.id, [(one.book_id, one.seq) for one in chosen], "person", actor, at)
    _record(session, canteen_id, "bank.match", line.key, actor, at, count=len(chosen))


def decide_line(
    session: Session, *, line_key: str, canteen_id: int, decision: str, evidence: str, actor: str, at: datetime
) -> None:
    """Explain a line without an entry, and book it; what is not the canteen's is explained and not booked.

    Refuses ``treasury.no_such_decision``, ``treasury.evidence_missing``, Conflict ``treasury.line_settled``.
    """
    if decision not in DECISIONS:
        raise Invalid("treasury.no_such_decision")
    if not evidence.strip():
        raise Invalid("treasury.evidence_missing")
    line, seq = _line(session, canteen_id, line_key), None
    account = _AGAINST.get(decision)
    if account is not None:
        ledger.load_chart(session)
        book_id = session.scalars(select(Book.id).where(Book.canteen_id == canteen_id)).one()
        legs = (Leg(ledger.BANK, line.amount_fen), Leg(account, -line.amount_fen))
        draft = Draft(f"bank:{line.key}"[:200], "bank", line.on_day, legs, None, None, evidence.strip())
        (seq,) = ledger.post(session.connection(), book_id=book_id, drafts=[draft], at=at)
    row = BankDecision(line_id=line.id, decision=decision, evidence=evidence.strip(), seq=seq, actor=actor, at=at)
    insert(session, row)
    _record(session, canteen_id, "bank.decide", line.key, actor, at, decision=decision, evidence=evidence.strip())


def charge(
    session: Session, *, line_key: str, canteen_id: int, owner: str, due_on: date, actor: str, at: datetime
) -> None:
    """Charge a person with finding out about a line by a day."""
    if not owner.strip():
        raise Invalid("treasury.owner_missing")
    line = _line(session, canteen_id, line_key)
    last = session.scalar(select(func.max(BankCharge.number)).where(BankCharge.line_id == line.id)) or 0
    insert(
        session, BankCharge(line_id=line.id, number=last + 1, owner=owner.strip(), due_on=due_on, actor=actor, at=at)
    )


def _by_key(session: Session, lines: Sequence[BankLine], moves: Mapping[Entry, BookedMove]) -> dict[int, list[Entry]]:
    """Find transfers by the serial number that finance noted, and carried cash by the number of the bank's slip."""
    by_serial = _entries_by_serial(session, moves)
    found: dict[int, list[Entry]] = {}
    for line in lines:
        entries = by_serial.get(line.serial, []) if line.serial else []
        if entries and sum(moves[entry].amount_fen for entry in entries) == line.amount_fen:
            found[line.id] = entries
            by_serial.pop(line.serial)
    return found


def _entries_by_serial(session: Session, moves: Mapping[Entry, BookedMove]) -> dict[str, list[Entry]]:
    keys = {one.key: entry for entry, one in moves.items() if one.key.startswith("remit:")}
    rows = session.execute(
        select(PaymentResult.serial, PaymentBatch.ref, Due.ref)
        .join(PaymentBatch, PaymentBatch.id == PaymentResult.batch_id)
        .join(
            PaymentItem,
            (PaymentItem.batch_id == PaymentResult.batch_id) & (PaymentItem.operator_id == PaymentResult.operator_id),
        )
        .join(Due, Due.id == PaymentItem.due_id)
        .where(PaymentResult.result == "paid")
    )
    found: dict[str, list[Entry]] = defaultdict(list)
    for serial, batch_ref, due_ref in rows:
        entry = keys.get(f"remit:{batch_ref}:{due_ref}")
        if entry is not None:
            found[serial].append(entry)
    by_key = {one.key: entry for entry, one in moves.items()}
    for canteen_id, number, slip in session.execute(
        select(TillCount.canteen_id, TillCount.number, TillCount.bank_slip).where(TillCount.bank_slip != "")
    ):
        entry = by_key.get(f"till:{canteen_id}:{number}:bank")
        if entry is not None:
            found[slip].append(entry)
    return found


def _by_rule(lines: Sequence[BankLine], moves: Mapping[Entry, BookedMove]) -> dict[int, list[Entry]]:
    """Pair a line with the one entry of its amount within a day, where it is the one line for that entry too."""
    candidates = {
        line.id: [
            entry
            for entry, one in moves.items()
            if one.amount_fen == line.amount_fen and abs(one.on - line.on_day) <= _NEAR
        ]
        for line in lines
    }
    wanted: dict[Entry, int] = defaultdict(int)
    for entries in candidates.values():
        for entry in entries:
            wanted[entry] += 1
    return {
        line_id: entries for line_id, entries in candidates.items() if len(entries) == 1 and wanted[entries[0]] == 1
    }


def _write(session: Session, line_id: int, entries: Sequence[Entry], how: str, actor: str, at: datetime) -> None:
    for book_id, seq in entries:
        insert(session, BankMatch(line_id=line_id, book_id=book_id, seq=seq, found_by=how, actor=actor, at=at))


def _line(session: Session, canteen_id: int, key: str) -> BankLine:
    found = session.scalar(select(BankLine).where(BankLine.canteen_id == canteen_id, BankLine.key == key))
    if found is None:
        raise NotFound("treasury.no_such_line_of_bank")
    return found


def _of_same_operator(session: Session, canteen_id: int) -> list[int]:
    """Return the canteens in reach whose money comes to the same bank account."""
    operator = select(Canteen.operator_id).where(Canteen.id == canteen_id).scalar_subquery()
    ids = set(session.scalars(select(Canteen.id).where(Canteen.operator_id == operator)))
    scope = scope_of(session)
    return sorted(ids if scope.everywhere else ids & scope.canteen_ids)


def _is_found() -> ColumnElement[bool]:
    return exists().where(BankMatch.line_id == BankLine.id)


def _is_explained() -> ColumnElement[bool]:
    return exists().where(BankDecision.line_id == BankLine.id)


def _record(
    session: Session, canteen_id: int, action: str, line: str | None, actor: str, at: datetime, **detail: object
) -> None:
    ref = places.canteen_by_id(session, canteen_id=canteen_id).ref
    audit.record(session, chain=f"canteen:{ref}", at=at, actor=actor, action=action, subject=line or ref, **detail)
