"""Log in and out."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask import session as page_session
from werkzeug.wrappers import Response as BaseResponse

from canteen import access
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import CanteenError
from canteen.http import auth, errors, words
from canteen.http.auth import PUBLIC, audience
from canteen.http.current import house
from canteen.http.limits import limited


def add_to(blueprint: Blueprint) -> None:
    """Add the log-in page and both acts."""
    blueprint.get("/login")(log_in_page)
    blueprint.post("/login")(log_in)
    blueprint.post("/logout")(log_out)


@audience(PUBLIC)
def log_in_page() -> str:
    """Show the form."""
    return _form(wanted=request.args.get("next", ""))


@audience(PUBLIC)
@limited("60/minute")
def log_in() -> BaseResponse:
    """Check username and password, and go on to the page that was wanted."""
    username = request.form.get("username", "").strip()
    wanted = request.form.get("next", "")
    try:
        entered = access.log_in(
            house().database,
            username=username,
            password=request.form.get("password", ""),
            place=request.remote_addr or "",
            at=clock.now(),
        )
    except CanteenError as error:
        if errors.wants_problem():
            raise
        sentence = words.refusal(error.code, error.params)
        return make_response(_form(wanted=wanted, username=username, error=sentence), errors.status_of(error))
    return enter(entered, wanted)


@audience(PUBLIC)
def log_out() -> BaseResponse:
    """End the session, here and in the table."""
    token = request.cookies.get(auth.COOKIE)
    if token:
        with house().database.transaction(EVERYWHERE) as session:
            access.log_out(session, token=token, at=clock.now())
    page_session.clear()
    response = redirect(url_for("web.start"), 303)
    response.delete_cookie(auth.COOKIE, path="/")
    return response


def enter(entered: access.LogIn, wanted: str = "") -> BaseResponse:
    """Hand over a new session and go on; what the browser held before is dropped."""
    page_session.clear()
    response = redirect(wanted if is_own_page(wanted) else url_for("web.home"), 303)
    auth.set_cookie(response, entered.token)
    return response


def is_own_page(wanted: str) -> bool:
    """Tell whether an address is a page of ours, and no way to lure people elsewhere."""
    return wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()


def _form(*, wanted: str, username: str = "", error: str | None = None) -> str:
    action = url_for("web.log_in")
    return render_template("access/login.html", action=action, next=wanted, username=username, error=error)
