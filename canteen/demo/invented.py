"""Invent people from a seed; nothing here touches a database."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from stdnum.cn import ric

from canteen.demo.sites import Site, sites

_OLDEST, _YOUNGEST = 101, 58
_ELSEWHERE = "440104000000"


@dataclass(frozen=True)
class Invented:
    """Describe one person.

    ``habit`` is how many of a hundred lunches are eaten here; ``fate`` is empty, ``expires`` (the category ends in the
    middle of the story) or ``dies``.
    """

    name: str
    sex: str
    birth_on: date
    diner: str
    site: str
    region: str
    hukou: str | None
    number: str | None
    phone: str
    address: str
    categories: tuple[str, ...]
    fate: str
    housing: str | None
    diet: tuple[str, ...]
    allergies: tuple[str, ...]
    kin: tuple[str, str, str] | None
    habit: int


@dataclass(frozen=True)
class _Kind:
    """Say what is special about the next person."""

    diner: str = "senior"
    categories: tuple[str, ...] = ()
    housing: str | None = None
    age: int | None = None
    fate: str = ""
    always: bool = False


@cache
def words() -> dict[str, Any]:
    """Return the names and words that people are made of."""
    return tomllib.loads(Path(__file__).with_name("people.toml").read_text(encoding="utf-8"))


def people(seed: int, count: int, on: date) -> list[Invented]:
    """Invent so many people as they are on a day; the senior of the tour is the first."""
    draw = Random(f"people/{seed}")  # noqa: S311 - nothing secret is drawn.
    homes, kinds = _homes(count), _kinds(draw, count)
    return [_tour(on)] + [_person(draw, n, next(kinds), next(homes), on) for n in range(2, count + 1)]


def _homes(count: int) -> Iterator[Site]:
    """Spread people over the canteens by their shares, evenly from the first person on."""
    inhabited = [site for site in sites() if site.share]
    whole = sum(site.share for site in inhabited)
    given = dict.fromkeys((site.key for site in inhabited), 0)
    for n in range(1, count + 1):
        home = max(inhabited, key=lambda site: site.share * n / whole - given[site.key])
        given[home.key] += 1
        yield home


def _kinds(draw: Random, count: int) -> Iterator[_Kind]:
    """Yield each bundle of categories once, then those of special age and trouble, then everybody else by chance."""
    bundles = [_kind(bundle, always=True) for bundle in words()["bundles"]]
    yield from bundles
    yield _Kind(age=_OLDEST)
    yield _Kind(age=_YOUNGEST)
    yield _Kind(categories=("minimum_living",), fate="expires", always=True)
    yield _Kind(age=84, fate="dies", always=True)
    for _ in range(count):
        chance = draw.random()
        if chance < 0.06:
            yield _Kind(diner="public")
        else:
            yield _kind(draw.choice(words()["bundles"])) if chance < 0.34 else _Kind()


def _kind(bundle: dict[str, Any], *, always: bool = False) -> _Kind:
    return _Kind(
        diner=bundle.get("diner", "senior"),
        categories=tuple(bundle["categories"]),
        housing=bundle.get("housing"),
        always=always,
    )


def _tour(on: date) -> Invented:
    told = words()["tour"]
    site = next(site for site in sites() if site.key == told["site"])
    birth_on = _birth(told["age"], on, 120)
    return Invented(
        name=told["name"],
        sex="female",
        birth_on=birth_on,
        diner="senior",
        site=site.key,
        region=site.region,
        hukou=site.region,
        number=_number(site.district, birth_on, 1, "female"),
        phone=told["phone"],
        address=_address(site, 1),
        categories=(),
        fate="",
        housing=None,
        diet=("少盐",),
        allergies=(),
        kin=(told["relation"], told["daughter"], told["daughter_phone"]),
        habit=60,
    )


def _person(draw: Random, n: int, kind: _Kind, site: Site, on: date) -> Invented:
    sex = draw.choice(("female", "female", "female", "male", "male"))
    birth_on = _birth(_age(draw, kind), on, draw.randrange(365))
    has_number = kind.diner != "public" and n % 97 != 0
    is_migrant = kind.diner == "senior" and not kind.always and n % 19 == 0
    hukou = _ELSEWHERE if is_migrant else None if kind.diner == "public" else site.region
    return Invented(
        name=_name(draw, kind, sex),
        sex=sex,
        birth_on=birth_on,
        diner=kind.diner,
        site=site.key,
        region=site.region,
        hukou=hukou,
        number=_number((hukou or site.region)[:6], birth_on, n, sex) if has_number else None,
        phone=f"1990000{n:04d}" if _has_phone(draw, kind) else "",
        address=_address(site, n),
        categories=kind.categories,
        fate=kind.fate,
        housing=kind.housing,
        diet=_some(draw, 0.22, words()["words"]["diets"]),
        allergies=_some(draw, 0.05, words()["words"]["allergies"]),
        kin=_kin(draw, n, kind),
        habit=100 if kind.always else draw.choice((15, 50, 75, 85, 95, 95)),
    )


def _age(draw: Random, kind: _Kind) -> int:
    if kind.age is not None:
        return kind.age
    ranges = {"child": (8, 14), "public": (24, 52)}
    low, high = ranges.get(kind.diner, (63, 93))
    return draw.randint(low, high)


def _birth(age: int, on: date, days_since: int) -> date:
    """Return a day of birth that makes somebody so old, with the birthday some days ago, at most a year."""
    birthday = on - timedelta(days=days_since)
    return birthday.replace(year=birthday.year - age, day=min(birthday.day, 28))


def _number(district: str, birth_on: date, n: int, sex: str) -> str:
    order = n * 2 + (sex == "male")
    body = f"{district}{birth_on:%Y%m%d}{order % 1000:03d}"
    return body + str(ric.calc_check_digit(body + "0"))


def _name(draw: Random, kind: _Kind, sex: str) -> str:
    names = words()["names"]
    given = {"child": names["children"], "public": names["young"]}.get(
        kind.diner, names["women" if sex == "female" else "men"]
    )
    return str(draw.choice(names["family"]) + draw.choice(given))


def _has_phone(draw: Random, kind: _Kind) -> bool:
    return kind.diner != "child" and draw.random() < 0.62


def _address(site: Site, n: int) -> str:
    street = site.address.rsplit(" ", 2)[0]
    return f"{street} {n % 60 + 1} 号 {n % 12 + 1}0{n % 4 + 1} 室"


def _some(draw: Random, chance: float, choices: list[str]) -> tuple[str, ...]:
    return (draw.choice(choices),) if draw.random() < chance else ()


def _kin(draw: Random, n: int, kind: _Kind) -> tuple[str, str, str] | None:
    if kind.diner == "public" or (kind.diner == "senior" and draw.random() < 0.4):
        return None
    relation = words()["words"]["guardian"] if kind.diner == "child" else draw.choice(words()["words"]["kin"])
    name = draw.choice(words()["names"]["family"]) + draw.choice(words()["names"]["young"])
    return str(relation), str(name), f"1990001{n:04d}"
