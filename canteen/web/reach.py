"""Offer the regions and canteens that the person at the desk may see, and no others."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from canteen import places
from canteen.foundation.db import scope_of
from canteen.foundation.errors import Denied, NotFound

_MOST = 400


def regions(session: Session) -> Sequence[places.Region]:
    """List the regions in reach, the widest first."""
    within = [places.Region.code.startswith(prefix) for prefix in scope_of(session).region_prefixes]
    if not within:
        return []
    return session.scalars(select(places.Region).where(or_(*within)).order_by(places.Region.code).limit(_MOST)).all()


def region_options(session: Session) -> list[tuple[str, str]]:
    """List the regions in reach as a form offers them."""
    return [(region.code, region.name) for region in regions(session)]


def require_region(session: Session, code: str) -> places.Region:
    """Return a region in reach; refuses ``office.outside_scope``."""
    found = places.region(session, code=code)
    if not code.startswith(scope_of(session).region_prefixes):
        raise Denied("office.outside_scope", region=code)
    return found


def canteens(session: Session) -> Sequence[places.Canteen]:
    """List the canteens in reach."""
    wanted = select(places.Canteen).where(places.Canteen.id.in_(sorted(scope_of(session).canteen_ids)))
    return session.scalars(wanted.order_by(places.Canteen.region_code, places.Canteen.id)).all()


def canteen_options(session: Session) -> list[tuple[str, str]]:
    """List the canteens in reach as a form offers them."""
    return [(canteen.ref, canteen.name) for canteen in canteens(session)]


def canteen(session: Session, *, ref: str) -> places.Canteen:
    """Return a canteen in reach; refuses ``places.canteen_unknown``, as if there were no other."""
    found = places.canteen(session, ref=ref)
    if found.id not in scope_of(session).canteen_ids:
        raise NotFound("places.canteen_unknown", ref=ref)
    return found


def canteen_ref(session: Session, canteen_id: int | None) -> str:
    """Return the reference of a canteen by its key; empty for none."""
    return "" if canteen_id is None else places.canteen_by_id(session, canteen_id=canteen_id).ref
