"""Speak as the desks of the office do: labels, days, pages of a long list."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast

from flask import flash, g, request, url_for

from canteen import subsidy
from canteen.foundation import clock
from canteen.http.current import house

PAGE_SIZE = 20


@cache
def words() -> dict[str, Any]:
    """Return what the desks of the office say."""
    return tomllib.loads(Path(__file__).with_name("office.toml").read_text(encoding="utf-8"))


def label(table: str, key: str) -> str:
    """Say a value in words; what has none is shown as it is."""
    return str(words()[table].get(key, key))


def options(table: str) -> list[tuple[str, str]]:
    """List what a form lets one choose from."""
    return list(words()[table].items())


def tell(name: str, /, **params: object) -> None:
    """Say on the next page what was done."""
    flash(words()["told"][name].format(**params), "ok")


def category(code: str) -> str:
    """Say a category of people by its name."""
    kind = _categories().names.kinds.get(code)
    return kind.name if kind else code


def register() -> subsidy.Register:
    """Return the categories that people may be given today."""
    return _categories().on(clock.today())


def _categories() -> subsidy.DatedRegister:
    """Read the register once a request."""
    if "categories" not in g:
        with house().database.looking() as connection:
            g.categories = subsidy.known_by(connection).register
    return cast("subsidy.DatedRegister", g.categories)


def validity(first: date, until: date | None) -> str:
    """Write a half-open validity as people do, with its last day."""
    if until is None:
        return str(words()["validity"]["open"]).format(first=first)
    return str(words()["validity"]["closed"]).format(first=first, last=until - timedelta(days=1))


def page_number() -> int:
    """Return the page of a long list that was asked for, from one."""
    asked = request.args.get("page", "1")
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1


def offset() -> int:
    """Return how many rows stand before the page that was asked for."""
    return (page_number() - 1) * PAGE_SIZE


def pager(count: int, **query: str) -> dict[str, Any]:
    """Lead through a long list of the present page."""
    number, first = page_number(), offset() + 1
    last = min(count, first + PAGE_SIZE - 1)
    text = words()["page"].format(first=first, last=last, count=count) if first <= count else words()["page_empty"]
    return {
        "text": text,
        "prev_href": _page(number - 1, query) if number > 1 else None,
        "next_href": _page(number + 1, query) if last < count else None,
    }


def _page(number: int, query: dict[str, str]) -> str:
    asked: dict[str, Any] = {name: text for name, text in query.items() if text}
    return url_for(request.endpoint or "web.home", **asked, page=number)
