"""Remember what the headings of a region's lists mean, so that somebody says it once.

What a street says counts for its lists and those of its villages; the nearest word goes before a wider one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from canteen import audit, places
from canteen.foundation.errors import Invalid
from canteen.seniors.roster.words import plain_heading, title
from canteen.seniors.tables import ColumnName

ROSTER = "roster"
_LONGEST = 60


def told_columns(session: Session, *, region_code: str, list_kind: str) -> dict[str, str]:
    """Return the column of each plain heading that was told for a kind of list; empty for one to pass over."""
    around = list(places.ancestry(region_code))
    # Core on purpose: what a wider region said of a heading counts for whoever works in a part of it.
    wanted = select(ColumnName.region_code, ColumnName.heading, ColumnName.column_name).where(
        ColumnName.list_kind == list_kind, ColumnName.region_code.in_(around)
    )
    rows = session.connection().execute(wanted).all()
    rows = sorted(rows, key=lambda row: around.index(row.region_code), reverse=True)
    return {row.heading: row.column_name for row in rows}


def remember_columns(
    session: Session, *, region_code: str, list_kind: str, told: Mapping[str, str], known: tuple[str, ...], actor: str,
    at: datetime,
) -> None:  # fmt: skip
    """Keep what headings mean from now on; an empty column passes one over.

    Refuses ``seniors.roster_column_unknown`` and ``seniors.roster_column_twice``.
    """
    named = {plain_heading(heading)[:_LONGEST]: column for heading, column in told.items() if plain_heading(heading)}
    meant = [column for column in named.values() if column]
    if not set(meant) <= set(known):
        raise Invalid("seniors.roster_column_unknown")
    if len(set(meant)) < len(meant):
        raise Invalid("seniors.roster_column_twice", column=title(next(one for one in meant if meant.count(one) > 1)))
    kept = ColumnName.region_code == region_code, ColumnName.list_kind == list_kind
    session.execute(delete(ColumnName).where(*kept, ColumnName.heading.in_(named)))
    session.add_all(
        ColumnName(
            region_code=region_code, list_kind=list_kind, heading=heading, column_name=column, told_by=actor, told_at=at
        )
        for heading, column in named.items()
    )
    session.flush()
    audit.record(
        session, chain=f"region:{region_code[:6]}", at=at, actor=actor, action="columns_told", subject=region_code,
        kind=list_kind, columns=sorted(f"{heading}={column}" for heading, column in named.items()),
    )  # fmt: skip
