"""Let who works at a canteen reach the people of its district: they come to eat, or telephone to order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from canteen import places
from canteen.foundation.db import Scope
from canteen.http.auth import actor
from canteen.http.current import house


def scope() -> Scope:
    """Return what the actor may see, with the people of the districts of the actor's canteens.

    It is for looking people up by what they say of themselves, under a masked name; the register stays with those who
    have the region.
    """
    own = actor().scope
    if own.everywhere or own.region_prefixes:
        return own
    with house().database.reading(own) as session:
        canteens = places.canteens_of(session, canteen_ids=own.canteen_ids)
        return replace(own, region_prefixes=_districts(canteens))


def _districts(canteens: Sequence[places.Canteen]) -> tuple[str, ...]:
    """Return the leading digits of the districts; a city without districts is one itself."""
    codes = {
        next(code for code in places.ancestry(canteen.region_code) if places.level(code) in ("district", "city"))
        for canteen in canteens
    }
    return tuple(sorted(places.prefix(code) for code in codes))
