"""Know the administrative tree, and read a place off its code.

A code has twelve digits in five groups: province (2), city (2), district (2), town (3), village (3). Trailing groups
of zeros say that the place is wider. A city without districts, such as 东莞, has towns whose district group is zero;
their parent is the city. National codes come from GB/T 2260 (the first six digits) and the national statistical codes
(the rest); a zone that the nation does not list has a local code in the same form, marked ``is_local``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime
from importlib import resources
from itertools import pairwise
from typing import Any

from sqlalchemy import case, insert, or_, select
from sqlalchemy.orm import Session

from canteen import audit
from canteen.foundation.errors import Invalid, NotFound, Refused
from canteen.places.tables import Region

LEVELS = ("province", "city", "district", "town", "village")
_CUTS = (0, 2, 4, 6, 9, 12)


def is_code(code: str) -> bool:
    """Tell whether a text has the form of a code: twelve digits, and a province."""
    return len(code) == 12 and code.isascii() and code.isdigit() and code[:2] != "00"


def padded(code: str) -> str:
    """Fill a code of 2, 4, 6 or 9 digits up to twelve; ``places.code_malformed`` for anything else."""
    if len(code) not in _CUTS[1:]:
        raise Invalid("places.code_malformed", region=code)
    full = code.ljust(12, "0")
    if not is_code(full):
        raise Invalid("places.code_malformed", region=code)
    return full


def prefix(code: str) -> str:
    """Return the leading digits that all places within this one share.

    Whole groups are cut, never single zeros: a street may well be numbered 010.
    """
    return code[: _CUTS[_depth(code)]]


def level(code: str) -> str:
    """Read the level off a code: province, city, district, town or village."""
    return LEVELS[_depth(code) - 1]


def parent(code: str) -> str | None:
    """Return the code of the next wider place; None above a province."""
    depth = _depth(code)
    return None if depth == 1 else code[: _CUTS[depth - 1]].ljust(12, "0")


def is_within(code: str, wider: str) -> bool:
    """Tell whether a place lies in a wider one, or is that one."""
    return code.startswith(prefix(wider))


def ancestry(code: str) -> Iterator[str]:
    """Yield the code itself, then every wider place up to the province."""
    step: str | None = code
    while step is not None:
        yield step
        step = parent(step)


def region(session: Session, *, code: str) -> Region:
    """Find a place; ``places.region_unknown`` where nobody entered it."""
    found = session.get(Region, code)
    if found is None:
        raise NotFound("places.region_unknown", region=code)
    return found


def children(session: Session, *, code: str) -> Sequence[Region]:
    """List the places directly below one, in the order of their codes."""
    return session.scalars(select(Region).where(Region.parent_code == code).order_by(Region.code)).all()


def search_regions(
    session: Session, *, text: str, prefixes: Sequence[str] | None = None, limit: int = 30
) -> Sequence[Region]:
    """Find places by the beginning of their code or a part of their name, the widest first.

    ``prefixes`` narrows to places within some others; None looks everywhere.
    """
    wanted = text.strip()
    if not wanted or prefixes == ():
        return []
    matches = Region.code.startswith(wanted) if wanted.isdigit() else Region.name.contains(wanted, autoescape=True)
    statement = select(Region).where(matches)
    if prefixes is not None:
        statement = statement.where(or_(*[Region.code.startswith(prefix) for prefix in prefixes]))
    order = case({name: number for number, name in enumerate(LEVELS)}, value=Region.level)
    return session.scalars(statement.order_by(order, Region.code).limit(limit)).all()


def region_path(session: Session, code: str) -> dict[str, str]:
    """Return the names from the province down to the place, by level."""
    region(session, code=code)
    rows = session.scalars(select(Region).where(Region.code.in_(list(ancestry(code)))).order_by(Region.code))
    return {row.level: row.name for row in rows}


def region_names(session: Session) -> dict[str, str]:
    """Return every known place by its code; what a roster's addresses are read with."""
    return {row.code: row.name for row in session.execute(select(Region.code, Region.name))}


def add_region(session: Session, *, code: str, name: str, is_local: bool, actor: str, at: datetime) -> Region:
    """Enter a place below one that is known already; ``places.region_exists`` where the code is taken."""
    if not is_code(code):
        raise Invalid("places.code_malformed", region=code)
    if session.get(Region, code) is not None:
        raise Refused("places.region_exists", region=code)
    above = parent(code)
    if above is not None:
        region(session, code=above)
    added = Region(**_row(code, name, is_local=is_local))
    session.add(added)
    audit.record(session, chain=f"region:{code[:6]}", at=at, actor=actor, action="region_added", subject=code)
    return added


def load_regions(session: Session) -> int:
    """Enter the places of the data file that are not known yet, and return how many; a second time adds none."""
    known = set(session.scalars(select(Region.code)))
    with (resources.files("canteen.places") / "data" / "regions.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["code"] not in known]
    entered = [_row(row["code"], row["name"], is_local=row["is_local"] == "1") for row in rows]
    if entered:
        session.execute(insert(Region), entered)
    return len(rows)


def _row(code: str, name: str, *, is_local: bool) -> dict[str, Any]:
    return {"code": code, "name": name, "level": level(code), "parent_code": parent(code), "is_local": is_local}


def _depth(code: str) -> int:
    if not is_code(code):
        raise Invalid("places.code_malformed", region=code)
    groups = [code[start:end] for start, end in pairwise(_CUTS)]
    return max(depth for depth, group in enumerate(groups, start=1) if group.strip("0"))
