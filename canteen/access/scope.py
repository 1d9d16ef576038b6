"""Work out how far somebody may see, and what somebody may do."""

from __future__ import annotations

from sqlalchemy.orm import Session

from canteen import places
from canteen.access.grants import Granted, granted
from canteen.foundation.db import Scope


def permissions_of(session: Session, staff_id: int) -> frozenset[str]:
    """Return everything that somebody may do anywhere."""
    return frozenset().union(*(grant.permissions for grant in granted(session, staff_id)))


def rights_of(session: Session, staff_id: int, *, permission: str | None) -> tuple[frozenset[str], Scope]:
    """Return permissions and scope by one look at the grants; every request begins with this."""
    grants = granted(session, staff_id)
    permissions = frozenset[str]().union(*(grant.permissions for grant in grants))
    return permissions, scope_within(session, grants, permission)


def scope_of(session: Session, staff_id: int, *, permission: str | None = None) -> Scope:
    """Return what somebody may see: granted regions and canteens.

    A region reaches all canteens in it.

    With a permission, only the grants that carry it count: who is a clerk at one canteen and an accountant of a
    district sees the district's books, not the other canteen's.
    """
    return scope_within(session, granted(session, staff_id), permission)


def scope_within(session: Session, grants: tuple[Granted, ...], permission: str | None) -> Scope:
    """Return the scope of grants at hand."""
    counted = [grant for grant in grants if permission is None or permission in grant.permissions]
    prefixes = tuple(sorted({places.prefix(grant.region_code) for grant in counted if grant.region_code}))
    canteen_ids = {grant.canteen_id for grant in counted if grant.canteen_id is not None}
    if prefixes:
        canteen_ids |= {canteen.id for canteen in places.canteens_in(session, region_prefixes=prefixes)}
    return Scope(canteen_ids=frozenset(canteen_ids), region_prefixes=prefixes)
