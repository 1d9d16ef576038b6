"""Give every page its frame: the name, the person's menu, the way out."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, request, url_for

from canteen.foundation.clock import CHINA
from canteen.http.auth import Actor, current_actor
from canteen.http.current import house

WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class Way:
    """Lead to a page that needs a permission."""

    label: str
    note: str
    endpoint: str
    permission: str
    group: str = ""


@cache
def words() -> dict[str, Any]:
    """Return what the frame says."""
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


@cache
def ways() -> tuple[Way, ...]:
    """Return the pages of the menu, in order."""
    return tuple(Way(**way) for way in words().get("ways", ()))


def ways_of(actor: Actor) -> list[Way]:
    """Return the pages that somebody may open."""
    return [way for way in ways() if actor.may(way.permission)]


def install(blueprint: Blueprint) -> None:
    """Hand the frame to every template of the application."""
    blueprint.app_context_processor(_frame)


def greeting(name: str, at: datetime) -> str:
    """Greet by the time of day in China."""
    hour = at.astimezone(CHINA).hour
    part = "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"
    return str(words()["greetings"][part]).format(name=name)


def day_label(at: datetime) -> str:
    """Write a day as people say it."""
    day = at.astimezone(CHINA)
    return f"{day.month} 月 {day.day} 日 星期{WEEKDAYS[day.weekday()]}"


def clock_label(at: datetime) -> str:
    """Write a day and a time of day as people say them."""
    return f"{day_label(at)} {at.astimezone(CHINA):%H:%M}"


def _frame() -> dict[str, Any]:
    actor = current_actor()
    return {
        "site": words()["site"],
        "demo": house().is_demo,
        "home_url": url_for("web.home" if actor else "web.start"),
        "logout_url": url_for("web.log_out"),
        "person_name": actor.name if actor else "",
        "nav": _menu(ways_of(actor)) if actor else [],
    }


def grouped(found: Sequence[Way]) -> list[tuple[str, list[Way]]]:
    """Put ways of one trade together, in the order in which the trades come first."""
    groups: dict[str, list[Way]] = {}
    for way in found:
        groups.setdefault(way.group, []).append(way)
    return list(groups.items())


def _menu(found: Sequence[Way]) -> list[dict[str, Any]]:
    here = next((way.group for way in found if way.endpoint == request.endpoint), None)
    return [_item(way, far=way.group != here) for _, group in grouped(found) for way in group]


def _item(way: Way, *, far: bool) -> dict[str, Any]:
    return {
        "far": far,
        "label": way.label,
        "href": url_for(way.endpoint),
        "active": request.endpoint == way.endpoint,
        "badge": None,
        "group": way.group,
    }
