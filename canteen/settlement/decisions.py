"""Decide on proposals: accept them into the books, or turn them down with a reason. Only a person does.

An acceptance posts what puts the meal right, moves the chances that the person used, and writes the decision, all in
one transaction; the keys of the entries are derived from cause and entry, so that nothing is posted twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen import audit, ledger, notices
from canteen.checkin.tables import Redemption, RedemptionUndo
from canteen.foundation.clock import service_day
from canteen.foundation.errors import Conflict, Invalid, NotFound, Refused
from canteen.ledger.tables import Book
from canteen.places.tables import Canteen
from canteen.seniors.tables import Person
from canteen.settlement import grant_entries
from canteen.settlement.chances import move_chances
from canteen.settlement.corrections import Mistake, drafts
from canteen.settlement.operator_money import is_due
from canteen.settlement.proposal_tables import AdjustmentDecision, AdjustmentProposal
from canteen.settlement.standing import decided, digest_of
from canteen.subsidy import Quote, known_by

MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Act:
    """Say who decides, when, and why."""

    actor: str
    at: datetime
    reason: str = ""


def accept(session: Session, *, refs: Sequence[str], act: Act) -> int:
    """Accept proposals and post them; answers how many entries that made.

    Refuses ``settlement.no_such_proposal`` out of scope, ``settlement.decided_already``, ``settlement.proposal_stale``
    where the meal stands otherwise by now or was taken back, ``settlement.grant_stale`` where the grant is not due as
    it was proposed (other facts, or the awards of the year are given), ``settlement.too_many_proposals``.
    """
    ledger.load_chart(session)
    found = _found(session, refs)
    owed: dict[tuple[int, int], int] = defaultdict(int)
    count = sum(_accept(session, proposal, act, owed) for proposal in found)
    # Pots come last, as at the counter, so that nobody waits for a book while holding a pot.
    for proposal in found:
        _refill(session, proposal, act)
    _tell_owed(session, found[0].ref, owed, act)
    return count


def reject(session: Session, *, refs: Sequence[str], act: Act) -> None:
    """Turn proposals down; ``settlement.reason_missing`` without a reason. They are not proposed again as they are."""
    if not act.reason.strip():
        raise Invalid("settlement.reason_missing")
    for proposal in _found(session, refs):
        _decide(session, proposal, "rejected", [], act)


def _found(session: Session, refs: Sequence[str]) -> list[AdjustmentProposal]:
    """Find proposals within the asker's scope, in the order of the meals; people are locked, then the ends of books.

    Each kind in the order of its keys, so that of two large decisions one waits for the other, whatever they share.
    """
    if len(refs) > MOST_AT_ONCE:
        raise Refused("settlement.too_many_proposals", most=MOST_AT_ONCE)
    wanted = select(AdjustmentProposal).where(AdjustmentProposal.ref.in_(list(refs)))
    found = list(session.scalars(wanted.order_by(AdjustmentProposal.person_id, AdjustmentProposal.service_date)))
    if not found or len(found) != len(set(refs)):
        raise NotFound("settlement.no_such_proposal")
    taken = select(AdjustmentDecision.proposal_id).where(AdjustmentDecision.proposal_id.in_([one.id for one in found]))
    if session.scalars(taken).first() is not None:
        raise Conflict("settlement.decided_already", ref=found[0].ref)
    people = sorted({one.person_id for one in found if one.person_id is not None})
    connection = session.connection()
    for person_id in people:
        connection.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    for book_id in sorted({_book(session, canteen_id) for canteen_id in {one.canteen_id for one in found}}):
        ledger.lock_head(connection, book_id=book_id)
    return found


def _tell_owed(session: Session, ref: str, owed: Mapping[tuple[int, int], int], act: Act) -> None:
    """Tell each person once of all that a decision owes, by message or by telephone."""
    for (person_id, canteen_id), fen in owed.items():
        name = session.connection().execute(select(Person.name).where(Person.id == person_id)).scalar_one()
        notices.tell(
            session, person_id=person_id, canteen_id=canteen_id, matter=f"owed:{ref}", kind="refund_owed",
            content={"name": name, "own_fen": str(fen)}, at=act.at,
        )  # fmt: skip


def _accept(
    session: Session, proposal: AdjustmentProposal, act: Act, owed: MutableMapping[tuple[int, int], int]
) -> int:
    if proposal.redemption_ref is None:
        if not is_due(session, proposal):
            raise Refused("settlement.grant_stale", ref=proposal.ref)
        made, book_id = grant_entries.drafts_of(session, proposal), _book(session, proposal.canteen_id)
    else:
        made, book_id = _meal(session, proposal, act)
        for leg in (leg for draft in made for leg in draft.legs if leg.account == ledger.OWED and leg.amount_fen < 0):
            if proposal.person_id is not None:
                owed[proposal.person_id, proposal.canteen_id] -= leg.amount_fen
    entries = ledger.post(session.connection(), book_id=book_id, drafts=made, at=act.at) if made else []
    _decide(session, proposal, "accepted", entries, act)
    return len(entries)


def _meal(session: Session, proposal: AdjustmentProposal, act: Act) -> tuple[list[ledger.Draft], int]:
    connection = session.connection()
    meal = connection.execute(
        select(
            Redemption.ref, Redemption.person_id, Redemption.service_date, Redemption.own_fen, Redemption.tender,
            Redemption.means, Redemption.trace, Redemption.meal, Book.id.label("book_id"),
            Person.ref.label("person_ref"), RedemptionUndo.at.label("undone_at"),
        )
        .join(Book, Book.canteen_id == Redemption.canteen_id)
        .outerjoin(Person, Person.id == Redemption.person_id)
        .outerjoin(RedemptionUndo, RedemptionUndo.redemption_ref == Redemption.ref)
        .where(Redemption.ref == proposal.redemption_ref)
    ).one()  # fmt: skip
    booked = decided(connection, [meal.person_id]).standing(meal)
    if meal.undone_at is not None or digest_of(booked) != proposal.before:
        raise Refused("settlement.proposal_stale", ref=proposal.ref)
    again = Quote.from_json(proposal.after)
    mistake = Mistake(
        proposal.cause_id, meal.ref, meal.person_ref, meal.service_date, meal.own_fen, meal.tender, meal.means,
        meal.book_id, booked, again, proposal.moves_meal, proposal.moves_operator, proposal.borne_by,
    )  # fmt: skip
    made = drafts(connection, mistake, known_by(connection).funders, on=service_day(act.at))
    if proposal.moves_meal and not proposal.keeps_chance:
        move_chances(connection, person_id=meal.person_id, ref=meal.ref, again=again, at=act.at)
    return made, meal.book_id


def _refill(session: Session, proposal: AdjustmentProposal, act: Act) -> None:
    """Put back into pots what a meal, as it stands after the correction, no longer takes."""
    if proposal.redemption_ref is None:
        return
    ledger.refill(
        session.connection(), book_id=_book(session, proposal.canteen_id), evidence=proposal.redemption_ref,
        correction=proposal.ref, day=proposal.service_date, at=act.at,
    )  # fmt: skip


def _decide(session: Session, proposal: AdjustmentProposal, verdict: str, entries: list[int], act: Act) -> None:
    is_accepted = verdict == "accepted"
    row: dict[str, Any] = {
        "proposal_id": proposal.id,
        "verdict": verdict,
        "reason": act.reason,
        "entries": entries,
        "accepted_key": f"{proposal.cause_id}:{proposal.subject}" if is_accepted else None,
        "decided_at": act.at,
        "decided_by": act.actor,
    }
    try:
        session.connection().execute(insert(AdjustmentDecision), row)
    except IntegrityError:
        raise Conflict("settlement.decided_already", ref=proposal.ref) from None
    canteen_ref = session.scalar(select(Canteen.ref).where(Canteen.id == proposal.canteen_id))
    audit.record(
        session, chain=f"canteen:{canteen_ref}", at=act.at, actor=act.actor, action=f"adjustment.{verdict}",
        subject=proposal.ref, of=proposal.subject, entries=entries, reason=act.reason,
    )  # fmt: skip


def _book(session: Session, canteen_id: int) -> int:
    return session.scalars(select(Book.id).where(Book.canteen_id == canteen_id)).one()
