"""Read worked cases: people, places and meals as a case file names them, all values as plain text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Literal, cast

from canteen.foundation import money
from canteen.foundation.errors import Invalid
from canteen.subsidy.counters import MONEY
from canteen.subsidy.places import LEVELS, Place
from canteen.subsidy.register import Register
from canteen.subsidy.values import Category, Facts, Meal, MealPeriod, Mode, Site, Usage, UsedChance

_ONE_DAY = timedelta(days=1)
# Facts of a person that a case may let become known late, each with its own day or since ``valid_from``.
LATE_FACTS = (
    "birth", "hukou", "lives", "permit", "housing", "moved_into_institution", "deceased_on", "died_on", "deceased",
    "confirmed", "schemes", "other_scheme",
)  # fmt: skip
_NO = frozenset({"no", "false", "none"})
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
        deceased_on=day(_named(person, "deceased_on", "died_on", "deceased")),
        confirmed=person.get("confirmed", "true") not in _NO,
        permit=place(person.get("permit") or person.get("residence_permit")),
        schemes=_schemes(person),
    )


def _schemes(person: Mapping[str, Any]) -> tuple[str, ...]:
    """Read the schemes that already pay for the person's meals: their names, or only that there is one."""
    named = person.get("schemes") or person.get("other_scheme") or ()
    if isinstance(named, str):
        return () if named in _NO else (named,)
    return tuple(named)


def category(data: Mapping[str, str] | str, register: Register) -> Category:
    """Read a category by its Chinese name; the last valid day becomes the first day without it."""
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
    ordered = day((_named(data, "ordered_on", "ordered") or "")[:10])
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
    """Read a canteen as a receiver of grants; its place may be written out or stand beside the rest."""
    rating, headcount = data.get("rating"), _named(data, "headcount", "people")
    return Site(
        place=place(data.get("place")) or place({name: data[name] for name in LEVELS if name in data}),
        area=data.get("area"),
        kind=data.get("kind", "canteen"),
        opened_on=day(_named(data, "opened_on", "opened")),
        closed_on=day(_named(data, "closed_on", "closed")),
        live_on=day(_named(data, "live_on", "go_live")),
        grade=_named(data, "grade", "stars", "star"),
        rating_percent=None if rating is None else money.fen(rating),
        headcount=None if headcount is None else int(headcount),
        cost_fen=fen(data.get("cost")),
        awards_before=tuple((name, int(count)) for name, count in (data.get("awards_before") or {}).items()),
    )


def period(data: Mapping[str, Any]) -> dict[str, Any]:
    """Read which year, month (``3`` or ``2026-03``) or day a case of a site asks for."""
    on = day(data.get("date"))
    year, _, month = str(data.get("month", "")).rpartition("-")
    named = data.get("year") or year or (str(on.year) if on else "")
    return {"year": int(named), "month": int(month) if month else None, "day": on}


def _named(data: Mapping[str, Any], *names: str) -> Any:
    """Find the first of some names that mean the same."""
    return next((data[name] for name in names if name in data), None)


def prior_usage(prior: Mapping[str, str], on: date) -> Usage:
    """Stand in for what the person had before: the counts and sums of a case, spread over the windows of the day.

    The chances carry no policy, so that every layer of subsidy sees them, and money to the operator for a person's day.
    """
    today, snacks = int(prior.get("subsidised_meals_today", 0)), int(prior.get("subsidised_snacks_today", 0))
    chances = [_chance(on)] * today + [_chance(on, "snack")] * snacks
    monday = on - timedelta(days=on.weekday())
    week = [monday + _ONE_DAY * n for n in range(7)]
    month = [one for one in (on.replace(day=1) + _ONE_DAY * n for n in range(28)) if one not in week]
    year = [one for one in (date(on.year, 1, 1) + _ONE_DAY * n for n in range(365)) if one.month != on.month]
    for name, days in (("this_week", week), ("this_month", month), ("this_year", year)):
        chances += _spread(int(prior.get(f"subsidised_{name}", 0)) - len(chances), _beside(days, on))
    chances += _spread(int(prior.get("subsidised_last_week", 0)), [day - 7 * _ONE_DAY for day in week])
    chances += [replace(chance, counter="operator/prior") for chance in chances]
    return Usage(
        (*chances, *_sums(prior, on, {"today": [on], "this_week": week, "this_month": month, "this_year": year}))
    )


def _spread(count: int, days: list[date]) -> list[UsedChance]:
    return [_chance(days[n % len(days)]) for n in range(count)]


def _sums(prior: Mapping[str, str], on: date, windows: Mapping[str, list[date]]) -> list[UsedChance]:
    """Put sums of money on one day each, in no counter of meals."""
    found, told = list[UsedChance](), 0
    for name, days in windows.items():
        sum_fen = money.fen(prior.get(f"subsidised_yuan_{name}", "0"))
        if sum_fen > told:
            day = on if name == "today" else _beside(days, on)[0]
            found.append(UsedChance(day, "", "", "subsidy/prior", MONEY, sum_fen - told))
            told = sum_fen
    return found


def _beside(days: list[date], on: date) -> list[date]:
    """Pick the days other than the day itself, of the same month where there are any."""
    others = [one for one in days if one != on]
    same_month = [one for one in others if one.month == on.month]
    return same_month or others


def _chance(on: date, kind: str = "meal") -> UsedChance:
    return UsedChance(on, "", "", "subsidy/prior", kind)
