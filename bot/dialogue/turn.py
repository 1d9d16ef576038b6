"""Hold what one turn of a conversation works with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from bot import replies
from canteen import menus, places, seniors
from canteen.checkin import Keys
from canteen.foundation.clock import service_day

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
    old one is noticed. ``recent`` is the sealed transcript of the last exchanges.
    """

    asked: str = ""
    options: list[list[str]] = field(default_factory=list)
    serial: int = 0
    draft: Draft = field(default_factory=Draft)
    subject: str = ""
    misses: int = 0
    canteen_id: int | None = None
    recent: str = ""

    def to_json(self) -> dict[str, Any]:
        """Write the state as JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> State:
        """Read a state.

        What an older version wrote and this one does not know is dropped.
        """
        known = {one.name for one in fields(cls)}
        kept = {name: value for name, value in data.items() if name in known}
        of_draft = {one.name for one in fields(Draft)}
        draft = {name: value for name, value in kept.pop("draft", {}).items() if name in of_draft}
        return cls(**kept, draft=Draft(**draft))


@dataclass
class Turn:
    """Hold one turn.

    Handlers read it, change its state and return the sentence to say.
    """

    session: Session
    desk: Desk
    account: str
    account_id: int
    key: str
    at: datetime
    state: State
    said: str = ""
    recent: list[list[str]] = field(default_factory=list)
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

    def services(self, canteen_id: int, day: date) -> dict[str, Any]:
        """Return the meals that a canteen serves on a day, looked up once a turn."""
        key = ("services", canteen_id)
        if key not in self.cache:
            self.cache[key] = places.all_services(self.session, canteen_id=canteen_id)
        return {one.meal: one for one in self.cache[key] if one.holds_on(day)}

    def day_menu(self, canteen_id: int, day: date, meal: str) -> menus.DayView | None:
        """Return what is offered, looked up once a turn."""
        key = ("menu", canteen_id, day, meal)
        if key not in self.cache:
            self.cache[key] = menus.day(self.session, canteen_id=canteen_id, service_date=day, meal=meal)
        view: menus.DayView | None = self.cache[key]
        return view

    def canteen_of(self, person: seniors.Acting | None) -> Any:
        """Return the canteen to talk about.

        It is the person's, else the scanned one, else the only one there is.
        """
        chosen = person.home_canteen_id if person and person.home_canteen_id else self.state.canteen_id
        if chosen is None:
            known = [one.home_canteen_id for one in self.people if one.home_canteen_id]
            chosen = known[0] if known else None
        if chosen is not None:
            return places.canteen_by_id(self.session, canteen_id=chosen)
        every = places.canteens_in(self.session, region_prefixes=("",))
        return every[0] if len(every) == 1 else None

    @property
    def phone(self) -> str:
        """Return the telephone of the canteen, empty where none can be told."""
        canteen = self.canteen_of(self.people[0] if self.people else None)
        return str(canteen.phone) if canteen else ""

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
