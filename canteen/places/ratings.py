"""Rate canteens: the grade or stars, and the rating in per cent, each for a time and by a document."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from canteen import audit
from canteen.foundation.errors import Invalid, NotFound, Refused
from canteen.places.canteens import canteen_by_id
from canteen.places.tables import Rating

_LEAST, _MOST = 0, 200


def rate(
    session: Session, *, canteen_id: int, kind: str, value: str, valid_from: date, valid_until: date | None,
    document: str, actor: str, at: datetime,
) -> Rating:  # fmt: skip
    """State a grade, or a rating in per cent; ``places.rating_overlaps`` where another speaks for some of the days."""
    rated = canteen_by_id(session, canteen_id=canteen_id)
    wrong_percent = kind == "percent" and not (value.isascii() and value.isdigit() and _LEAST < int(value[:4]) <= _MOST)
    if wrong_percent or not value or (valid_until is not None and valid_until <= valid_from):
        raise Invalid("places.rating_malformed")
    for one in ratings(session, canteen_ids=[canteen_id]):
        starts_before_end = valid_until is None or one.valid_from < valid_until
        if one.kind == kind and starts_before_end and (one.valid_until is None or one.valid_until > valid_from):
            raise Refused("places.rating_overlaps", first=one.valid_from)
    row = Rating(
        canteen_id=canteen_id, kind=kind, value=value, valid_from=valid_from, valid_until=valid_until,
        document=document, at=at, actor=actor,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(
        session, chain=f"canteen:{rated.ref}", at=at, actor=actor, action="rating_stated", subject=rated.ref,
        kind=kind, value=value, document=document,
    )  # fmt: skip
    return row


def end_rating(
    session: Session, *, rating_id: int, valid_until: date | None, document: str, actor: str, at: datetime
) -> None:
    """End a rating on a day, or say by none that it never held; the row before is kept."""
    old = session.get(Rating, rating_id)
    if old is None or rating_id not in {one.id for one in ratings(session, canteen_ids=[old.canteen_id])}:
        raise NotFound("places.no_such_rating")
    if valid_until is not None and valid_until <= old.valid_from:
        raise Invalid("places.rating_malformed")
    session.add(
        Rating(
            canteen_id=old.canteen_id, kind=old.kind, value=old.value, valid_from=old.valid_from,
            valid_until=valid_until or old.valid_until, document=document, supersedes_id=old.id,
            is_withdrawn=valid_until is None, at=at, actor=actor,
        )
    )  # fmt: skip
    session.flush()
    rated = canteen_by_id(session, canteen_id=old.canteen_id)
    audit.record(
        session, chain=f"canteen:{rated.ref}", at=at, actor=actor, action="rating_ended", subject=rated.ref,
        kind=old.kind, document=document,
    )  # fmt: skip


def ratings(session: Session, *, canteen_ids: Sequence[int]) -> Sequence[Rating]:
    """List the ratings that stand, by canteen and first day."""
    later = aliased(Rating)
    wanted = (
        select(Rating)
        .where(
            Rating.canteen_id.in_(canteen_ids), ~Rating.is_withdrawn, ~exists().where(later.supersedes_id == Rating.id)
        )
        .order_by(Rating.canteen_id, Rating.kind, Rating.valid_from)
    )
    return session.scalars(wanted).all()
