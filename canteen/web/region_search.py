"""Look a place up by name or code, to open a canteen there."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session

from canteen import places
from canteen.foundation.db import scope_of
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import site_words
from canteen.web.site_words import words

_MOST = 100


def add_to(blueprint: Blueprint) -> None:
    """Add the search."""
    blueprint.get("/office/regions/search")(search_regions)


@audience("places.edit")
def search_regions() -> str:
    """Find places in reach by name or code."""
    query = request.args.get("q", "").strip()[:40]
    with house().database.reading(actor().scope) as session:
        prefixes = scope_of(session).region_prefixes
        found = places.search_regions(session, text=query, prefixes=prefixes, limit=_MOST)
        return render_template(
            "office/region_search.html",
            search_action=url_for("web.search_regions"),
            query=query,
            rows=[_row(session, one) for one in found],
            tree_href=url_for("web.regions"),
            back_href=url_for("web.sites"),
        )


def _row(session: Session, one: places.Region) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": site_words.place_name(session, one.code),
        "level": words()["levels"][one.level],
        "is_local": one.is_local,
        "href": url_for("web.new_site", region=one.code),
    }
