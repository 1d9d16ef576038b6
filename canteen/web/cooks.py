"""Say who in a kitchen gets the prep sheet as a message: hand out a number once, end it again."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from canteen import kitchen
from canteen.foundation import clock
from canteen.http import words
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, place
from canteen.web.kitchen_words import say, tell


def add_to(blueprint: Blueprint) -> None:
    """Add the list of cooks and what is sent from it."""
    blueprint.get("/kitchen/cooks")(cooks)
    blueprint.post("/kitchen/cooks")(invite_cook)
    blueprint.post("/kitchen/cooks/<int:cook_id>/end")(end_cook)


@audience("menus.edit")
def cooks() -> str | BaseResponse:
    """List who gets the sheet."""
    with house().database.reading(actor().scope) as session:
        canteen = place.here(session)
        if canteen is None:
            return place.ask()
        rows = [
            {
                "cook": row.cook,
                "since": say("cooks", "since", at=words.value("at", row.began_at)),
                "end_action": url_for("web.end_cook", cook_id=row.id),
            }
            for row in kitchen.listed(session, canteen_id=canteen.id)
        ]
    return render_template("office/cooks.html", rows=rows, action=url_for("web.invite_cook"))


@audience("menus.edit")
@forms.shown_again(lambda: str(cooks()))
def invite_cook() -> BaseResponse:
    """Show the digits that a cook sends to the official account; they are shown this once."""
    cook, at = forms.needed("cook"), clock.now()
    with house().database.transaction(actor().scope) as session:
        canteen = place.certainly_here(session)
        code = kitchen.issue(session, canteen_id=canteen.id, cook=cook, actor=forms.me(), at=at)
    tell("cooks", "issued", cook=cook, code=f"{code[:4]} {code[4:]}")
    return redirect(url_for("web.cooks"), 303)


@audience("menus.edit")
@forms.shown_again(lambda cook_id: str(cooks()))
def end_cook(cook_id: int) -> BaseResponse:
    """Let an account hear no more."""
    with house().database.transaction(actor().scope) as session:
        canteen = place.certainly_here(session)
        ended = kitchen.end(session, canteen_id=canteen.id, cook_id=cook_id, actor=forms.me(), at=clock.now())
    tell("cooks", "ended", cook=ended.cook)
    return redirect(url_for("web.cooks"), 303)
