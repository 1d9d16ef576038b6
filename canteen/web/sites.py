"""Open canteens, change them, say when they serve, and close them for good."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import places
from canteen.foundation import clock
from canteen.foundation.db import scope_of
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, reach, site_page, site_words

_MOST_PORTIONS = 9999
_MOST_CUTOFF_DAYS = 30


def add_to(blueprint: Blueprint) -> None:
    """Add the list of canteens, the page of one, and what is sent from it."""
    at = "/office/canteens/<ref>"
    blueprint.get("/office/canteens")(sites)
    blueprint.get("/office/canteens/new")(new_site)
    blueprint.post("/office/canteens/new")(open_site)
    blueprint.get(at)(site)
    blueprint.post(f"{at}/change")(change_site)
    blueprint.post(f"{at}/hours")(set_hours)
    blueprint.post(f"{at}/hours/end")(end_hours)
    blueprint.post(f"{at}/close")(close_site)


@audience("places.edit")
def sites() -> str:
    """List the canteens in reach."""
    with house().database.reading(actor().scope) as session:
        return render_template("office/sites.html", **site_page.listed(session, reach.canteens(session), clock.today()))


@audience("places.edit")
def new_site() -> str:
    """Ask where first, by a search of the tree of regions, then for the rest."""
    asked, chosen = request.values.get("q", "").strip()[:40], request.values.get("region", "").strip()[:12]
    with house().database.reading(actor().scope) as session:
        found = places.search_regions(session, text=asked, prefixes=scope_of(session).region_prefixes)
        return render_template(
            "office/site_form.html",
            search_action=url_for("web.new_site"),
            query=asked,
            found=[
                {"code": one.code, "name": site_words.place_name(session, one.code), "href": _here(one.code)}
                for one in found
            ],
            region=_region(session, chosen),
            regions_href=url_for("web.search_regions"),
            operators_href=url_for("web.new_operator"),
            back_href=url_for("web.sites"),
            action=url_for("web.open_site"),
            values=request.form or {"opened_on": clock.today().isoformat()},
            **_choices(session),
        )


@audience("places.edit")
@forms.shown_again(new_site)
def open_site() -> BaseResponse:
    """Open a canteen; its book is there in the same moment."""
    with house().database.transaction(actor().scope) as session:
        opened = places.open_canteen(
            session,
            kind=forms.chosen("kind", places.KINDS),
            region_code=reach.require_region(session, forms.needed("region")).code,
            opened_on=forms.needed_day("opened_on"),
            **_typed(session),
        )
        site_words.tell("canteen_opened", name=opened.name)
        return redirect(url_for("web.site", ref=opened.ref), 303)


@audience("places.edit")
def site(ref: str) -> str:
    """Show a canteen with everything that may be changed about it."""
    with house().database.reading(actor().scope) as session:
        found = reach.canteen(session, ref=ref)
        context = site_page.of(session, found, clock.today(), request.form)
        return render_template("office/site.html", **context, **_choices(session))


@audience("places.edit")
@forms.shown_again(site)
def change_site(ref: str) -> BaseResponse:
    """Change what may change."""
    with house().database.transaction(actor().scope) as session:
        found = reach.canteen(session, ref=ref)
        places.change_canteen(session, canteen_id=found.id, **_typed(session))
    return _done(ref, "canteen_changed")


@audience("places.edit")
@forms.shown_again(site)
def set_hours(ref: str) -> BaseResponse:
    """Say how a meal is served from a day on."""
    meal, since = forms.chosen("meal", site_words.words()["meals"]), forms.needed_day("since")
    with house().database.transaction(actor().scope) as session:
        found = reach.canteen(session, ref=ref)
        places.set_service(
            session, canteen_id=found.id, meal=meal, terms=_terms(), since=since, actor=forms.me(), at=clock.now()
        )
    return _done(ref, "service_set", meal=site_words.words()["meals"][meal], day=since)


@audience("places.edit")
@forms.shown_again(site)
def end_hours(ref: str) -> BaseResponse:
    """Serve a meal no longer from a day on."""
    meal, since = forms.chosen("meal", site_words.words()["meals"]), forms.needed_day("since")
    with house().database.transaction(actor().scope) as session:
        found = reach.canteen(session, ref=ref)
        places.end_service(session, canteen_id=found.id, meal=meal, since=since, actor=forms.me(), at=clock.now())
    return _done(ref, "service_ended", meal=site_words.words()["meals"][meal], day=since)


@audience("places.edit")
@forms.shown_again(site)
def close_site(ref: str) -> BaseResponse:
    """Close a canteen for good from a day on."""
    day = forms.needed_day("closed_on")
    with house().database.transaction(actor().scope) as session:
        found = reach.canteen(session, ref=ref)
        reason = forms.needed("reason")
        places.close_canteen(session, canteen_id=found.id, on=day, reason=reason, actor=forms.me(), at=clock.now())
        return _done(ref, "canteen_closed", name=found.name, day=day)


def _typed(session: Session) -> dict[str, Any]:
    kitchen = forms.typed("kitchen")
    return {
        "name": forms.needed("name"),
        "operator_id": places.operator(session, ref=forms.needed("operator")).id,
        "address": forms.needed("address"),
        "phone": forms.needed("phone"),
        "default_tender": forms.chosen("tender", places.TENDERS),
        "supplied_by_id": reach.canteen(session, ref=kitchen).id if kitchen else None,
        "aliases": forms.several("aliases"),
        "actor": forms.me(),
        "at": clock.now(),
    }


def _terms() -> places.ServiceTerms:
    return places.ServiceTerms(
        opens_minute=forms.minute("opens"),
        closes_minute=forms.minute("closes"),
        cutoff_minute=forms.minute("cutoff"),
        cutoff_days=forms.number("cutoff_days", most=_MOST_CUTOFF_DAYS),
        capacity=forms.number("capacity", most=_MOST_PORTIONS),
        weekdays="".join(day for day in "1234567" if forms.typed(f"weekday-{day}")),
        dines_in=bool(forms.typed("dines_in")),
        packs=bool(forms.typed("packs")),
        delivers=bool(forms.typed("delivers")),
        delivery_fee_fen=forms.yuan("fee") or 0,
    )


def _choices(session: Session) -> dict[str, Any]:
    said = site_words.words()
    kitchens = places.kitchens_in(session, on=clock.today(), canteen_ids=scope_of(session).canteen_ids)
    operators = [(one.ref, one.name) for one in places.operators(session)]
    return {
        "kinds": list(said["kinds"].items()),
        "tenders": list(said["tenders"].items()),
        "meals": list(said["meals"].items()),
        "weekdays": list(said["weekdays"].items()),
        "modes": list(said["modes"].items()),
        "kitchens": [("", said["kitchen_none"]), *((one.ref, one.name) for one in kitchens)],
        "operators": [("", said["operator_choose"]), *operators],
        "today": clock.today().isoformat(),
    }


def _region(session: Session, code: str) -> dict[str, str] | None:
    known = places.search_regions(session, text=code, prefixes=scope_of(session).region_prefixes, limit=1)
    if not known or known[0].code != code:
        return None
    return {"code": code, "name": site_words.place_name(session, code)}


def _here(code: str) -> str:
    return url_for("web.new_site", region=code)


def _done(ref: str, told: str, **params: date | str) -> BaseResponse:
    site_words.tell(told, **params)
    return redirect(url_for("web.site", ref=ref), 303)
