"""Work out the money to operators for a year: for meals as booked, and grants as the rules give them.

Money for meals (per subsidised meal, per person-day, by the diner's age) is priced with each meal and in the books
already; it is listed here. Grants (per year, month or day, once; by heads, grade, rating or cost) come from the same
policies and the facts of the canteen; what is due and not yet booked is proposed, and a person decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.orm import Session

from canteen import ledger
from canteen.foundation import canonical
from canteen.foundation.db import scope_of
from canteen.foundation.references import new_reference
from canteen.ledger.tables import Book, JournalEntry, Posting
from canteen.places.tables import Canteen
from canteen.settlement.awards import awards_before, awards_of
from canteen.settlement.gather import LEGS_OF_ENTRY
from canteen.settlement.late_truth import SYSTEM
from canteen.settlement.proposal_tables import AdjustmentCause, AdjustmentDecision, AdjustmentProposal
from canteen.settlement.site_facts import people_served, site_facts_of, site_on
from canteen.subsidy import (
    GrantLine,
    Policy,
    Published,
    Site,
    SiteMoney,
    Step,
    funder_code,
    known_by,
    money_to_site,
    policy_of_site,
)

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Grant:
    """Hold one grant due to a canteen for one period, with the rules that were tried and what is booked of it."""

    canteen_id: int
    canteen_name: str
    policy: str
    version: str
    document: str
    grant: str
    name: str
    first_day: date
    last_day: date
    paid_in_year: int
    fen: int
    split: tuple[tuple[str, int], ...]
    trace: tuple[Step, ...]
    booked: tuple[tuple[str, int], ...] = ()

    @property
    def subject(self) -> str:
        """Return the name of the grant and its period, under which it is proposed and booked."""
        return f"{self.policy}/{self.grant}/{self.first_day}/{self.last_day}"

    @property
    def booked_fen(self) -> int:
        """Return how much of it is in the books."""
        return sum(fen for _, fen in self.booked)

    @property
    def missing(self) -> list[tuple[str, int]]:
        """Return by funder what the books lack; negative where they hold too much."""
        sums = dict(self.split)
        for funder, fen in self.booked:
            sums[funder] = sums.get(funder, 0) - fen
        return [(funder, fen) for funder, fen in sorted(sums.items()) if fen]


def grants(session: Session, *, year: int, on: date, canteen_ids: Sequence[int] = ()) -> list[Grant]:
    """List the grants of the asker's canteens for a year, those of periods that are over on a day."""
    connection = session.connection()
    published = known_by(connection)
    found: list[Grant] = []
    awards = awards_of(connection, year=year)
    for canteen in _canteens(session, canteen_ids):
        end = date(year, 12, 31)
        place = published.named_places(connection, {canteen.region_code}, end)[canteen.region_code]
        policy = policy_of_site(published.policies.values(), place, end)
        if policy is not None:
            before = awards_before(awards, canteen_id=canteen.id, policy=policy.id)
            found += _of_canteen(session, canteen, published, policy, year, on, before)
    booked = _booked(session, [grant.canteen_id for grant in found])
    return [_with(grant, booked.get((grant.canteen_id, grant.subject), {})) for grant in found]


def _canteens(session: Session, canteen_ids: Sequence[int]) -> Sequence[Canteen]:
    scope = scope_of(session)
    wanted = select(Canteen).order_by(Canteen.region_code, Canteen.id)
    if canteen_ids:
        wanted = wanted.where(Canteen.id.in_(list(canteen_ids)))
    if not scope.everywhere:
        wanted = wanted.where(Canteen.id.in_(sorted(scope.canteen_ids)))
    return session.scalars(wanted).unique().all()


def _of_canteen(
    session: Session, canteen: Canteen, published: Published, policy: Policy, year: int, on: date,
    awarded: tuple[tuple[str, int], ...],
) -> Iterator[Grant]:  # fmt: skip
    facts = site_facts_of(session, canteen_id=canteen.id)
    served = people_served(
        session.connection(), canteen_id=canteen.id, first=date(year, 1, 1), last=date(year + 1, 12, 31)
    )  # fmt: skip

    def standing(day: date) -> Site:
        place = published.named_places(session.connection(), {canteen.region_code}, day)[canteen.region_code]
        return published.site(session.connection(), canteen.id, place, day)

    def asked(first: date, last: date, **period: Any) -> SiteMoney | None:
        heads = len(set().union(*(who for day, who in served.items() if first <= day <= last)))
        site = site_on(facts, standing(last), last, heads, awarded)
        return money_to_site(policy, site, year, **period)

    answers = [asked(date(year, 1, 1), date(year, 12, 31))]
    for month in range(1, 13):
        first, last = date(year, month, 1), date(year + month // 12, month % 12 + 1, 1) - _ONE_DAY
        answers.append(asked(first, last, month=month))
        days = [day for day in served if first <= day <= last]
        answers.append(_together([asked(day, day, day=day) for day in sorted(days)], first, last))
    for answer in answers:
        if answer is None:
            continue
        for line in answer.lines:
            if line.last_day < on:
                yield _grant(canteen, policy, answer, line)


def _together(answers: Sequence[SiteMoney | None], first: date, last: date) -> SiteMoney | None:
    """Add a month's grants by the day up, each to one line, with the rules of every day behind it."""
    told = [answer for answer in answers if answer is not None and answer.lines]
    if not told:
        return None
    lines: dict[str, GrantLine] = {}
    for answer in told:
        for line in answer.lines:
            so_far = lines.get(line.grant)
            split = dict(so_far.split) if so_far else {}
            for payer, fen in line.split:
                split[payer] = split.get(payer, 0) + fen
            lines[line.grant] = GrantLine(
                line.grant, line.name, sum(split.values()), tuple(split.items()), first, last, line.paid_in_year
            )
    steps = tuple(step for answer in told for step in answer.trace)
    whole = told[0]
    total = sum(line.fen for line in lines.values())
    return SiteMoney(whole.policy, whole.version, whole.document, total, (), tuple(lines.values()), steps)


def _grant(canteen: Canteen, policy: Policy, answer: SiteMoney, line: GrantLine) -> Grant:
    rule = f"site/{line.grant}"
    split = tuple((funder_code(policy, payer), fen) for payer, fen in line.split if fen)
    return Grant(
        canteen.id, canteen.name, answer.policy, answer.version, answer.document, line.grant, line.name,
        line.first_day, line.last_day, line.paid_in_year, line.fen, split,
        tuple(step for step in answer.trace if step.rule == rule),
    )  # fmt: skip


def _with(grant: Grant, booked: dict[str, int]) -> Grant:
    values = {name: getattr(grant, name) for name in grant.__slots__}
    return Grant(**{**values, "booked": tuple(sorted((code, fen) for code, fen in booked.items() if fen))})


def _booked(session: Session, canteen_ids: Sequence[int]) -> dict[tuple[int, str], dict[str, int]]:
    """Add up the accepted proposals of grants."""
    wanted = (
        select(AdjustmentProposal)
        .join(AdjustmentDecision, AdjustmentDecision.proposal_id == AdjustmentProposal.id)
        .where(
            AdjustmentProposal.kind == "grant", AdjustmentProposal.canteen_id.in_(set(canteen_ids)),
            AdjustmentDecision.verdict == "accepted",
        )
    )  # fmt: skip
    sums: dict[tuple[int, str], dict[str, int]] = {}
    for proposal in session.scalars(wanted):
        by_funder = sums.setdefault((proposal.canteen_id, proposal.subject), {})
        for _, funder, fen in proposal.purses:
            by_funder[funder] = by_funder.get(funder, 0) + fen
    return sums


def propose_grants(session: Session, *, year: int, on: date, at: datetime) -> int:
    """Propose what the books lack of a year's grants; answers how many proposals were added.

    What is proposed already is not proposed again; where the amount is another by now the older proposal is superseded.
    """
    return sum(_propose(session, grant, at) for grant in grants(session, year=year, on=on) if grant.missing)


def is_due(session: Session, proposal: AdjustmentProposal) -> bool:
    """Tell whether the books still lack exactly what a proposal of a grant would put in."""
    _, first_day, _ = proposal.subject.rsplit("/", 2)
    of_year = grants(session, year=date.fromisoformat(first_day).year, on=date.max, canteen_ids=[proposal.canteen_id])
    wanted = [(funder, fen) for _, funder, fen in proposal.purses]
    return any(grant.subject == proposal.subject and grant.missing == wanted for grant in of_year)


def _propose(session: Session, grant: Grant, at: datetime) -> int:
    digest = canonical.digest([grant.subject, [list(part) for part in grant.missing], [list(p) for p in grant.booked]])
    same = (AdjustmentProposal.canteen_id == grant.canteen_id, AdjustmentProposal.subject == grant.subject)
    known = session.execute(
        select(AdjustmentProposal, AdjustmentDecision.verdict)
        .outerjoin(AdjustmentDecision, AdjustmentDecision.proposal_id == AdjustmentProposal.id)
        .where(*same)
    ).all()
    if any(row.digest == digest and verdict in (None, "rejected") for row, verdict in known):
        return 0
    for older, verdict in known:
        if verdict is None:
            session.add(
                AdjustmentDecision(
                    proposal_id=older.id, verdict="superseded", reason=digest[:12], entries=[], accepted_key=None,
                    decided_at=at, decided_by=SYSTEM,
                )
            )  # fmt: skip
    cause = _cause(session, grant, len(known), at)
    fresh: dict[str, Any] = {
        "ref": new_reference("A"), "cause_id": cause, "canteen_id": grant.canteen_id, "person_id": None,
        "redemption_ref": None, "subject": grant.subject, "service_date": grant.last_day, "kind": "grant",
        "difference_fen": sum(fen for _, fen in grant.missing), "borne_by": "", "moves_meal": False,
        "moves_operator": False, "keeps_chance": False,
        "purses": [[ledger.SITE_RECEIVABLE, funder, fen] for funder, fen in grant.missing],
        "before": canonical.digest([list(part) for part in grant.booked]), "after": text_of(grant), "digest": digest,
        "proposed_at": at,
    }  # fmt: skip
    session.flush()
    session.connection().execute(insert(AdjustmentProposal), fresh)
    return 1


def _cause(session: Session, grant: Grant, number: int, at: datetime) -> int:
    key = f"site:{grant.canteen_id}:{grant.subject}:{number}"
    row = AdjustmentCause(
        key=key[:200], kind="site", source_id=grant.canteen_id, person_id=None, since=grant.first_day, found_at=at
    )
    session.add(row)
    session.flush()
    return row.id


def text_of(grant: Grant) -> str:
    """Write a grant with its trace as canonical JSON."""
    data = {name: getattr(grant, name) for name in grant.__slots__}
    data["trace"] = [step._asdict() for step in grant.trace]
    return canonical.text_of(data)


@dataclass(frozen=True, slots=True)
class MealMoney:
    """Hold the operator's money for a month's meals at a canteen from one funder, as booked."""

    canteen_id: int
    month: str
    funder_code: str
    meals: int
    fen: int


def meal_money(session: Session, *, year: int) -> list[MealMoney]:
    """Add up the operator's money for the meals of a year at the asker's canteens, corrections included."""
    ids = [canteen.id for canteen in _canteens(session, ())]
    return list(_meal_money(session.connection(), ids, year))


def _meal_money(connection: Connection, canteen_ids: Sequence[int], year: int) -> Iterator[MealMoney]:
    wanted = (
        select(
            Book.canteen_id, JournalEntry.effect_month, Posting.funder_code,
            func.count(JournalEntry.evidence.distinct()).filter(JournalEntry.kind == "operator"),
            func.count(JournalEntry.evidence.distinct()).filter(JournalEntry.kind == "operator_undo"),
            func.sum(Posting.amount_fen),
        )
        .join(JournalEntry, JournalEntry.book_id == Book.id)
        .join(Posting, LEGS_OF_ENTRY)
        .where(
            Book.canteen_id.in_(list(canteen_ids)), Posting.account == ledger.OPERATOR_RECEIVABLE,
            JournalEntry.effect_month.between(f"{year}-01", f"{year}-12"),
        )
        .group_by(Book.canteen_id, JournalEntry.effect_month, Posting.funder_code)
        .order_by(Book.canteen_id, JournalEntry.effect_month, Posting.funder_code)
    )  # fmt: skip
    for canteen_id, month, funder, meals, undone, fen in connection.execute(wanted):
        yield MealMoney(canteen_id or 0, month, funder or "", meals - undone, int(fen))
