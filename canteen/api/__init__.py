"""Serve the mini-program by JSON below `/api/v1`.

One file per resource, with the shapes that it takes and gives beside its views; the contract is published as OpenAPI at
`/api/v1/openapi.json`. Bearer tokens open everything; no cookie does, and no page of another origin is let in. An
account sees the people it may act for, and of anybody else not even whether they exist.
"""

from __future__ import annotations

from flask import Flask

from canteen.api import codes, menus
from canteen.api.accounts import Accounts, check_tokens, let_in
from canteen.api.canteens import canteens
from canteen.api.contract import publish
from canteen.api.orders import orders
from canteen.api.people import people
from canteen.api.quotes import quotes
from canteen.api.session import session
from canteen.http import security

RESOURCES = (session, people, canteens, quotes, orders)

__all__ = ["RESOURCES", "Accounts", "codes", "init_app", "let_in", "menus"]


def init_app(app: Flask) -> None:
    """Serve the API in an application; `let_in` says whose accounts may use it."""
    publish(app, "1", *RESOURCES)
    check_tokens(app)
    security.exempt_from_csrf(app, *RESOURCES)
