"""Show the first page: the next meal, and the way to everything else; and for whom the pages are."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import orders
from canteen.foundation.db import EVERYWHERE
from canteen.http import followers
from canteen.http.auth import FOLLOWER, audience
from canteen.http.current import house
from canteen.web.mine import asker, booked
from canteen.web.mine.asker import Asker

_WAYS = {
    "order": "web.mine_pick",
    "orders": "web.mine_orders",
    "bill": "web.mine_bill",
    "status": "web.mine_status",
    "family": "web.mine_family",
}


def add_to(blueprint: Blueprint) -> None:
    """Add the first page and the choice of the person."""
    blueprint.get("/mine")(mine)
    blueprint.get("/mine/whom")(mine_whom)
    blueprint.post("/mine/whom")(mine_choose)


@audience(FOLLOWER)
@asker.spoken
def mine() -> str:
    """Show the next meal first."""
    with house().database.reading(EVERYWHERE) as session:
        who = asker.here(session)
        meal = _next(session, who)
        ways = [{"label": asker.words()["home"][name], "href": url_for(to)} for name, to in _WAYS.items()]
        main = {"label": asker.words()["home"]["code"], "href": url_for("web.mine_code")} if meal else ways.pop(0)
        return asker.page("home", who, meal=meal, main=main, ways=ways)


@audience(FOLLOWER)
@asker.spoken
def mine_whom() -> str:
    """Ask for whom the pages are."""
    with house().database.reading(EVERYWHERE) as session:
        who = asker.here(session)
        people = [
            {"ref": one.ref, "name": one.name, "called": one.relation, "current": one.ref == who.person.ref}
            for one in who.people
        ]
        return asker.page("whom", who, people=people, action=url_for("web.mine_choose"))


@audience(FOLLOWER)
@asker.spoken
def mine_choose() -> BaseResponse:
    """Have the pages be for another person."""
    with house().database.reading(EVERYWHERE) as session:
        followers.choose(asker.here(session, request.form.get("person", "")).person.ref)
    return redirect(url_for("web.mine"), 303)


def _next(session: Session, who: Asker) -> dict[str, Any] | None:
    listed = orders.coming(session, person_ids=[who.person.person_id], on=who.today)
    waiting = next((one for one in listed if one.state in orders.OPEN_STATES), None)
    return booked.line(booked.at(session, who, waiting.canteen_id), waiting) if waiting else None
