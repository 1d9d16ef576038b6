"""Read worked cases.

People, places and meals as a case file names them, all values as plain text.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Literal, cast

from canteen.foundation import money
from canteen.foundation.errors import Invalid
from canteen.subsidy.places import LEVELS, Place
from canteen.subsidy.register import Register
from canteen.subsidy.values import Category, Facts, Meal, MealPeriod, Mode, Site, Usage, UsedChance

_ONE_DAY = timedelta(days=1)
_PICKUP = {"takeaway": "pickup", "take_away": "pickup", "pick_up": "pickup"}


def day(text: str | None) -> date | None:
    """Read a day, None for none."""
    return date.fromisoformat(text) if text else None


def fen(text: str | None) -> int | None:
    """Read yuan, None for none."""
    return money.fen(text) if text else None


def place(data: Mapping[str, Any] | None) -> Place | None:
    """Read a place; names that are no levels are left to others."""
    if not data:
        return None
    return Place(**{level: data[level] for level in LEVELS if level in data})


def facts_on(person: Mapping[str, Any], on: date, register: Register, *, ref: str) -> Facts:
    """Read a person as known for one day."""
    lives = person.get("lives") or {}
    since = day(person.get("moved_into_institution"))
    housing = person.get("housing") or lives.get("where") or "home"
    if since is not None and on >= since:
        housing = "institution"
    return Facts(
        person_ref=ref,
        birth=day(person.get("birth")),
        hukou=place(person.get("hukou")),
        lives=place(lives),
        housing=cast(Literal["home", "institution"], housing),
        categories=tuple(category(one, register) for one in person.get("categories") or ()),
        deceased_on=day(person.get("deceased_on")),
        confirmed=person.get("confirmed", "true") != "false",
        permit=place(person.get("permit") or person.get("residence_permit")),
        schemes=tuple(person.get("schemes") or ()),
    )


def category(data: Mapping[str, str] | str, register: Register) -> Category:
    """Read a category by its Chinese name.

    The last valid day becomes the first day without it.
    """
    if isinstance(data, str):
        data = {"code": data}
    code = register.code_of(data["code"])
    if code is None:
        raise Invalid("subsidy.unknown_category", name=data["code"])
    last = day(data.get("valid_to"))
    return Category(code, day(data.get("valid_from")), None if last is None else last + _ONE_DAY)


def meal(data: Mapping[str, Any], *, key: str) -> Meal:
    """Read a meal; without a mode it is eaten in."""
    on = date.fromisoformat(data["date"])
    mode = data.get("mode", "dine_in")
    ordered = day(data.get("ordered_on"))
    if "ordered_days_ahead" in data:
        ordered = on - timedelta(days=int(data["ordered_days_ahead"]))
    in_time = data.get("ordered_in_time")
    return Meal(
        service_date=on,
        meal=cast(MealPeriod, data["meal"]),
        mode=cast(Mode, _PICKUP.get(mode, mode)),
        price_fen=money.fen(data["price"]),
        delivery_fee_fen=fen(data.get("delivery_fee")) or 0,
        standard_set_fen=fen(data.get("standard_set_price")),
        canteen=place(data.get("canteen")),
        key=key,
        diet=data.get("diet"),
        ordered_on=ordered,
        ordered_in_time=None if in_time is None else in_time in {"true", "yes"},
        site=site(data.get("site") or {}),
        pots=tuple((name, money.fen(balance)) for name, balance in (data.get("pots") or {}).items()),
        contribution_fen=fen(data.get("contribution")) or 0,
    )


def site(data: Mapping[str, Any]) -> Site:
    """Read a canteen as a receiver of grants."""
    rating = data.get("rating")
    return Site(
        place=place(data.get("place")),
        area=data.get("area"),
        kind=data.get("kind", "canteen"),
        opened_on=day(data.get("opened_on") or data.get("opened")),
        closed_on=day(data.get("closed_on") or data.get("closed")),
        live_on=day(data.get("live_on") or data.get("go_live")),
        grade=data.get("grade"),
        rating_percent=None if rating is None else money.fen(rating),
        headcount=int(data["headcount"]) if "headcount" in data else None,
        cost_fen=fen(data.get("cost")),
    )


def prior_usage(prior: Mapping[str, str], on: date) -> Usage:
    """Stand in for what the person had before.

    The counts of a case, spread over day, week and month.
    The chances carry no policy, so that every layer of subsidy sees them.
    """
    today, snacks = int(prior.get("subsidised_meals_today", 0)), int(prior.get("subsidised_snacks_today", 0))
    week = max(0, int(prior.get("subsidised_this_week", 0)) - today - snacks)
    month = max(0, int(prior.get("subsidised_this_month", 0)) - today - snacks - week)
    monday = on - timedelta(days=on.weekday())
    in_week = _other_days(monday, 7, on)
    first = on.replace(day=1)
    in_month = [one for one in _other_days(first, 28, on) if not monday <= one < monday + 7 * _ONE_DAY]
    chances = [_chance(on)] * today + [_chance(on, "snack")] * snacks
    chances += [_chance(in_week[i % len(in_week)]) for i in range(week)]
    chances += [_chance(in_month[i % len(in_month)]) for i in range(month)]
    last_week = int(prior.get("subsidised_last_week", 0))
    chances += [_chance(monday - _ONE_DAY * (1 + i % 7)) for i in range(last_week)]
    return Usage(tuple(chances))


def _other_days(first: date, count: int, on: date) -> list[date]:
    days = [first + timedelta(days=i) for i in range(count)]
    same_month = [one for one in days if one != on and one.month == on.month]
    return same_month or [one for one in days if one != on]


def _chance(on: date, kind: str = "meal") -> UsedChance:
    return UsedChance(on, "", "", "subsidy/prior", kind)
