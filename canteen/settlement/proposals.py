"""List proposals for a person to decide on: grouped by what became known and whom it is about, meals behind."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from canteen.checkin.tables import Redemption
from canteen.foundation.errors import Invalid
from canteen.foundation.secrecy import masked_name
from canteen.ledger.tables import Funder
from canteen.places.tables import Canteen
from canteen.seniors.tables import Fact, Person
from canteen.settlement.proposal_tables import AdjustmentCause, AdjustmentDecision, AdjustmentProposal
from canteen.subsidy.tables import PublishedPolicy

STATES = ("open", "accepted", "rejected", "superseded")
_MOST = 2000


@dataclass(frozen=True, slots=True)
class Decision:
    """Hold what was decided, by whom and which entries it made."""

    verdict: str
    reason: str
    by: str
    at: datetime
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ProposalView:
    """Show one proposal: a meal or a grant, the difference by purse, and what was decided."""

    ref: str
    kind: str
    subject: str
    canteen_id: int
    canteen_name: str
    service_date: date
    meal: str
    difference_fen: int
    borne_by: str
    keeps_chance: bool
    purses: tuple[tuple[str, str, str, int], ...]
    after: str
    proposed_at: datetime
    decision: Decision | None


@dataclass(slots=True)
class Group:
    """Hold the proposals of one cause about one person, or all grants of one canteen."""

    cause_id: int
    kind: str
    since: date
    person_ref: str
    person_masked: str
    what: dict[str, Any]
    proposals: list[ProposalView] = field(default_factory=list)

    @property
    def purses(self) -> list[tuple[str, str, str, int]]:
        """Add up the differences by account and funder."""
        sums: dict[tuple[str, str, str], int] = {}
        for one in self.proposals:
            for account, funder, name, fen in one.purses:
                sums[account, funder, name] = sums.get((account, funder, name), 0) + fen
        return [(*key, fen) for key, fen in sorted(sums.items()) if fen]


def groups(session: Session, *, state: str = "open", causes: Collection[str] = ()) -> list[Group]:
    """Group the proposals of the asker's canteens that are in a state, the newest cause first.

    At most some thousand at once; ``settlement.no_such_state`` for anything else than `STATES`.
    """
    if state not in STATES:
        raise Invalid("settlement.no_such_state", state=state)
    wanted = (
        select(AdjustmentProposal, AdjustmentCause, AdjustmentDecision)
        .join(AdjustmentCause, AdjustmentCause.id == AdjustmentProposal.cause_id)
        .outerjoin(AdjustmentDecision, AdjustmentDecision.proposal_id == AdjustmentProposal.id)
        .where(_in_state(state))
        .order_by(AdjustmentCause.id.desc(), AdjustmentProposal.service_date, AdjustmentProposal.id)
        .limit(_MOST)
    )
    if causes:
        wanted = wanted.where(AdjustmentCause.kind.in_(sorted(causes)))
    rows = session.execute(wanted).all()
    names = _Names.read(session.connection(), [row[0] for row in rows], [row[1] for row in rows])
    found: dict[tuple[str, int], Group] = {}
    for proposal, cause, decision in rows:
        key = (cause.kind, proposal.canteen_id if cause.kind == "site" else cause.id)
        group = found.get(key)
        if group is None:
            group = found[key] = _group(cause, proposal, names)
        group.since = min(group.since, cause.since)
        group.proposals.append(_view(proposal, decision, names))
    return list(found.values())


def open_count(session: Session) -> int:
    """Count the proposals of the asker's canteens that wait for a decision."""
    wanted = (
        select(func.count(AdjustmentProposal.id))
        .outerjoin(AdjustmentDecision, AdjustmentDecision.proposal_id == AdjustmentProposal.id)
        .where(_in_state("open"))
    )
    return session.scalar(wanted) or 0


def _in_state(state: str) -> Any:
    if state == "open":
        return AdjustmentDecision.proposal_id.is_(None)
    return AdjustmentDecision.verdict == state


@dataclass(frozen=True, slots=True)
class _Names:
    """Hold the names behind the keys of a list; read once, around the scope, since the proposals are in it."""

    people: dict[int, tuple[str, str]]
    canteens: dict[int, str]
    funders: dict[str, str]
    meals: dict[str, str]
    facts: dict[int, Any]
    policies: dict[int, str]

    @classmethod
    def read(
        cls, connection: Connection, proposals: Iterable[AdjustmentProposal], causes: Iterable[AdjustmentCause]
    ) -> _Names:
        """Read all names that a list needs."""
        proposals, causes = list(proposals), list(causes)
        people = connection.execute(
            select(Person.id, Person.ref, Person.name).where(Person.id.in_({one.person_id for one in proposals}))
        )
        canteens = connection.execute(
            select(Canteen.id, Canteen.name).where(Canteen.id.in_({one.canteen_id for one in proposals}))
        )
        meals = connection.execute(
            select(Redemption.ref, Redemption.meal).where(
                Redemption.ref.in_({one.redemption_ref for one in proposals if one.redemption_ref})
            )
        )
        facts = connection.execute(
            select(Fact.id, Fact.kind, Fact.value, Fact.valid_from, Fact.valid_until, Fact.withdrawn,
                   Fact.supersedes_id, Fact.evidence, Fact.entered_at)
            .where(Fact.id.in_({one.source_id for one in causes if one.kind == "fact"}))
        )  # fmt: skip
        policies = connection.execute(
            select(PublishedPolicy.id, PublishedPolicy.code).where(
                PublishedPolicy.id.in_({one.source_id for one in causes if one.kind == "policy"})
            )
        )
        return cls(
            {row.id: (row.ref, masked_name(row.name)) for row in people},
            {row.id: row.name for row in canteens},
            {row.code: row.name for row in connection.execute(select(Funder.code, Funder.name))},
            {row.ref: row.meal for row in meals},
            {row["id"]: row for row in facts.mappings()},
            {row.id: row.code for row in policies},
        )


def _group(cause: AdjustmentCause, proposal: AdjustmentProposal, names: _Names) -> Group:
    ref, masked = names.people.get(proposal.person_id or 0, ("", ""))
    what: dict[str, Any] = {}
    if cause.kind == "fact" and cause.source_id in names.facts:
        what = dict(names.facts[cause.source_id])
    if cause.kind == "policy":
        what = {"policy": names.policies.get(cause.source_id, "")}
    return Group(cause.id, cause.kind, cause.since, ref, masked, what)


def _view(proposal: AdjustmentProposal, decision: AdjustmentDecision | None, names: _Names) -> ProposalView:
    return ProposalView(
        ref=proposal.ref,
        kind=proposal.kind,
        subject=proposal.subject,
        canteen_id=proposal.canteen_id,
        canteen_name=names.canteens.get(proposal.canteen_id, ""),
        service_date=proposal.service_date,
        meal=names.meals.get(proposal.redemption_ref or "", ""),
        difference_fen=proposal.difference_fen,
        borne_by=proposal.borne_by,
        keeps_chance=proposal.keeps_chance,
        purses=tuple((account, code, names.funders.get(code, code), fen) for account, code, fen in proposal.purses),
        after=proposal.after,
        proposed_at=proposal.proposed_at,
        decision=None if decision is None else _decision(decision),
    )


def _decision(row: AdjustmentDecision) -> Decision:
    return Decision(row.verdict, row.reason, row.decided_by, row.decided_at, tuple(row.entries))
