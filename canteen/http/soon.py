"""Let a page have the worker look at something now; to be called after the commit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app

_KEY = "canteen.soon"
RECONSIDER, REPRICE = "reconsider", "reprice"


def put(app: Flask, **calls: Callable[[], Any]) -> None:
    """Give the application what wakes the worker, by name."""
    app.extensions.setdefault(_KEY, {}).update(calls)


def ask(name: str) -> None:
    """Wake the worker; without one nothing is lost, since it looks by itself later."""
    call = current_app.extensions.get(_KEY, {}).get(name)
    if call is not None:
        call()
