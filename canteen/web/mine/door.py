"""Let followers in from the menu of the official account, by WeChat's silent log-in for pages (snsapi_base).

The browser goes to WeChat and comes back with a code that works once, and with the state that it was sent with; a
state that this browser was not given opens nothing. The house knows no WeChat: a guest hands its door in at the start.
"""

from __future__ import annotations

import secrets
from typing import Protocol, cast

from flask import Blueprint, Flask, current_app, redirect, request, url_for
from flask import session as page_session
from werkzeug.wrappers import Response as BaseResponse

from canteen import seniors
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import CanteenError, Denied, NotFound
from canteen.http import errors, followers
from canteen.http.auth import PUBLIC, audience
from canteen.http.current import house
from canteen.http.limits import limited
from canteen.web.mine import asker

_NAME = "canteen.followers"
_STATE, _WANTED = "mine_state", "mine_wanted"
# A whole canteen may share one address.
_OFTEN = "600/minute"
# What the buttons of the menu may ask for.
PAGES = {
    "home": "web.mine",
    "order": "web.mine_pick",
    "orders": "web.mine_orders",
    "code": "web.mine_code",
    "bill": "web.mine_bill",
    "status": "web.mine_status",
    "family": "web.mine_family",
}


class Door(Protocol):
    """Know followers by what WeChat says of them."""

    def address(self, back: str, state: str) -> str:
        """Return where to send a browser so that it comes ``back`` with a code and the ``state``."""

    def account_of(self, code: str) -> str | None:
        """Return the account of a code, None for a stranger; refuses ``wechat.bad_code``, ``wechat.no_answer``."""


def let_in(app: Flask, door: Door) -> None:
    """Let followers in by this door."""
    app.extensions[_NAME] = door


def add_to(blueprint: Blueprint) -> None:
    """Add the way in and the way back from WeChat."""
    blueprint.get("/mine/enter")(mine_enter)
    blueprint.get("/mine/back")(mine_back)


@audience(PUBLIC)
@limited(_OFTEN)
def mine_enter() -> BaseResponse | str:
    """Send the browser to WeChat; what it wants to see is kept until it comes back."""
    try:
        door = _door()
    except CanteenError as refusal:
        return _refused(refusal)
    page_session[_WANTED] = _wanted()
    # Two taps on the menu open two of these; either may come back first.
    state = page_session.setdefault(_STATE, secrets.token_hex(16))
    return redirect(door.address(house().settings.public_url + url_for("web.mine_back"), state), 303)


@audience(PUBLIC)
@limited(_OFTEN)
def mine_back() -> BaseResponse | str:
    """Take the code that WeChat gave, once, from the browser that asked for it."""
    held, given = page_session.pop(_STATE, ""), request.args.get("state", "")
    wanted = page_session.pop(_WANTED, url_for("web.mine"))
    try:
        if not held or not secrets.compare_digest(held.encode(), given.encode()):
            raise Denied("access.wrong_state")
        account = _door().account_of(request.args.get("code", ""))
        with house().database.reading(EVERYWHERE) as session:
            if account is None or not seniors.people_of_account(session, account=account):
                raise Denied("access.not_bound")
    except CanteenError as refusal:
        return _refused(refusal)
    followers.enter(account, clock.now())
    return redirect(wanted, 303)


def _door() -> Door:
    found = current_app.extensions.get(_NAME)
    if found is None:
        raise NotFound("mine.no_door")
    return cast("Door", found)


def _wanted() -> str:
    """Return the page that was asked for: one of the menu's, or one of these that the stay ended on."""
    page, after = request.args.get("to", ""), request.args.get("next", "")
    if page in PAGES:
        return url_for(PAGES[page])
    is_ours = after == "/mine" or after.startswith(("/mine/", "/mine?"))
    return after if is_ours and after.isprintable() and "\\" not in after else url_for("web.mine")


def _refused(refusal: CanteenError) -> BaseResponse | str:
    followers.leave()
    if errors.wants_problem():
        raise refusal
    name = refusal.code if refusal.code in asker.words()["door"] else "other"
    again = {"label": asker.words()["door"]["again"], "href": url_for("web.mine_enter")}
    return asker.stranger_page(asker.words()["door"][name], errors.status_of(refusal), again)
