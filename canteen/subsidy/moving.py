"""Let the chances that one record used count for another, when both turn out to be one person.

Claims are append only: each that stands is given back by a release with its reason, and taken anew for the record that
goes on, at the next free place of the same window. So the constraints that keep a person from two subsidised meals and
from passing a limit hold over both records from that moment; what was passed before shows as a place beyond the limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.subsidy.tables import Claim, ClaimRelease

MERGED = "merged"


def move_claims(session: Session, *, from_id: int, to_id: int, at: datetime) -> int:
    """Move every claim that stands, and return how many; the caller holds both persons."""
    standing = standing_claims(session, person_id=from_id)
    taken = _taken(session, to_id)
    for claim in standing:
        places = taken.setdefault((claim.counter, claim.window), {})
        ordinal = next(n for n in range(1, len(places) + 2) if n not in places or not places[n][1])
        round_ = places.get(ordinal, (0, False))[0] + 1
        places[ordinal] = (round_, True)
        session.add(ClaimRelease(claim_id=claim.id, reason=MERGED, at=at))
        session.add(
            Claim(
                person_id=to_id,
                counter=claim.counter,
                window=claim.window,
                ordinal=ordinal,
                round=round_,
                service_date=claim.service_date,
                meal=claim.meal,
                redemption_ref=claim.redemption_ref,
                used=claim.used,
            )
        )
        session.flush()
    return len(standing)


def standing_claims(session: Session, *, person_id: int) -> Sequence[Claim]:
    """List the claims of a person that were not given back, in the order in which they were taken."""
    wanted = (
        select(Claim)
        .outerjoin(ClaimRelease, ClaimRelease.claim_id == Claim.id)
        .where(Claim.person_id == person_id, ClaimRelease.claim_id.is_(None))
    )
    return session.scalars(wanted.order_by(Claim.id)).all()


def _taken(session: Session, person_id: int) -> dict[tuple[str, str], dict[int, tuple[int, bool]]]:
    """Return by window the last round of each place, and whether it is held."""
    wanted = select(Claim, ClaimRelease.claim_id).outerjoin(ClaimRelease, ClaimRelease.claim_id == Claim.id)
    taken: dict[tuple[str, str], dict[int, tuple[int, bool]]] = {}
    for claim, released in session.execute(wanted.where(Claim.person_id == person_id).order_by(Claim.round)):
        taken.setdefault((claim.counter, claim.window), {})[claim.ordinal] = (claim.round, released is None)
    return taken
