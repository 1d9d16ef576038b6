"""Know who calls: an account behind a bearer token, and the people it may act for.

Accounts are kept by whoever lets people log in; that is WeChat, a guest of the house, which hands its door in at the
start. Without a guest the API answers, but nobody can log in.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol, cast

from flask import Flask, current_app, g
from sqlalchemy.orm import Session

from canteen import seniors
from canteen.foundation.errors import Denied, NotFound, Unavailable
from canteen.http import auth

CHANNEL = "api"
_NAME = "canteen.accounts"


class Accounts(Protocol):
    """Let accounts in: by a code once, then by the token given for it."""

    def log_in(self, code: str) -> tuple[str, datetime]:
        """Return a token and when it ends; refuses ``wechat.bad_code`` and ``wechat.no_answer``."""

    def account_of(self, token: str) -> str | None:
        """Return the opaque account of a token, None where it is unknown or over."""


def let_in(app: Flask, accounts: Accounts) -> None:
    """Let these accounts use the API of an application."""
    app.extensions[_NAME] = accounts


def check_tokens(app: Flask) -> None:
    """Admit whoever brings a token that the accounts know."""
    auth.check_bearer_with(app, _check)


def accounts() -> Accounts:
    """Return who lets people log in; ``api.no_log_in`` where nobody does."""
    found = current_app.extensions.get(_NAME)
    if found is None:
        raise Unavailable("api.no_log_in")
    return cast("Accounts", found)


def account() -> str:
    """Return the account that calls."""
    return cast("str", g.account)


def people(session: Session) -> list[seniors.Acting]:
    """List whom the calling account may act for."""
    return seniors.people_of_account(session, account=account())


def person(session: Session, ref: str) -> seniors.Acting:
    """Return one of them; anybody else is ``seniors.unknown``, whether there or not."""
    found = next((one for one in people(session) if one.ref == ref), None)
    if found is None:
        raise NotFound("seniors.unknown", ref=ref)
    return found


def _check(token: str) -> None:
    known = current_app.extensions.get(_NAME)
    found = None if known is None else known.account_of(token)
    if found is None:
        raise Denied("access.not_logged_in")
    g.account = found
