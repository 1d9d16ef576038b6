"""Work out how far somebody may see, and what somebody may do."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from canteen import places
from canteen.access.grants import Granted, granted
from canteen.foundation.db import Scope


def scope_of(session: Session, staff_id: int, *, permission: str | None = None) -> Scope:
    """Return what somebody may see: granted regions and canteens.

    A region reaches all canteens in it.

    With a permission, only the grants that carry it count: who is a clerk at one canteen and an accountant of a
    district sees the district's books, not the other canteen's.
    """
    return with_canteens(session, scope_of_grants(granted(session, staff_id), permission))


def scope_of_grants(grants: tuple[Granted, ...], permission: str | None) -> Scope:
    """Return the places that grants name themselves, without the canteens in their regions."""
    counted = [grant for grant in grants if permission is None or permission in grant.permissions]
    return Scope(
        canteen_ids=frozenset(grant.canteen_id for grant in counted if grant.canteen_id is not None),
        region_prefixes=tuple(sorted({places.prefix(grant.region_code) for grant in counted if grant.region_code})),
    )


def with_canteens(session: Session, scope: Scope) -> Scope:
    """Add the canteens that lie in a scope's regions."""
    within = {canteen.id for canteen in places.canteens_in(session, region_prefixes=scope.region_prefixes)}
    return replace(scope, canteen_ids=scope.canteen_ids | within)
