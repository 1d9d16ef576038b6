"""Hold what one turn of a conversation works with."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from bot import replies
from bot.templates import Templates
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
    templates: Templates = field(default_factory=Templates)


@dataclass
class Draft:
    """Hold a meal that is being talked about, as far as it is known.

    ``own_fen`` is what was read back; ``replaces`` names the order in whose place it is to come. With ``weekdays`` it
    is what somebody wants every week, from ``day`` on, and ``said`` what it was read from.
    """

    person_id: int | None = None
    day: str = ""
    meal: str = ""
    mode: str = ""
    items: list[list[int]] = field(default_factory=list)
    dishes: list[list[Any]] = field(default_factory=list)
    own_fen: int | None = None
    diet: list[str] = field(default_factory=list)
    replaces: str = ""
    weekdays: list[int] = field(default_factory=list)
    until: str = ""
    skips_holidays: bool = False
    fallback: str = ""
    said: str = ""

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Draft:
        """Read a draft; what this version does not know is dropped."""
        return cls(**{name: value for name, value in data.items() if name in _OF_DRAFT})

    @property
    def service_date(self) -> date | None:
        """Return the day as a date."""
        return date.fromisoformat(self.day) if self.day else None


@dataclass
class State:
    """Hold what a conversation remembers between turns.

    ``options`` are (label, value) pairs as shown, counted from 1; ``serial`` numbers the question, so that a tap on an
    old one is noticed. ``recent`` is the transcript of the last exchanges. ``basket`` are meals that wait for the same
    yes as the draft; ``later`` are wishes of an earlier message that wait for their turn; ``held`` is the question that
    something else came between, ``reminded`` how often it was put off; ``undo`` names what was cancelled last;
    ``unheard`` counts voice messages in a row that nothing could make out.
    """

    asked: str = ""
    options: list[list[str]] = field(default_factory=list)
    serial: int = 0
    draft: Draft = field(default_factory=Draft)
    subject: str = ""
    misses: int = 0
    unheard: int = 0
    reminded: int = 0
    canteen_id: int | None = None
    recent: list[list[str]] = field(default_factory=list)
    basket: list[Draft] = field(default_factory=list)
    later: list[dict[str, Any]] = field(default_factory=list)
    held: dict[str, Any] = field(default_factory=dict)
    undo: str = ""
    question: str = ""

    def to_json(self) -> str:
        """Write the state as JSON."""
        return json.dumps(vars(self), ensure_ascii=False, default=vars)

    @classmethod
    def from_json(cls, text: str) -> State:
        """Read a state.

        What an older version wrote and this one does not know is dropped.
        """
        data = json.loads(text)
        draft, basket = Draft.read(data.pop("draft", {})), [Draft.read(one) for one in data.pop("basket", ())]
        return cls(draft=draft, basket=basket, **{name: value for name, value in data.items() if name in _OF_STATE})

    def hold(self) -> None:
        """Put the question that stands aside, since something else comes between; the first one held stays."""
        if self.asked and not self.held:
            self.held = json.loads(json.dumps({name: getattr(self, name) for name in _HELD}, default=vars))

    def take_up(self) -> None:
        """Go back to the question that was put aside; its choices hold unless another question was asked since."""
        held, self.held = self.held, {}
        self.asked, self.options, self.subject = held["asked"], held["options"], held["subject"]
        self.question = held["question"]
        self.serial += self.serial != held["serial"]
        self.draft, self.basket = Draft.read(held["draft"]), [Draft.read(one) for one in held["basket"]]


_OF_DRAFT = frozenset(one.name for one in fields(Draft))
_OF_STATE = frozenset(one.name for one in fields(State)) - {"draft", "basket"}
_HELD = ("asked", "options", "subject", "serial", "draft", "basket", "question")


@dataclass
class Turn:
    """Hold one turn.

    Handlers read it, change its state and return the sentence to say. A turn is first taken as a mere look; whoever
    is about to write something calls `act` before anything else, or puts into ``leaves`` what is to be written with
    the reply: by statements that are `Prepared`, answering whether what it was found on still holds. Where a message
    has several wishes the reply is compact; what is answered as an aside leaves the question that stands alone, which
    is then put off.
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
    is_compact: bool = False
    is_aside: bool = False
    is_put_off: bool = False
    has_asked: bool = False

    @property
    def is_asking(self) -> bool:
        """Tell whether an answer is waited for."""
        return bool(self.state.asked or self.state.options)

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
        """Say something that wants an answer, and remember which; an aside leaves the question that stands alone."""
        if self.is_aside:
            return text
        self.state.asked, self.state.reminded = kind, 0
        self.state.options = [list(option) for option in options]
        self.state.serial += 1
        self.state.question = text.splitlines()[-1] if text else ""
        labels, in_a_row = [label for label, _ in options], self.is_compact and len(options) < 5
        listed = replies.choices(labels, self.state.serial, in_a_row=in_a_row) if options else ""
        return "\n".join(part for part in (text, listed, tail) if part)

    def tell(self, text: str) -> str:
        """Say something that ends a matter; an aside ends none."""
        if not self.is_aside:
            self.forget()
        return text

    def forget(self) -> None:
        """Drop what was being talked about."""
        self.state.asked = ""
        self.state.options = []
        self.state.subject = ""
        self.state.draft = Draft()
        self.state.basket = []
