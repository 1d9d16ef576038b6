"""Keep the tree of regions on a screen: local codes are added, places renamed, local ones retired and restored."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import places
from canteen.foundation import clock
from canteen.foundation.db import scope_of
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, reach
from canteen.web.register_page import act, cell, entry, form, page, panel, row, tell, words

_MOST_CHANGES = 50


def add_to(blueprint: Blueprint) -> None:
    """Add the tree and what is sent from it."""
    blueprint.get("/office/regions")(regions)
    blueprint.post("/office/regions")(add_region)
    blueprint.post("/office/regions/rename")(rename_region)
    blueprint.post("/office/regions/retire")(retire_region)
    blueprint.post("/office/regions/restore")(restore_region)


@audience("places.edit")
def regions() -> str:
    """Show the places below one in reach, the widest to begin with, and what changed."""
    said = words()["regions"]
    with house().database.reading(actor().scope) as session:
        here = _here(session)
        below = places.children(session, code=here.code) if here else _topmost(session)
        changes = places.region_changes(session, prefixes=scope_of(session).region_prefixes, limit=_MOST_CHANGES)
        names = places.region_names(session) if changes else {}
        rows, kept = [_row(one) for one in below], [_change(one, names) for one in changes]
    ways = [{"label": said["up"], "href": url_for("web.regions", under=places.parent(here.code))}] if here else []
    new = form(url_for("web.add_region", under=here.code if here else ""), "新增", _fields("code", "name"))
    return page(
        "regions",
        [
            panel(said["title"], said["heads"], rows, empty=said["empty"], form=new),
            panel(said["changes"], said["changes_heads"], kept, empty=said["changes_empty"]),
        ],
        ways=ways,
        name=here.name if here else words()["top"],
    )


def _here(session: Session) -> places.Region | None:
    code = request.args.get("under", "")
    if not places.is_code(code) or not code.startswith(scope_of(session).region_prefixes or ("-",)):
        return None
    return places.region(session, code=code)


def _topmost(session: Session) -> list[places.Region]:
    """List the places that bound the scope."""
    codes = [prefix.ljust(12, "0") for prefix in scope_of(session).region_prefixes]
    return [places.region(session, code=code) for code in codes]


def _row(one: places.Region) -> dict[str, Any]:
    said = words()
    state = said["retired"].format(day=one.retired_on) if one.retired_on else ""
    acts = [act("rename", url_for("web.rename_region"), _fields("name"), code=one.code)]
    if one.is_local:
        name = "restore" if one.retired_on else "retire"
        acts.append(act(name, url_for(f"web.{name}_region"), _fields(), danger=name == "retire", code=one.code))
    href = url_for("web.regions", under=one.code)
    origin = said["local"] if one.is_local else said["national"]
    return row(cell(one.name, href=href), one.code, origin, cell(state, tone="warn" if state else ""), acts=acts)


def _change(one: places.RegionChange, names: dict[str, str]) -> dict[str, Any]:
    said = words()["regions"]
    what = said[one.kind].format(old=one.name, new=one.new_name)
    return row(one.effective_on.isoformat(), names.get(one.region_code, one.region_code), what, one.document)


def _fields(*more: str) -> list[dict[str, Any]]:
    return [*(entry(name) for name in more), entry("on", kind="date"), entry("document")]


@audience("places.edit")
@forms.shown_again(regions)
def add_region() -> BaseResponse:
    """Enter a place of a local code, within reach."""
    code, name = places.padded(forms.needed("code")), forms.needed("name")
    with house().database.transaction(actor().scope) as session:
        reach.require_region(session, places.parent(code) or code)
        places.add_local_region(session, code=code, name=name, **_said())
    tell("region_added", name=name)
    return _back(code)


@audience("places.edit")
@forms.shown_again(regions)
def rename_region() -> BaseResponse:
    """Give a place another name from a day on."""
    name = forms.needed("name")
    with house().database.transaction(actor().scope) as session:
        code = reach.require_region(session, forms.needed("code")).code
        places.rename_region(session, code=code, name=name, **_said())
    tell("region_renamed", name=name)
    return _back(code)


@audience("places.edit")
@forms.shown_again(regions)
def retire_region() -> BaseResponse:
    """Retire a local place."""
    with house().database.transaction(actor().scope) as session:
        code = reach.require_region(session, forms.needed("code")).code
        name = places.retire_region(session, code=code, **_said()).name
    tell("region_retired", name=name)
    return _back(code)


@audience("places.edit")
@forms.shown_again(regions)
def restore_region() -> BaseResponse:
    """Take a retired place up again."""
    with house().database.transaction(actor().scope) as session:
        code = reach.require_region(session, forms.needed("code")).code
        name = places.restore_region(session, code=code, **_said()).name
    tell("region_restored", name=name)
    return _back(code)


def _said() -> dict[str, Any]:
    return {"on": forms.needed_day("on"), "document": forms.needed("document"), "actor": forms.me(), "at": clock.now()}


def _back(code: str) -> BaseResponse:
    return redirect(url_for("web.regions", under=places.parent(code) or ""), 303)
