"""Draw who eats what on a day of the story; nothing here touches a database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from canteen.demo.invented import Invented
from canteen.demo.sites import Site, sites
from canteen.foundation.clock import local

# Of a hundred meals; what is left over is a plain meal. Only an ordered meal can be missed or cancelled.
_TROUBLE = (("again", 1.2), ("undo", 0.5), ("tab", 1.8), ("no_show", 5.0), ("cancel", 3.0))
_NEXT_DOOR = {"jingtian": "caitian", "zhengguo": "paitan"}
_SHARE_OF_LUNCH = {"lunch": 1.0, "breakfast": 0.2, "dinner": 0.14}


@dataclass(frozen=True)
class Visit:
    """Describe one meal of one person: where, ordered or walked in, when served, and what went wrong.

    ``person`` is the place in the list of people, ``taste`` chooses the dish.
    """

    person: int
    site: str
    meal: str
    is_ordered: bool
    mode: str
    ordered_at: datetime
    served_at: datetime
    trouble: str
    taste: float
    scan_id: str


def visits(people: Sequence[Invented], *, seed: int, day: date, busy: float = 1.0) -> list[Visit]:
    """Draw the meals of a day in the order of serving; ``busy`` scales how many come.

    Everybody's chances are drawn from the seed, the day and the person alone, so the list of one day does not depend
    on another.
    """
    drawn = [
        visit
        for number, person in enumerate(people)
        for visit in _of_person(person, number, Random(f"{seed}/{day}/{number}"), day, busy)  # noqa: S311
    ]
    return sorted(drawn, key=lambda visit: (visit.served_at, visit.scan_id))


def _of_person(person: Invented, number: int, draw: Random, day: date, busy: float) -> Iterator[Visit]:
    site = _site(person, draw)
    weekend = 0.6 if day.isoweekday() > 5 and person.habit < 100 else 1.0
    for meal, terms in site.terms.items():
        chances = draw.random(), draw.random(), draw.random(), draw.random()
        wanted = person.habit * _SHARE_OF_LUNCH[meal] * weekend * busy
        if str(day.isoweekday()) in terms.weekdays and chances[0] * 100 < wanted:
            yield _visit(person, number, site, meal, day, chances[1:], draw)


def _site(person: Invented, draw: Random) -> Site:
    elsewhere = _NEXT_DOOR.get(person.site)
    is_away = draw.random() < 0.03 and elsewhere is not None and person.habit < 100
    return next(site for site in sites() if site.key == (elsewhere if is_away else person.site))


def _visit(
    person: Invented,
    number: int,
    site: Site,
    meal: str,
    day: date,
    chances: tuple[float, ...],
    draw: Random,
) -> Visit:
    terms = site.terms[meal]
    is_ordered = chances[0] < (0.26 if person.phone else 0.08)
    trouble = _trouble(chances[1], is_ordered=is_ordered)
    cutoff = local(day - timedelta(days=terms.cutoff_days), 0) + timedelta(minutes=terms.cutoff_minute)
    serving = (terms.closes_minute - terms.opens_minute - 10) * 60
    return Visit(
        person=number,
        site=site.key,
        meal=meal,
        is_ordered=is_ordered,
        mode=_mode(chances[2]) if is_ordered and terms.delivers else "dine_in",
        ordered_at=cutoff - timedelta(seconds=draw.randrange(1200, 9000)),
        served_at=local(day, 0) + timedelta(minutes=terms.opens_minute, seconds=draw.randrange(serving)),
        trouble=trouble,
        taste=draw.random(),
        scan_id=f"demo-{day:%Y%m%d}-{number:04d}-{meal}",
    )


def _mode(chance: float) -> str:
    return "delivery" if chance < 0.3 else "pickup" if chance < 0.4 else "dine_in"


def _trouble(chance: float, *, is_ordered: bool) -> str:
    reached = 0.0
    for name, share in _TROUBLE:
        reached += share / 100
        if chance < reached:
            return "" if name in {"no_show", "cancel"} and not is_ordered else name
    return ""
