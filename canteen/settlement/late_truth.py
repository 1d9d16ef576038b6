"""Find the meals that a truth known late touches, and propose what the books should hold instead.

Nothing is posted here: a person decides (`decisions`). A person's meals from the first day touched are gone through
again under what is known now; where a meal would be booked otherwise and the policy lets that reach back, a proposal
says so. What is proposed already, or was turned down as it is, is not proposed again; what is no longer true is
superseded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, insert, or_, select
from sqlalchemy.orm import Session

from canteen.foundation import canonical
from canteen.foundation.clock import service_day
from canteen.foundation.references import new_reference
from canteen.ledger.tables import Book
from canteen.seniors.tables import Person
from canteen.settlement.causes import Known, cause_row
from canteen.settlement.corrections import Mistake, drafts, net
from canteen.settlement.proposal_tables import AdjustmentDecision, AdjustmentProposal
from canteen.settlement.replay import PastMeal, Period, Replay, Sites, meals_of
from canteen.settlement.standing import Decided, decided, digest_of, given_by, money_of
from canteen.subsidy import (
    Quote,
    Rulebook,
    Standing,
    UsedChance,
    Weighed,
    known_by,
    read_histories,
    rulebook,
    weigh,
)

_FAR = date(9999, 1, 1)
SYSTEM = "system:late_truth"


@dataclass(frozen=True, slots=True)
class Found:
    """Hold a meal that stands otherwise than it should."""

    meal: PastMeal
    booked: Standing
    again: Quote
    weighed: Weighed

    @property
    def keeps_chance(self) -> bool:
        """Tell whether the chance stays used although the money goes."""
        return self.weighed.moves_meal and self.weighed.used == self.booked.meal.used != self.again.used

    @property
    def digest(self) -> str:
        """Return what tells equal proposals: what stood, what should stand, and how."""
        how = self.weighed
        moves = [how.kind, how.moves_meal, how.moves_operator, how.borne_by, self.keeps_chance]
        return canonical.digest([digest_of(self.booked), money_of(self.again), moves])


def mistakes(connection: Connection, *, person_id: int, since: date) -> list[Found]:
    """Go through a person's meals from a day on, and return those that should be booked otherwise.

    The meals of records that were merged into the person's count with them, in the order of eating.
    """
    published = known_by(connection)
    book = rulebook(published)
    first = book.counts_from(since)
    records = _records(connection, person_id)
    histories = read_histories(connection, published, records, since=first)
    eaten = meals_of(connection, records, Period(first, _FAR))
    meals = sorted((meal for many in eaten.values() for meal in many), key=lambda meal: (meal.happened_at, meal.id))
    look = _Look(book, since, decided(connection, records))
    Replay(book, Sites(connection, published)).run(histories[person_id], meals, look.given, look.decide, histories)
    return look.found


def _records(connection: Connection, person_id: int) -> list[int]:
    wanted = select(Person.id).where(or_(Person.id == person_id, Person.merged_into_id == person_id))
    return list(connection.execute(wanted).scalars())


class _Look:
    """Weigh each meal as it comes by."""

    def __init__(self, book: Rulebook, since: date, known: Decided) -> None:
        self._book = book
        self._since = since
        self._known = known
        self.found: list[Found] = []

    def given(self, meal: PastMeal) -> Mapping[str, int]:
        """Say what each funder gave for a meal as it stands."""
        return given_by(self._book, self._known.standing(meal))

    def decide(self, meal: PastMeal, again: Quote) -> Sequence[UsedChance]:
        """Note a meal that should be booked otherwise; answer which chances count as used."""
        booked = self._known.standing(meal)
        if meal.service_date < self._since:
            return booked.meal.used
        on = meal.service_date
        before = self._book.version(booked.meal.policy or booked.operator.policy, on)
        gives = self._book.version(again.policy, on)
        weighed = weigh(
            booked,
            again,
            given_by=None if before is None else before.answers,
            gives=None if gives is None else gives.answers,
        )
        found = Found(meal, booked, again, weighed)
        if weighed.kind == "none":
            return booked.meal.used
        mark = meal.ref, found.digest
        if mark in self._known.rejected or mark in self._known.seen:
            return booked.meal.used
        self.found.append(found)
        return weighed.used


def propose(session: Session, *, known: Known, at: datetime) -> int:
    """Look into one cause for one person, and write what is new; answers how many proposals were added.

    The same cause again adds only what is not proposed yet.
    """
    connection = session.connection()
    cause_id = cause_row(session, known, at)
    if known.person_id is None:
        return 0
    found = mistakes(connection, person_id=known.person_id, since=known.since)
    standing = _open(session, _records(connection, known.person_id))
    wanted = {(one.meal.ref, one.digest) for one in found}
    _supersede(session, [row for row in standing if (row.subject, row.digest) not in wanted], known, at)
    kept = {(row.subject, row.digest) for row in standing} & wanted
    rows = [_row(connection, cause_id, one, at) for one in found if (one.meal.ref, one.digest) not in kept]
    fresh = [row for row in rows if not _exists(session, cause_id, row)]
    if fresh:
        connection.execute(insert(AdjustmentProposal), fresh)
    return len(fresh)


def _exists(session: Session, cause_id: int, row: dict[str, object]) -> bool:
    same = (
        AdjustmentProposal.cause_id == cause_id,
        AdjustmentProposal.subject == row["subject"],
        AdjustmentProposal.digest == row["digest"],
    )
    return session.scalar(select(func.count(AdjustmentProposal.id)).where(*same)) != 0


def _open(session: Session, person_ids: Sequence[int]) -> list[AdjustmentProposal]:
    """List the proposals about a person's meals that nobody decided yet, from the day on that is looked at."""
    wanted = (
        select(AdjustmentProposal)
        .outerjoin(AdjustmentDecision, AdjustmentDecision.proposal_id == AdjustmentProposal.id)
        .where(AdjustmentProposal.person_id.in_(person_ids), AdjustmentDecision.proposal_id.is_(None))
    )
    return list(session.scalars(wanted))


def _supersede(session: Session, gone: Sequence[AdjustmentProposal], known: Known, at: datetime) -> None:
    for row in gone:
        if row.service_date >= known.since:
            session.add(
                AdjustmentDecision(
                    proposal_id=row.id, verdict="superseded", reason=known.key, entries=[], accepted_key=None,
                    decided_at=at, decided_by=SYSTEM,
                )
            )  # fmt: skip
    session.flush()


def mistake_of(connection: Connection, cause_id: int, found: Found, person_ref: str | None, book_id: int) -> Mistake:
    """Describe a finding as the books need it."""
    meal, how = found.meal, found.weighed
    return Mistake(
        cause_id, meal.ref, person_ref, meal.service_date, meal.own_fen, meal.tender, meal.means, book_id,
        found.booked, found.again, how.moves_meal, how.moves_operator, how.borne_by,
    )  # fmt: skip


def _row(connection: Connection, cause_id: int, found: Found, at: datetime) -> dict[str, object]:
    meal, how = found.meal, found.weighed
    book_id = connection.execute(select(Book.id).where(Book.canteen_id == meal.canteen_id)).scalar_one()
    mistake = mistake_of(connection, cause_id, found, None, book_id)
    made = drafts(connection, mistake, known_by(connection).funders, on=service_day(at))
    return {
        "ref": new_reference("A"),
        "cause_id": cause_id,
        "canteen_id": meal.canteen_id,
        "person_id": meal.person_id,
        "redemption_ref": meal.ref,
        "subject": meal.ref,
        "service_date": meal.service_date,
        "kind": how.kind,
        "difference_fen": how.difference_fen,
        "borne_by": how.borne_by,
        "moves_meal": how.moves_meal,
        "moves_operator": how.moves_operator,
        "keeps_chance": found.keeps_chance,
        "purses": net(made),
        "before": digest_of(found.booked),
        "after": found.again.to_json(),
        "digest": found.digest,
        "proposed_at": at,
    }
