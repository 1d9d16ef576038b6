"""Count the till at the begin and the end of a shift, and post what the count found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen import audit, ledger, places
from canteen.checkin.tables import Redemption
from canteen.foundation.clock import service_day
from canteen.foundation.errors import Conflict, Invalid, Refused
from canteen.ledger.tables import Book, JournalEntry, Posting
from canteen.tills.tables import TillCount

_KIND = "till_count"
_LONGEST_NAME = 20
MOST_FEN = 10_000_000


@dataclass(frozen=True)
class Counted:
    """Hold what two people found: the amount, what of it goes to the bank with which slip, why it differs."""

    counted_fen: int
    counter_name: str
    witness: str
    explanation: str = ""
    banked_fen: int = 0
    bank_slip: str = ""


@dataclass(frozen=True)
class Standing:
    """Say what the next count is, and what the last one was."""

    next_number: int
    last: TillCount | None

    @property
    def is_open(self) -> bool:
        """Tell whether a shift is running."""
        return self.next_number % 2 == 0


def standing(session: Session, *, canteen_id: int) -> Standing:
    """Return whether a shift is running at a canteen, and the last count."""
    last = session.scalars(
        select(TillCount).where(TillCount.canteen_id == canteen_id).order_by(TillCount.number.desc()).limit(1)
    ).first()
    return Standing(last.number + 1 if last else 1, last)


def counts(session: Session, *, canteen_id: int, limit: int = 60) -> Sequence[TillCount]:
    """List the counts of a canteen, the newest first."""
    return session.scalars(
        select(TillCount).where(TillCount.canteen_id == canteen_id).order_by(TillCount.number.desc()).limit(limit)
    ).all()


def open_shift(session: Session, *, canteen_id: int, count: Counted, actor: str, at: datetime) -> TillCount:
    """Begin a shift; refuses ``tills.shift_open`` and what `close_shift` refuses of a count."""
    if standing(session, canteen_id=canteen_id).is_open:
        raise Refused("tills.shift_open")
    return _count(session, canteen_id, "opening", count, actor, at)


def close_shift(session: Session, *, canteen_id: int, count: Counted, actor: str, at: datetime) -> TillCount:
    """End a shift.

    Refuses ``tills.no_shift``, ``tills.amount``, ``tills.two_names`` (the second is missing or the first again),
    ``tills.banked_too_much``, ``tills.slip_missing``, and ``tills.unexplained`` where the count is not what the books
    say and no word says why; ``tills.counted_meanwhile`` where somebody was quicker.
    """
    if not standing(session, canteen_id=canteen_id).is_open:
        raise Refused("tills.no_shift")
    return _count(session, canteen_id, "closing", count, actor, at)


def _count(session: Session, canteen_id: int, kind: str, count: Counted, actor: str, at: datetime) -> TillCount:
    _check(count)
    book_id = session.scalars(select(Book.id).where(Book.canteen_id == canteen_id)).one()
    # From here on nobody takes cash until this count is in the books.
    head = ledger.lock_head(session.connection(), book_id=book_id)
    before = standing(session, canteen_id=canteen_id)
    late = _late(session, book_id, before.last)
    expected = _in_books(session, book_id, before.last) - late
    if count.counted_fen != expected and not count.explanation.strip():
        raise Refused(
            "tills.unexplained", difference_fen=abs(count.counted_fen - expected), kind=_side(count, expected)
        )
    row = TillCount(
        canteen_id=canteen_id,
        number=before.next_number,
        kind=kind,
        at=at,
        actor=actor,
        counter_name=count.counter_name.strip(),
        witness=count.witness.strip(),
        counted_fen=count.counted_fen,
        expected_fen=expected,
        late_fen=late,
        explanation=count.explanation.strip(),
        banked_fen=count.banked_fen,
        bank_slip=count.bank_slip.strip(),
        book_seq=head.seq,
    )
    drafts = _drafts(row)
    row.book_seq += len(drafts)
    _add(session, row)
    if drafts:
        ledger.post(session.connection(), book_id=book_id, drafts=drafts, at=at)
    _record(session, row)
    return row


def _check(count: Counted) -> None:
    names = count.counter_name.strip(), count.witness.strip()
    if not 0 <= count.counted_fen <= MOST_FEN or count.banked_fen < 0:
        raise Invalid("tills.amount")
    if not all(0 < len(name) <= _LONGEST_NAME for name in names) or _folded(names[0]) == _folded(names[1]):
        raise Invalid("tills.two_names")
    if count.banked_fen > count.counted_fen:
        raise Invalid("tills.banked_too_much")
    if count.banked_fen and not count.bank_slip.strip():
        raise Invalid("tills.slip_missing")


def _folded(name: str) -> str:
    return "".join(name.split()).casefold()


def _side(count: Counted, expected: int) -> str:
    return "short" if count.counted_fen < expected else "over"


def _in_books(session: Session, book_id: int, last: TillCount | None) -> int:
    """Return what the books say lies in the drawer: what the last count left there, and what came since."""
    since = last.book_seq if last else 0
    moved = session.scalar(
        select(func.sum(Posting.amount_fen)).where(
            Posting.book_id == book_id, Posting.account == ledger.TILL, Posting.seq > since
        )
    )
    return (last.counted_fen - last.banked_fen if last else 0) + int(moved or 0)


def _late(session: Session, book_id: int, last: TillCount | None) -> int:
    """Return the cash of meals handed over before the last count that the books learned of after it."""
    if last is None:
        return 0
    found = session.scalar(
        select(func.sum(Posting.amount_fen))
        .join(JournalEntry, (JournalEntry.book_id == Posting.book_id) & (JournalEntry.seq == Posting.seq))
        .join(Redemption, Redemption.ref == JournalEntry.evidence)
        .where(
            Posting.book_id == book_id,
            Posting.account == ledger.TILL,
            Posting.seq > last.book_seq,
            JournalEntry.kind == "meal",
            Redemption.happened_at < last.at,
        )
    )
    return int(found or 0)


def _drafts(row: TillCount) -> list[ledger.Draft]:
    """Move late cash out of the differences, the difference into them, and what was carried away to the bank."""
    moves = (
        ("late", ledger.SUSPENSE, row.late_fen),
        ("difference", ledger.SUSPENSE, row.expected_fen - row.counted_fen),
        ("bank", ledger.BANK, row.banked_fen),
    )
    return [
        ledger.Draft(
            key=f"till:{row.canteen_id}:{row.number}:{name}",
            kind=_KIND,
            service_date=service_day(row.at),
            legs=(ledger.Leg(account, fen), ledger.Leg(ledger.TILL, -fen)),
            # The reason stays with the count: a chain holds no word that could name somebody.
            memo=f"till:{row.number}",
        )
        for name, account, fen in moves
        if fen
    ]


def _add(session: Session, row: TillCount) -> None:
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        raise Conflict("tills.counted_meanwhile") from error


def _record(session: Session, row: TillCount) -> None:
    canteen = places.canteen_by_id(session, canteen_id=row.canteen_id)
    audit.record(
        session, chain=f"canteen:{canteen.ref}", at=row.at, actor=row.actor, action="till_counted",
        subject=f"till:{row.number}", counted_fen=row.counted_fen, difference_fen=row.counted_fen - row.expected_fen,
    )  # fmt: skip
