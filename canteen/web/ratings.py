"""Keep the ratings of canteens on a screen: grade or stars, and the rating in per cent, each for a time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from canteen import places
from canteen.foundation import clock
from canteen.foundation.errors import NotFound
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, reach
from canteen.web.register_page import act, entry, form, page, panel, row, tell, words

_KINDS = ("grade", "percent")


def add_to(blueprint: Blueprint) -> None:
    """Add the ratings and what is sent from them."""
    blueprint.get("/policies/ratings")(ratings)
    blueprint.post("/policies/ratings")(rate)
    blueprint.post("/policies/ratings/end")(end_rating)


@audience("policies.read")
def ratings() -> str:
    """Show the ratings that stand of the canteens in reach."""
    said, may_edit = words()["ratings"], actor().may("policies.publish")
    kinds = [(kind, said[kind]) for kind in _KINDS]
    with house().database.reading(actor().scope) as session:
        names = {one.id: one.name for one in reach.canteens(session)}
        options = reach.canteen_options(session)
        rows = [_row(one, names, may_edit=may_edit) for one in places.ratings(session, canteen_ids=list(names))]
    days = [entry("valid_from", kind="date"), entry("last_day", kind="date", required=False)]
    fields = [entry("canteen", options=options), entry("kind", options=kinds), entry("value"), *days, entry("document")]
    new = form(url_for("web.rate"), "记下", fields) if may_edit else None
    return page("ratings", [panel(said["title"], said["heads"], rows, empty=said["empty"], form=new)])


def _row(one: places.Rating, names: dict[int, str], *, may_edit: bool) -> dict[str, Any]:
    said = words()
    last = one.valid_until and one.valid_until - timedelta(days=1)
    shown = (
        said["until"].format(first=one.valid_from, last=last) if last else said["since"].format(first=one.valid_from)
    )
    action, document = url_for("web.end_rating"), [entry("document")]
    acts = [
        act("end", action, [entry("last_day", kind="date"), *document], rating=one.id),
        act("withdraw", action, [entry("document")], danger=True, rating=one.id, withdrawn="yes"),
    ]  # fmt: skip
    return row(
        names[one.canteen_id], said["ratings"][one.kind], one.value, shown, one.document, acts=acts if may_edit else ()
    )


@audience("policies.publish")
@forms.shown_again(ratings)
def rate() -> BaseResponse:
    """State a rating on the strength of a document."""
    last = forms.day("last_day")
    with house().database.transaction(actor().scope) as session:
        places.rate(
            session, canteen_id=reach.canteen(session, ref=forms.needed("canteen")).id,
            kind=forms.chosen("kind", _KINDS), value=forms.needed("value"), valid_from=forms.needed_day("valid_from"),
            valid_until=last and last + timedelta(days=1), document=forms.needed("document"), actor=forms.me(),
            at=clock.now(),
        )  # fmt: skip
    tell("rated")
    return redirect(url_for("web.ratings"), 303)


@audience("policies.publish")
@forms.shown_again(ratings)
def end_rating() -> BaseResponse:
    """End a rating on a day, or take it back."""
    number = forms.needed("rating")
    until = None if forms.typed("withdrawn") else forms.needed_day("last_day") + timedelta(days=1)
    with house().database.transaction(actor().scope) as session:
        listed = places.ratings(session, canteen_ids=[one.id for one in reach.canteens(session)])
        found = next((one for one in listed if str(one.id) == number), None)
        if found is None:
            raise NotFound("places.no_such_rating")
        places.end_rating(
            session, rating_id=found.id, valid_until=until, document=forms.needed("document"), actor=forms.me(),
            at=clock.now(),
        )  # fmt: skip
    tell("rating_ended")
    return redirect(url_for("web.ratings"), 303)
