"""Draw the statement of a canteen's month, as a draft at will, and freeze it.

A statement covers the entries of the month up to a number of the book. What is posted to the month later goes into the
next part, so that a frozen one never changes: parts follow each other without a gap, and an entry is in one of them.
A part may also be stated anew: the next *version* of the last part covers the same entries and those that came since,
lists every line in which it differs, and supersedes the version before, which stays as it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, insert, literal, select, true, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, defer

from canteen import audit, ledger, places
from canteen.foundation.db import scope_of
from canteen.foundation.errors import Conflict, NotFound, Refused
from canteen.foundation.references import new_reference
from canteen.ledger.tables import Book, JournalEntry
from canteen.places import Canteen
from canteen.settlement import checks
from canteen.settlement.canonical import content_of, recipe_of
from canteen.settlement.differences import differences
from canteen.settlement.gather import chain_hash, gather, in_span, narrowed, values_of
from canteen.settlement.months import bounds
from canteen.settlement.statement import (
    Span,
    StatementView,
    add_up,
    days_of,
    operator_of,
    rows_of,
    tenders_of,
    trays_of,
)
from canteen.settlement.tables import StatedEntry, Statement
from canteen.settlement.workbook import workbook


@dataclass(frozen=True, slots=True)
class Prepared:
    """Hold what a freeze will keep: the statement with its number and digest, its canonical text, its workbook."""

    view: StatementView
    content: str
    workbook: bytes


def draft(
    session: Session, *, canteen_id: int, month: str, at: datetime, up_to_seq: int | None = None
) -> StatementView:
    """Draw what is not yet stated of a month, up to an entry of the book or to its end; nothing is written.

    Refuses ``settlement.no_such_canteen`` out of scope, ``settlement.month_malformed``.
    """
    canteen = _canteen(session, canteen_id, month)
    book = session.scalars(select(Book).where(Book.canteen_id == canteen_id)).one()
    end = book.seq if up_to_seq is None else min(up_to_seq, book.seq)
    span = _next_span(session, book.id, canteen_id, month, end)
    return _view(session, canteen, span, part=_part(session, canteen_id, month) + 1, at=at)


def prepare(session: Session, *, canteen_id: int, month: str, actor: str, at: datetime) -> Prepared:
    """Draw and write out what a freeze will keep, while the counters go on working.

    Refuses ``settlement.nothing_to_state`` and ``settlement.check_failed``.
    """
    view = draft(session, canteen_id=canteen_id, month=month, at=at)
    if not view.lines:
        raise Refused("settlement.nothing_to_state", month=month)
    _refuse_failed(view)
    return _kept(view, actor)


def prepare_version(session: Session, *, ref: str, actor: str, at: datetime) -> Prepared:
    """Draw and write out the next version of a frozen statement, with its differences.

    Refuses ``settlement.superseded``, ``settlement.not_the_last_part`` (a later part covers what came since),
    ``settlement.nothing_changed``, ``settlement.month_closed`` and ``settlement.check_failed``.
    """
    earlier = statement(session, ref=ref)
    canteen = _canteen(session, earlier.canteen_id, earlier.month)
    book = session.scalars(select(Book).where(Book.canteen_id == canteen.id)).one()
    _refuse_version(session, earlier, book)
    span = Span(book.id, earlier.month, earlier.from_seq, book.seq)
    drawn = _view(session, canteen, span, part=earlier.part, at=at)
    view = compared(session, replace(drawn, version=earlier.version + 1), earlier)
    if not view.differences:
        raise Refused("settlement.nothing_changed", ref=ref)
    _refuse_failed(view)
    return _kept(view, actor)


def supersede(session: Session, *, ref: str, actor: str, at: datetime, prepared: Prepared | None = None) -> Statement:
    """Freeze the next version of a statement and let it take the place of the one before, which stays as it was.

    Hand in what `prepare_version` made in a transaction of its own. Refuses as that does, and
    ``settlement.frozen_meanwhile``.
    """
    earlier = statement(session, ref=ref)
    canteen = _canteen(session, earlier.canteen_id, earlier.month)
    book_id = session.scalars(select(Book.id).where(Book.canteen_id == canteen.id)).one()
    ledger.lock_head(session.connection(), book_id=book_id)
    session.refresh(earlier, ["state"])
    kept = prepared or prepare_version(session, ref=ref, actor=actor, at=at)
    book = session.get_one(Book, book_id, populate_existing=True)
    _refuse_version(session, earlier, book)
    if (kept.view.canteen_id, kept.view.month, kept.view.version) != (canteen.id, earlier.month, earlier.version + 1):
        raise Conflict("settlement.frozen_meanwhile", month=earlier.month)
    _give_way(session, earlier)
    session.execute(update(StatedEntry).where(StatedEntry.statement_id == earlier.id).values(is_live=False))
    session.flush()
    later = _write(session, kept, actor, at)
    _cover(session, later.id, Span(book_id, later.month, later.from_seq, later.up_to_seq))
    audit.record(
        session, chain=f"canteen:{canteen.ref}", at=at, actor=actor, action="statement.supersede", subject=later.ref,
        digest=later.digest, month=later.month, part=later.part, version=later.version, earlier=earlier.ref,
    )  # fmt: skip
    return later


def compared(session: Session, view: StatementView, earlier: Statement) -> StatementView:
    """Put into a statement how it differs from the version before."""
    before = frozen(session, statement=earlier)
    return replace(view, earlier_ref=earlier.ref, differences=differences(before, view))


def freeze(
    session: Session, *, canteen_id: int, month: str, actor: str, at: datetime, prepared: Prepared | None = None
) -> Statement:
    """Freeze what is not yet stated of a month, with its workbook; the next part where one is frozen already.

    Hand in what `prepare` made in a transaction of its own, so that no counter waits for the workbook; entries that
    came meanwhile go into the next part. Refuses as `prepare` does, and ``settlement.frozen_meanwhile``.
    """
    canteen = _canteen(session, canteen_id, month)
    book_id = session.scalars(select(Book.id).where(Book.canteen_id == canteen_id)).one()
    ledger.lock_head(session.connection(), book_id=book_id)
    kept = prepared or prepare(session, canteen_id=canteen_id, month=month, actor=actor, at=at)
    span = _next_span(session, book_id, canteen_id, month, kept.view.up_to_seq)
    if (kept.view.canteen_id, kept.view.month, kept.view.from_seq) != (canteen_id, month, span.from_seq):
        raise Conflict("settlement.frozen_meanwhile", month=month)
    statement = _write(session, kept, actor, at)
    _cover(session, statement.id, span)
    audit.record(
        session, chain=f"canteen:{canteen.ref}", at=at, actor=actor, action="statement.freeze",
        subject=statement.ref, digest=statement.digest, month=month, part=statement.part,
    )  # fmt: skip
    return statement


def statement(session: Session, *, ref: str) -> Statement:
    """Find a frozen statement by its number; ``settlement.no_such_statement`` out of scope."""
    found = session.scalars(select(Statement).where(Statement.ref == ref)).one_or_none()
    if found is None:
        raise NotFound("settlement.no_such_statement", ref=ref)
    return found


def versions(session: Session, *, canteen_id: int, month: str, part: int) -> Sequence[Statement]:
    """List every version of a part, superseded ones too, in order."""
    wanted = select(Statement).where(
        Statement.canteen_id == canteen_id, Statement.month == month, Statement.part == part
    )
    return session.scalars(wanted.order_by(Statement.version)).all()


def statements(session: Session, *, canteen_id: int, month: str) -> Sequence[Statement]:
    """List the parts of a month that stand, in order."""
    wanted = select(Statement).where(
        Statement.canteen_id == canteen_id, Statement.month == month, Statement.state == "frozen"
    )
    return session.scalars(wanted.order_by(Statement.part)).all()


def statements_of(
    session: Session, *, canteen_ids: Collection[int], month: str = "", offset: int = 0, limit: int = 30
) -> Sequence[Statement]:
    """List frozen statements, the newest first, without their content; of one month or of all."""
    wanted = select(Statement).where(Statement.canteen_id.in_(sorted(canteen_ids)), Statement.state == "frozen")
    if month:
        wanted = wanted.where(Statement.month == month)
    light = wanted.options(defer(Statement.content), defer(Statement.workbook))
    return session.scalars(light.order_by(Statement.id.desc()).offset(offset).limit(limit)).all()


def frozen(session: Session, *, statement: Statement) -> StatementView:
    """Draw a frozen statement again from the rows of the books."""
    canteen = _canteen(session, statement.canteen_id, statement.month)
    book_id = session.scalars(select(Book.id).where(Book.canteen_id == statement.canteen_id)).one()
    span = Span(book_id, statement.month, statement.from_seq, statement.up_to_seq)
    view = _view(session, canteen, span, part=statement.part, at=statement.frozen_at, of=statement)
    if statement.version == 1:
        return view
    listed = versions(session, canteen_id=canteen.id, month=statement.month, part=statement.part)
    return compared(session, view, listed[statement.version - 2])


def _canteen(session: Session, canteen_id: int, month: str) -> Canteen:
    """Return the canteen if the asker may see it: the Core statements that follow know no scope."""
    bounds(month)
    scope = scope_of(session)
    if not scope.everywhere and canteen_id not in scope.canteen_ids:
        raise NotFound("settlement.no_such_canteen")
    return places.canteen_by_id(session, canteen_id=canteen_id)


def _kept(view: StatementView, actor: str) -> Prepared:
    content = content_of(view)
    digest = hashlib.sha256(content.encode()).hexdigest()
    named = replace(view, ref=new_reference("S"), state="frozen", digest=digest, frozen_by=actor)
    return Prepared(named, content, workbook(named))


def _refuse_failed(view: StatementView) -> None:
    for check in view.checks:
        if not check.passed:
            raise Refused("settlement.check_failed", check=check.code)


def _refuse_version(session: Session, earlier: Statement, book: Book) -> None:
    if earlier.state != "frozen":
        raise Refused("settlement.superseded", ref=earlier.ref)
    if earlier.part != _part(session, earlier.canteen_id, earlier.month):
        raise Refused("settlement.not_the_last_part", ref=earlier.ref)
    if ledger.period(session, book_id=book.id, month=earlier.month).state in ("closed", "approved"):
        raise Refused("settlement.month_closed", month=earlier.month)


def _give_way(session: Session, earlier: Statement) -> None:
    """Let a statement be superseded, unless finance accepted it: the database says so."""
    try:
        with session.begin_nested():
            earlier.state = "superseded"
            session.flush()
    except IntegrityError:
        raise Refused("settlement.accepted_already", ref=earlier.ref) from None


def _next_span(session: Session, book_id: int, canteen_id: int, month: str, up_to_seq: int) -> Span:
    stated = select(func.max(Statement.up_to_seq)).where(
        Statement.canteen_id == canteen_id, Statement.month == month, Statement.state == "frozen"
    )
    return Span(book_id, month, (session.scalar(stated) or 0) + 1, up_to_seq)


def _part(session: Session, canteen_id: int, month: str) -> int:
    last = select(func.max(Statement.part)).where(Statement.canteen_id == canteen_id, Statement.month == month)
    return session.scalar(last) or 0


def _view(
    session: Session, canteen: Canteen, span: Span, *, part: int, at: datetime, of: Statement | None = None
) -> StatementView:
    connection = session.connection()
    narrow = narrowed(connection, span)
    found = gather(connection, narrow)
    count = len(found.purses)
    return StatementView(
        ref=of.ref if of else "",
        state=of.state if of else "draft",
        canteen_id=canteen.id,
        canteen_ref=canteen.ref,
        canteen_name=canteen.name,
        month=span.month,
        part=part,
        version=of.version if of else 1,
        from_seq=span.from_seq,
        up_to_seq=span.up_to_seq,
        chain_hash=chain_hash(connection, span),
        drawn_at=at,
        purses=found.purses,
        rows=rows_of(found.lines, count),
        total=add_up(found.lines, count),
        trays=trays_of(found.lines),
        operator=operator_of(found.lines, found.funders),
        tenders=tenders_of(found.lines),
        days=days_of(found.lines),
        documents=found.documents,
        checks=checks.run(connection, narrow, found, canteen_id=canteen.id),
        lines=found.lines,
        digest=of.digest if of else "",
        frozen_by=of.frozen_by if of else "",
    )


def _write(session: Session, kept: Prepared, actor: str, at: datetime) -> Statement:
    view = kept.view
    statement = Statement(
        ref=view.ref,
        canteen_id=view.canteen_id,
        month=view.month,
        part=view.part,
        version=view.version,
        state="frozen",
        from_seq=view.from_seq,
        up_to_seq=view.up_to_seq,
        meal_count=view.total.meals,
        due_fen=view.total.due_fen,
        own_fen=view.total.own_fen,
        content=kept.content,
        digest=view.digest,
        recipe=recipe_of(view),
        workbook=kept.workbook,
        workbook_digest=hashlib.sha256(kept.workbook).hexdigest(),
        frozen_at=at,
        frozen_by=actor,
    )
    session.add(statement)
    session.flush()
    return statement


def _cover(session: Session, statement_id: int, span: Span) -> None:
    """Note every entry that the statement covers; the database lets an entry be in one live statement."""
    covered = select(literal(statement_id), JournalEntry.book_id, JournalEntry.seq, true()).where(in_span())
    columns = [StatedEntry.statement_id, StatedEntry.book_id, StatedEntry.seq, StatedEntry.is_live]
    session.connection().execute(insert(StatedEntry).from_select(columns, covered), values_of(span))
