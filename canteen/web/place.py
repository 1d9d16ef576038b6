"""Know at which canteen somebody works now: the only one they may see, or the one they chose.

The choice is remembered in the signed page cookie, and counts only as long as the person may still see that canteen.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask import session as page_session
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import places
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import Denied
from canteen.http.auth import ANY_STAFF, actor, audience
from canteen.http.current import house
from canteen.web.session import is_own_page

_CHOICE = "canteen"


def add_to(blueprint: Blueprint) -> None:
    """Add the question which canteen it is, and the answer."""
    blueprint.get("/canteen")(choose_canteen)
    blueprint.post("/canteen")(remember_canteen)


def here(session: Session) -> places.Canteen | None:
    """Return the canteen at which the actor works; None where there are several and none was chosen."""
    allowed = places.canteens_of(session, canteen_ids=actor().scope.canteen_ids)
    if len(allowed) == 1:
        return allowed[0]
    return next((canteen for canteen in allowed if canteen.ref == page_session.get(_CHOICE)), None)


def certainly_here(session: Session) -> places.Canteen:
    """Return the canteen at which the actor works; refuses ``counter.no_canteen``, which opening the page mends."""
    canteen = here(session)
    if canteen is None:
        raise Denied("counter.no_canteen")
    return canteen


def canteen_id_here() -> int:
    """Return the key of the canteen at which the actor works; asks the database only where there are several.

    Refuses as `certainly_here` does.
    """
    allowed = actor().scope.canteen_ids
    if len(allowed) == 1:
        return next(iter(allowed))
    with house().database.reading(actor().scope) as session:
        return certainly_here(session).id


def ask() -> BaseResponse:
    """Lead to the question, and back here afterwards."""
    return redirect(url_for("web.choose_canteen", next=request.full_path.rstrip("?")), 303)


@audience(ANY_STAFF)
def choose_canteen() -> str:
    """Show the canteens that the person may work at."""
    with house().database.reading(EVERYWHERE) as session:
        canteens = [
            {"ref": canteen.ref, "name": canteen.name, "address": canteen.address}
            for canteen in places.canteens_of(session, canteen_ids=actor().scope.canteen_ids)
        ]
    action = url_for("web.remember_canteen")
    return render_template("counter/choose.html", canteens=canteens, action=action, next=request.args.get("next", ""))


@audience(ANY_STAFF)
def remember_canteen() -> BaseResponse:
    """Remember the answer and go on."""
    page_session[_CHOICE] = request.form.get("canteen", "")
    wanted = request.form.get("next", "")
    return redirect(wanted if is_own_page(wanted) else url_for("web.home"), 303)
