"""Find canteens."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import false, or_, select
from sqlalchemy.orm import Session

from canteen.foundation.errors import NotFound
from canteen.places.tables import Canteen


def canteen(session: Session, *, ref: str) -> Canteen:
    """Return a canteen by its reference; refuses ``places.no_such_canteen``."""
    found = session.scalar(select(Canteen).where(Canteen.ref == ref))
    if found is None:
        raise NotFound("places.no_such_canteen", ref=ref)
    return found


def canteens_in(session: Session, *, region_prefixes: Iterable[str]) -> list[Canteen]:
    """List the canteens of the regions whose codes begin with one of these digits."""
    within = [Canteen.region_code.startswith(prefix) for prefix in region_prefixes]
    return list(session.scalars(select(Canteen).where(or_(false(), *within)).order_by(Canteen.name)))
