"""Reach the house from within a request or a command."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app

from canteen.house import House

_NAME = "canteen"


def put(app: Flask, house: House) -> None:
    """Let an application serve this house."""
    app.extensions[_NAME] = house


def house() -> House:
    """Return the house that the current application serves."""
    return cast("House", current_app.extensions[_NAME])
