"""Hold what one turn of a conversation works with."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from bot import replies
from canteen import menus, orders, places, seniors
from canteen.checkin import Keys
from canteen.foundation.clock import service_day
from canteen.foundation.db import OnlyLooking

Option = tuple[str, str]


@dataclass(frozen=True)
class Desk:
    """Hold what the conversation needs of the house besides the database."""

    keys: Keys
    public_url: str
    appid: str


@dataclass
class Draft:
    """Hold a meal that is being talked about, as far as it is known.

    ``own_fen`` is what was read back.
    """

    person_id: int | None = None
    day: str = ""
    meal: str = ""
    mode: str = ""
    items: list[list[int]] = field(default_factory=list)
    dishes: list[list[Any]] = field(default_factory=list)
    own_fen: int | None = None

    @property
    def service_date(self) -> date | None:
        """Return the day as a date."""
        return date.fromisoformat(self.day) if self.day else None


@dataclass
class State:
    """Hold what a conversation remembers between turns.

    ``options`` are (label, value) pairs as shown, counted from 1; ``serial`` numbers the question, so that a tap on an
    old one is noticed. ``recent`` is the transcript of the last exchanges.
    """

    asked: str = ""
    options: list[list[str]] = field(default_factory=list)
    serial: int = 0
    draft: Draft = field(default_factory=Draft)
    subject: str = ""
    misses: int = 0
    canteen_id: int | None = None
    recent: list[list[str]] = field(default_factory=list)

    def to_json(self) -> str:
        """Write the state as JSON."""
        return json.dumps({**vars(self), "draft": vars(self.draft)}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> State:
        """Read a state.

        What an older version wrote and this one does not know is dropped.
        """
        data = json.loads(text)
        draft = Draft(**{name: value for name, value in data.pop("draft", {}).items() if name in _OF_DRAFT})
        return cls(draft=draft, **{name: value for name, value in data.items() if name in _OF_STATE})


_OF_DRAFT = frozenset(one.name for one in fields(Draft))
_OF_STATE = frozenset(one.name for one in fields(State)) - {"draft"}


@dataclass
class Turn:
    """Hold one turn.

    Handlers read it, change its state and return the sentence to say. A turn is first taken as a mere look; whoever
    is about to write something calls `act` before anything else, or puts into ``leaves`` what is to be written with
    the reply: by statements that are `Prepared`, answering whether what it was found on still holds.
    """

    session: Session
    desk: Desk
    account: str
    account_id: int
    key: str
    at: datetime
    state: State
    said: str = ""
    is_look: bool = False
    leaves: list[Callable[[], bool]] = field(default_factory=list)
    cache: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """Return the canteen's present day."""
        return service_day(self.at)

    @cached_property
    def people(self) -> list[seniors.Acting]:
        """List whom this account may act for."""
        return seniors.people_of_account(self.session, account=self.account)

    def person(self, person_id: int | None) -> seniors.Acting | None:
        """Return a person of this account, None where it is none (any more)."""
        return next((person for person in self.people if person.person_id == person_id), None)

    def act(self) -> None:
        """Say that something is going to be written: a look ends here, and the turn is taken again as an act."""
        if self.is_look:
            raise OnlyLooking

    def coming(self, people: Sequence[seniors.Acting]) -> list[orders.Coming]:
        """Show the coming meals of some people, the nearest first."""
        person_ids = [person.person_id for person in people]
        return orders.coming(self.session, person_ids=person_ids, on=self.today)

    def canteen(self, canteen_id: int) -> orders.Timetable | None:
        """Return a canteen with its hours, looked up once a turn."""
        key = ("canteen", canteen_id)
        if key not in self.cache:
            self.cache[key] = orders.timetable(self.session, canteen_id=canteen_id)
        found: orders.Timetable | None = self.cache[key]
        return found

    def offered(self, canteen_id: int, first: date, last: date) -> frozenset[tuple[date, str]]:
        """Return which meals of which days have dishes on offer, looked up once a turn."""
        key = ("offered", canteen_id, first, last)
        if key not in self.cache:
            self.cache[key] = menus.offered(self.session, canteen_id=canteen_id, first=first, last=last)
        found: frozenset[tuple[date, str]] = self.cache[key]
        return found

    def day_menu(self, canteen_id: int, day: date, meal: str) -> menus.DayView | None:
        """Return what is offered, looked up once a turn."""
        key = ("menu", canteen_id, day, meal)
        if key not in self.cache:
            self.cache[key] = menus.day(self.session, canteen_id=canteen_id, service_date=day, meal=meal)
        view: menus.DayView | None = self.cache[key]
        return view

    def canteen_of(self, person: seniors.Acting | None) -> orders.Timetable | None:
        """Return the canteen to talk about.

        It is the person's, else the scanned one, else the only one there is.
        """
        chosen = person.home_canteen_id if person and person.home_canteen_id else self.state.canteen_id
        if chosen is None:
            known = [one.home_canteen_id for one in self.people if one.home_canteen_id]
            chosen = known[0] if known else places.only_canteen(self.session)
        return None if chosen is None else self.canteen(chosen)

    @property
    def phone(self) -> str:
        """Return the telephone of the canteen, empty where none can be told."""
        canteen = self.canteen_of(self.people[0] if self.people else None)
        return canteen.phone if canteen else ""

    def ask(self, kind: str, text: str, options: Sequence[Option] = (), tail: str = "") -> str:
        """Say something that wants an answer, and remember which."""
        self.state.asked = kind
        self.state.options = [list(option) for option in options]
        self.state.serial += 1
        listed = replies.choices([label for label, _ in options], self.state.serial) if options else ""
        return "\n".join(part for part in (text, listed, tail) if part)

    def tell(self, text: str) -> str:
        """Say something that ends a matter."""
        self.forget()
        return text

    def forget(self) -> None:
        """Drop what was being talked about."""
        self.state.asked = ""
        self.state.options = []
        self.state.subject = ""
        self.state.draft = Draft()
