"""Move the chances of a meal that was put right: give back what it held, take what it should hold.

Nothing is erased: a release is a row, and a chance that somebody took meanwhile is not taken away. What a meal should
count is written on the claim of the meal, where the counter looks for it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import Connection, insert

from canteen.subsidy import HeldChance, Quote, claims_of, held_claims
from canteen.subsidy.tables import Claim, ClaimRelease

_AROUND = timedelta(days=400)


def move_chances(connection: Connection, *, person_id: int, ref: str, again: Quote, at: datetime) -> None:
    """Release the claims of a meal and take those of its new quote, under the lock on the person."""
    held = held_claims(connection, person_id=person_id, since=_first(again.service_date))
    gone = [one for one in held if one.redemption_ref == ref and not one.chance.is_released]
    if gone:
        rows = [{"claim_id": one.claim_id, "reason": "corrected", "at": at} for one in gone]
        connection.execute(insert(ClaimRelease), rows)
    ids = {one.claim_id for one in gone}
    chances = [_given_back(one.chance) if one.claim_id in ids else one.chance for one in held]
    taken = [
        {
            "person_id": person_id,
            "counter": claim.counter,
            "window": claim.window,
            "ordinal": claim.ordinal,
            "round": claim.round,
            "service_date": again.service_date,
            "meal": again.meal,
            "redemption_ref": ref,
            "used": claim.used,
        }
        for claim in claims_of(again, chances)
    ]
    if taken:
        connection.execute(insert(Claim), taken)


def _first(day: date) -> date:
    return day - _AROUND


def _given_back(chance: HeldChance) -> HeldChance:
    return HeldChance(chance.counter, chance.window, chance.ordinal, chance.round, True)
