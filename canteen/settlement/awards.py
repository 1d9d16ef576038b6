"""Count the awards of a year that are in the books, for grants that only so many sites may have.

Who comes first is for whoever accepts the proposals: an accepted award stands before every one that is not yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from canteen.settlement.proposal_tables import AdjustmentDecision, AdjustmentProposal


@dataclass(frozen=True, slots=True)
class Award:
    """Name a grant that was accepted for a canteen, in the order of acceptance."""

    place: int
    canteen_id: int
    policy: str
    grant: str


def awards_of(connection: Connection, *, year: int) -> list[Award]:
    """List the grants of a year that were accepted and not taken back whole, of all canteens, the earliest first.

    Core on purpose: how many sites were awarded must not depend on what the asker may see.
    """
    wanted = (
        select(
            AdjustmentProposal.canteen_id, AdjustmentProposal.subject, AdjustmentProposal.difference_fen,
        )
        .join(AdjustmentDecision, AdjustmentDecision.proposal_id == AdjustmentProposal.id)
        .where(AdjustmentProposal.kind == "grant", AdjustmentDecision.verdict == "accepted")
        .order_by(AdjustmentDecision.decided_at, AdjustmentProposal.id)
    )  # fmt: skip
    sums: dict[tuple[int, str], int] = {}
    for row in connection.execute(wanted):
        key = (row.canteen_id, row.subject)
        sums[key] = sums.get(key, 0) + row.difference_fen
    held = [(canteen_id, subject) for (canteen_id, subject), fen in sums.items() if fen > 0]
    awards = [_award(place, canteen_id, subject) for place, (canteen_id, subject) in enumerate(held)]
    return [award for award, first_day in awards if first_day.year == year]


def _award(place: int, canteen_id: int, subject: str) -> tuple[Award, date]:
    policy, grant, first_day, _ = subject.rsplit("/", 3)
    return Award(place, canteen_id, policy, grant), date.fromisoformat(first_day)


def awards_before(awards: list[Award], *, canteen_id: int, policy: str) -> tuple[tuple[str, int], ...]:
    """Count, by grant, the other sites that were awarded before a canteen; all of them where it was not yet."""
    mine = {award.grant: award.place for award in awards if (award.canteen_id, award.policy) == (canteen_id, policy)}
    counts: dict[str, set[int]] = {}
    for award in awards:
        is_other = award.policy == policy and award.canteen_id != canteen_id
        if is_other and (award.grant not in mine or award.place < mine[award.grant]):
            counts.setdefault(award.grant, set()).add(award.canteen_id)
    return tuple(sorted((grant, len(others)) for grant, others in counts.items()))
