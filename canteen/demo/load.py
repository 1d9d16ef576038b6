"""Tell the story from the beginning to the morning on which the demonstration starts.

The work is cut into steps. A step ends with a row in the audit chain ``demo``, in the same transaction as what it
entered; the first row keeps seed, size and start. Whoever is interrupted starts again at the first step without a row,
with what the first row says. What a step did in transactions of its own (a day's scans) is not done twice, since every
order and scan carries a key.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen import audit, checkin, tables, welfare
from canteen.demo import applications, carrying, days, kitchen, menus, trouble, world
from canteen.demo.invented import Invented, people
from canteen.demo.sites import sites
from canteen.demo.visits import Visit, visits
from canteen.foundation.clock import local, service_day
from canteen.foundation.db import EVERYWHERE, Database

CHAIN = "demo"
_BEGIN, _DONE = "demo.begin", "done"

Say = Callable[[str], None]


class NotEmpty(Exception):
    """Say that the database holds people who are not of the demonstration."""


@dataclass(frozen=True)
class Wanted:
    """Say how large the story is, what it follows from, and when the demonstration starts."""

    start: datetime
    seed: int = 1
    people: int = 400
    days: int = 30

    @property
    def today(self) -> date:
        """Return the day on which the demonstration starts."""
        return service_day(self.start)

    @property
    def first_day(self) -> date:
        """Return the first day of the story."""
        return self.today - timedelta(days=self.days)

    @property
    def founded_at(self) -> datetime:
        """Return the instant at which canteens and people were entered, before the first day."""
        return local(self.first_day - timedelta(days=7), 9)


@dataclass(frozen=True)
class Loaded:
    """Say whether anything was entered; False where all of it was there already."""

    is_new: bool


@dataclass(frozen=True)
class _Step:
    """Name a step: what runs in transactions of its own, then what is entered along with the row of the step.

    Whoever waits is told ``told`` when it begins.
    """

    name: str
    enter: Callable[[Session], None] = lambda _session: None
    live: Callable[[], None] = lambda: None
    told: str = ""


def load(database: Database, keys: checkin.Keys, *, wanted: Wanted, say: Say) -> Loaded:
    """Enter the story, or what is missing of it; `NotEmpty` where other people are in the database."""
    with database.reading(EVERYWHERE) as session:
        done = _done(session)
    if _DONE in done:
        return Loaded(is_new=False)
    if done:
        wanted = _begun(database)
        say("Going on where the last load stopped.")
    else:
        _begin(database, wanted)
    for step in _steps(database, keys, wanted, say):
        if step.name not in done:
            if step.told:
                say(step.told)
            step.live()
            with database.transaction(EVERYWHERE) as session:
                step.enter(session)
                _mark(session, step.name, wanted.start)
    return Loaded(is_new=True)


def _steps(database: Database, keys: checkin.Keys, wanted: Wanted, say: Say) -> Iterator[_Step]:
    invented = people(wanted.seed, wanted.people, wanted.today)
    at = wanted.founded_at
    yield _Step("nation", lambda session: world.enter_nation(session, at=at), told="Regions, calendar, policies.")
    yield _Step("canteens", lambda session: world.enter_sites(session, at=at), told=f"{len(sites())} canteens.")
    yield _Step("staff", lambda session: world.enter_staff(session, canteens=_canteens(session), at=at))
    yield _Step(
        "people", lambda session: _enter_people(session, keys, invented, wanted), told=f"{len(invented)} people."
    )
    yield _Step("menus", lambda session: _enter_menus(session, wanted), told=f"Menus of {wanted.days} days and more.")
    yield from _past(database, keys, wanted, invented, say)
    yield _Step("cash", live=lambda: trouble.miss_cash(database, on=_ago(wanted, 3)))
    yield _Step("applications", lambda session: _enter_applications(session, invented, wanted))
    yield _Step("today", lambda session: _enter_today(session, invented, wanted))
    yield _Step("couriers", lambda session: carrying.enter(session, canteens=_canteens(session), at=wanted.start))
    yield _Step("rounds", live=lambda: _plan_rounds(database, wanted))
    yield _Step("kitchens", lambda session: _enter_kitchens(session, wanted))
    yield _Step(_DONE)


def _past(
    database: Database, keys: checkin.Keys, wanted: Wanted, invented: list[Invented], say: Say
) -> Iterator[_Step]:
    """Yield a step for every day before the start; the death is learned on the evening two days before it."""
    with database.reading(EVERYWHERE) as session:
        town = days.town(session, invented, _canteens(session))

    count = 0

    def live(number: int, day: date) -> None:
        nonlocal count
        planned = [visit for visit in _planned(wanted, invented, day) if _comes(invented, visit, day, wanted)]
        count += days.live(database, keys, town, planned, day=day)
        say(f"{day}, day {number} of {wanted.days}: {count} meals so far.")

    for number, day in enumerate((wanted.first_day + timedelta(days=n) for n in range(wanted.days)), start=1):
        yield _Step(day.isoformat(), live=partial(live, number, day))
        if day == _ago(wanted, 2):
            died_on, learned_at = _ago(wanted, 8), local(day, 20)
            yield _Step("death", partial(trouble.learn_of_death, town=town, died_on=died_on, at=learned_at))


def _planned(wanted: Wanted, invented: list[Invented], day: date, *, busy: float = 1.0) -> list[Visit]:
    return visits(invented, seed=wanted.seed, day=day, busy=busy)


def _comes(invented: list[Invented], visit: Visit, day: date, wanted: Wanted) -> bool:
    """Leave out who cannot come: the dead person's card is used until the death is learned, and once afterwards."""
    return invented[visit.person].fate != "dies" or day != _ago(wanted, 2)


def _enter_people(session: Session, keys: checkin.Keys, invented: list[Invented], wanted: Wanted) -> None:
    world.enter_people(
        session,
        keys,
        people=invented,
        canteens=_canteens(session),
        registered_at=wanted.founded_at,
        expires_on=_ago(wanted, wanted.days // 2),
    )


def _enter_menus(session: Session, wanted: Wanted) -> None:
    last = wanted.today + timedelta(days=menus.AHEAD)
    for one in menus.kitchens(session):
        menus.fill(session, one, first=wanted.first_day, last=last)


def _enter_today(session: Session, invented: list[Invented], wanted: Wanted) -> None:
    """Order for today and tomorrow, and leave the slips; the senior of the tour has ordered nothing yet."""
    town = days.town(session, invented, _canteens(session))
    for day, busy in ((wanted.today, 1.0), (wanted.today + timedelta(days=1), 0.15)):
        planned = [
            visit
            for visit in _planned(wanted, invented, day, busy=busy)
            if visit.person and invented[visit.person].fate != "dies" and visit.meal != "breakfast"
        ]
        days.place_orders(session, town, planned, day=day, until=wanted.start - timedelta(minutes=10))
    world.enter_slips(session, people=invented, person_ids=town.person_ids, at=wanted.start)
    welfare.watch_habits(session, at=wanted.start - timedelta(hours=15))
    trouble.call_for_help(session, town=town, at=wanted.start - timedelta(minutes=20))


def _enter_kitchens(session: Session, wanted: Wanted) -> None:
    kitchen.enter(session, canteens=_canteens(session), at=wanted.start, today=wanted.today)


def _enter_applications(session: Session, invented: list[Invented], wanted: Wanted) -> None:
    applications.enter(session, town=days.town(session, invented, _canteens(session)), start=wanted.start)


def _plan_rounds(database: Database, wanted: Wanted) -> None:
    with database.reading(EVERYWHERE) as session:
        canteens = _canteens(session)
    carrying.plan_today(database, canteens=canteens, at=wanted.start)


def _canteens(session: Session) -> dict[str, int]:
    canteen = tables.places.Canteen
    ids = {row.name: row.id for row in session.execute(select(canteen.name, canteen.id))}
    return {site.key: ids[site.name] for site in sites()}


def _ago(wanted: Wanted, count: int) -> date:
    """Return a day of the story, at most so many days before the start."""
    return wanted.today - timedelta(days=min(count, wanted.days))


def _done(session: Session) -> set[str]:
    row = audit.AuditRow
    return set(session.scalars(select(row.subject).where(row.chain == CHAIN)))


def _begun(database: Database) -> Wanted:
    row = audit.AuditRow
    with database.reading(EVERYWHERE) as session:
        said = json.loads(session.scalars(select(row.detail).where(row.chain == CHAIN, row.action == _BEGIN)).one())
    return Wanted(
        start=datetime.fromisoformat(said["start"]), seed=said["seed"], people=said["people"], days=said["days"]
    )


def _begin(database: Database, wanted: Wanted) -> None:
    with database.transaction(EVERYWHERE) as session:
        if session.scalar(select(func.count(tables.seniors.Person.id))):
            raise NotEmpty
        audit.record(
            session, chain=CHAIN, at=wanted.start, actor=world.ACTOR, action=_BEGIN, subject="begin",
            start=wanted.start.isoformat(), seed=wanted.seed, people=wanted.people, days=wanted.days,
        )  # fmt: skip


def _mark(session: Session, name: str, at: datetime) -> None:
    audit.record(session, chain=CHAIN, at=at, actor=world.ACTOR, action="demo.step", subject=name)
