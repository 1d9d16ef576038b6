"""Look through the tree of regions, and add places that the nation does not list: development zones."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import places
from canteen.foundation import clock
from canteen.foundation.db import scope_of
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, site_words
from canteen.web.site_words import words


def add_to(blueprint: Blueprint) -> None:
    """Add the search and the form for a local place."""
    blueprint.get("/office/regions")(regions)
    blueprint.post("/office/regions")(add_region)


@audience("places.edit")
def regions() -> str:
    """Find places in reach by name or code."""
    query = request.args.get("q", "").strip()[:40]
    with house().database.reading(actor().scope) as session:
        prefixes = scope_of(session).region_prefixes
        found = places.search_regions(session, text=query, prefixes=prefixes, limit=100)
        return render_template(
            "office/regions.html",
            search_action=url_for("web.regions"),
            query=query,
            rows=[_row(session, one) for one in found],
            action=url_for("web.add_region"),
            back_href=url_for("web.sites"),
            typed=request.form,
        )


@audience("places.edit")
@forms.shown_again(regions)
def add_region() -> BaseResponse:
    """Add a place with a local code below one that is in reach."""
    code, name = places.padded(forms.needed("code")), forms.needed("name")
    with house().database.transaction(actor().scope) as session:
        above = places.parent(code)
        places.require_place(session, above or code)
        places.add_region(session, code=code, name=name, is_local=True, actor=forms.me(), at=clock.now())
    site_words.tell("region_added", name=name)
    return redirect(url_for("web.regions", q=code), 303)


def _row(session: Session, one: places.Region) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": site_words.place_name(session, one.code),
        "level": words()["levels"][one.level],
        "is_local": one.is_local,
        "href": url_for("web.new_site", region=one.code),
    }
