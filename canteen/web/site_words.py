"""Say what the pages of canteens, operators and regions say, and offer what their forms choose from."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flask import flash
from sqlalchemy.orm import Session

from canteen import places
from canteen.foundation.money import spoken_yuan


@cache
def words() -> dict[str, Any]:
    """Return what these pages say."""
    return tomllib.loads(Path(__file__).with_name("places.toml").read_text(encoding="utf-8"))


def tell(name: str, /, **params: object) -> None:
    """Say on the next page what was done."""
    flash(words()["told"][name].format(**params), "ok")


def clock(minute: int) -> str:
    """Write minutes after midnight as a time of day."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def days(first: date, until: date | None) -> str:
    """Write a half-open validity with its last day."""
    said = words()
    begins = "" if first <= places.ALWAYS else said["from_day"].format(day=first)
    ends = said["open_end"] if until is None else said["last_day"].format(day=until - timedelta(days=1))
    return " ".join(part for part in (begins, ends) if part)


def state(first: date, until: date | None, today: date) -> tuple[str, str]:
    """Say whether a dated row holds, with the tone of the word."""
    if until is not None and until <= today:
        return words()["states"]["past"], ""
    return (words()["states"]["later"], "info") if first > today else (words()["states"]["now"], "ok")


def ceiling(price_fen: int | None) -> str:
    """Say how dear a dish may be."""
    return str(words()["no_ceiling"] if price_fen is None else words()["ceiling"].format(yuan=spoken_yuan(price_fen)))


def account(tail: str | None) -> str:
    """Say which account is kept, by its last digits."""
    return str(words()["account"].format(tail=tail) if tail else words()["no_account"])


def place_name(session: Session, code: str) -> str:
    """Name a place with the places around it."""
    return "".join(places.region_path(session, code).values())
