"""Keep what changes rarely at hand in each process: published policies, the calendar, names of regions.

A published policy never changes, so its compiled form is kept by digest for ever. Which policies are published and
which days are holidays is asked for by a cheap *edition* that the caller reads along with its own first statement; a
new edition empties the memory. Names of regions and the standing
of canteens are read once an edition.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, exists, func, select
from sqlalchemy.orm import Session, aliased

from canteen.ledger import funder_account
from canteen.ledger.tables import Funder
from canteen.places.tables import CalendarDay, Canteen, Rating, Region, RegionChange
from canteen.subsidy.calendar import Calendar, Year
from canteen.subsidy.categories import DatedKind, DatedRegister
from canteen.subsidy.language.policies import read_policy
from canteen.subsidy.places import Place
from canteen.subsidy.policy import Policy
from canteen.subsidy.register import Kind
from canteen.subsidy.tables import CategoryEntry, PublishedPolicy
from canteen.subsidy.values import NO_SITE, Site

_known: WeakKeyDictionary[Engine, Published] = WeakKeyDictionary()


# Values that change when a policy is published, the calendar or a register edited; selected along with something else.
EDITION = (
    select(func.max(PublishedPolicy.id)).scalar_subquery().label("policy_edition"),
    select(func.count()).select_from(CalendarDay).scalar_subquery().label("calendar_days"),
    select(func.max(CalendarDay.edited_at)).scalar_subquery().label("calendar_edited"),
    select(func.max(CategoryEntry.id)).scalar_subquery().label("category_edition"),
    select(func.max(RegionChange.id)).scalar_subquery().label("region_edition"),
    select(func.max(Rating.id)).scalar_subquery().label("rating_edition"),
)
EDITION_NAMES = tuple(column.name for column in EDITION)


class Published:
    """Hold the policies that stand, the calendar and the register of one database."""

    def __init__(self) -> None:
        self._edition: tuple[Any, ...] | None = None
        self.policies: Mapping[str, Policy] = {}
        self.keys: Mapping[str, int] = {}
        self.funders: Mapping[str, Mapping[str, tuple[str, str]]] = {}
        self.calendar = Calendar()
        self.register = DatedRegister()
        self._kinds: tuple[DatedKind, ...] = ()
        self._compiled: dict[str, Policy] = {}
        self._tree: dict[str, dict[str, list[tuple[date, str]]]] = {}
        self._places: dict[tuple[str, date | None], Place] = {}
        self._sites: Mapping[int, SiteFacts] = {}
        self.counts_years = False

    def refresh(self, connection: Connection, edition: tuple[Any, ...]) -> None:
        """Read policies and calendar again if the edition is another."""
        if edition == self._edition:
            return
        self._read_register(connection)
        rows = [(key, self._compile(digest, text)) for key, digest, text in _published(connection)]
        self.policies = {policy.id: policy for _, policy in rows}
        self.keys = {policy.id: key for key, policy in rows}
        self.counts_years = any(policy.counts_years for _, policy in rows)
        self.funders = _funders(connection, rows)
        self.calendar = read_calendar(connection)
        self._tree, self._places, self._sites = {}, {}, {}
        self._edition = edition

    def _read_register(self, connection: Connection) -> None:
        """Read the register; policies are read again by another one, since their names may mean more."""
        kinds = tuple(_kinds(connection))
        if kinds != self._kinds:
            self._kinds, self.register, self._compiled = kinds, DatedRegister(kinds), {}

    def _compile(self, digest: str, text: str) -> Policy:
        """Read a published text; a floor raised since does not make it unreadable."""
        if digest not in self._compiled:
            self._compiled[digest] = read_policy(text, digest, self.register.names, lambda _policy, _floor: 0)
        return self._compiled[digest]

    def named_places(self, connection: Connection, codes: Iterable[str], on: date) -> dict[str, Place]:
        """Return what each region code is called on a day, from the province to the village."""
        wanted = set(codes)
        tree, places = self._known_tree(connection, wanted), self._places
        return {code: _place(tree[code], places, code, on) for code in wanted}

    def renamed_on(self, connection: Connection, codes: Iterable[str]) -> set[date]:
        """Return the days from which any of some regions, or one around them, has another name."""
        wanted = set(codes)
        tree = self._known_tree(connection, wanted)
        return {day for code in wanted for names in tree[code].values() for day, _ in names[1:]}

    def _known_tree(self, connection: Connection, wanted: set[str]) -> dict[str, dict[str, list[tuple[date, str]]]]:
        tree = self._tree
        missing = wanted - tree.keys()
        if missing:
            tree.update(_read_tree(connection, missing))
        return tree

    def site(self, connection: Connection, canteen_id: int, place: Place, on: date) -> Site:
        """Describe a canteen as it stands on a day: its place, kind, grade and rating; read once an edition."""
        facts = self._sites.get(canteen_id)
        if facts is None:
            self._sites = sites = _read_sites(connection)
            facts = sites.get(canteen_id)
        return NO_SITE if facts is None else facts.on(place, on)


class SiteFacts(NamedTuple):
    """Hold what is known of a canteen as a receiver of money, with its ratings over time."""

    kind: str
    area: str
    opened_on: date
    closed_on: date | None
    ratings: tuple[tuple[str, str, date, date | None], ...]

    def on(self, place: Place, day: date) -> Site:
        """Return how the canteen stands on a day."""
        held = {
            kind: value for kind, value, first, until in self.ratings if first <= day and (not until or day < until)
        }
        percent = held.get("percent")
        return Site(
            place=place, area=place.district or place.city, kind=self.kind, opened_on=self.opened_on,
            closed_on=self.closed_on, live_on=self.opened_on, grade=held.get("grade"),
            rating_percent=None if percent is None else int(percent),
        )  # fmt: skip


def published_of(connection: Connection) -> Published:
    """Return what is known of the database that a connection belongs to."""
    return _known.setdefault(connection.engine, Published())


def _published(connection: Connection) -> list[tuple[int, str, str]]:
    later = select(PublishedPolicy.supersedes_id).where(PublishedPolicy.supersedes_id.is_not(None))
    rows = connection.execute(
        select(PublishedPolicy.id, PublishedPolicy.digest, PublishedPolicy.text)
        .where(PublishedPolicy.id.not_in(later))
        .order_by(PublishedPolicy.id)
    )
    return [(row.id, row.digest, row.text) for row in rows]


def _funders(connection: Connection, rows: list[tuple[int, Policy]]) -> dict[str, dict[str, tuple[str, str]]]:
    """Return, for each policy and payer, the funder's code and its receivable account."""
    kinds = {row.code: row.kind for row in connection.execute(select(Funder.code, Funder.kind))}
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for _, policy in rows:
        payers = {payer for version in policy.versions for payer in version.payers}
        codes = {payer: funder_code(policy, payer) for payer in payers}
        found[policy.id] = {payer: (code, funder_account(kinds[code])) for payer, code in codes.items()}
    return found


def funder_code(policy: Policy, payer: str) -> str:
    """Return the code of the funder that a policy calls by a payer's name: payers belong to the policy's region."""
    return f"{policy.region}:{payer}"


def known(session: Session) -> Published:
    """Return what is published now, read again where something changed since this process looked last."""
    return known_by(session.connection())


def known_by(connection: Connection) -> Published:
    """Return what is published now, as `known`, on a connection alone."""
    published = published_of(connection)
    published.refresh(connection, tuple(connection.execute(select(*EDITION)).one()))
    return published


def read_calendar(connection: Connection) -> Calendar:
    """Read the special days that were entered."""
    days: dict[int, list[tuple[date, str, str, str]]] = defaultdict(list)
    for row in connection.execute(select(CalendarDay.day, CalendarDay.kind, CalendarDay.name, CalendarDay.document)):
        days[row.day.year].append((row.day, row.kind, row.name, row.document))
    return Calendar(MappingProxyType({year: _year(year, rows) for year, rows in days.items()}))


def _year(year: int, rows: list[tuple[date, str, str, str]]) -> Year:
    return Year(
        year=year,
        notice=rows[0][3],
        days_off={day: name for day, kind, name, _ in rows if kind in ("statutory", "bridge")},
        statutory=frozenset(day for day, kind, _, _ in rows if kind == "statutory"),
        make_up_days=frozenset(day for day, kind, _, _ in rows if kind == "workday"),
    )


def _kinds(connection: Connection) -> list[DatedKind]:
    later = aliased(CategoryEntry)
    entry = CategoryEntry
    columns = (entry.code, entry.name, entry.aliases, entry.kind_of, entry.scale, entry.rank)
    rows = connection.execute(
        select(*columns, entry.valid_from, entry.valid_until)
        .where(~exists().where(later.supersedes_id == entry.id))
        .order_by(entry.code, entry.valid_from)
    )
    return [
        DatedKind(
            Kind(row.code, row.name, tuple(row.aliases), tuple(row.kind_of), row.scale, row.rank),
            row.valid_from, row.valid_until,
        )
        for row in rows
    ]  # fmt: skip


def _read_sites(connection: Connection) -> dict[int, SiteFacts]:
    later = aliased(Rating)
    stands = (~Rating.is_withdrawn, ~exists().where(later.supersedes_id == Rating.id))
    held: dict[int, list[tuple[str, str, date, date | None]]] = defaultdict(list)
    columns = (Rating.canteen_id, Rating.kind, Rating.value, Rating.valid_from, Rating.valid_until)
    for row in connection.execute(select(*columns).where(*stands).order_by(Rating.id)):
        held[row.canteen_id].append((row.kind, row.value, row.valid_from, row.valid_until))
    sites = connection.execute(select(Canteen.id, Canteen.kind, Canteen.opened_on, Canteen.closed_on))
    return {row.id: SiteFacts(row.kind, "", row.opened_on, row.closed_on, tuple(held.get(row.id, ()))) for row in sites}


def _read_tree(connection: Connection, codes: set[str]) -> dict[str, dict[str, list[tuple[date, str]]]]:
    """Read, for each code and level, the names with the day from which each counts."""
    rows = connection.execute(select(Region.code, Region.name, Region.level, Region.parent_code)).all()
    tree = {row.code: row for row in rows}
    renamed: dict[str, list[tuple[date, str, str]]] = defaultdict(list)
    change = RegionChange
    for row in connection.execute(
        select(change.region_code, change.effective_on, change.name, change.new_name)
        .where(change.kind == "renamed")
        .order_by(change.effective_on, change.id)
    ):
        renamed[row.region_code].append((row.effective_on, row.name, row.new_name))
    found: dict[str, dict[str, list[tuple[date, str]]]] = {}
    for code in codes:
        names: dict[str, list[tuple[date, str]]] = {}
        at = tree.get(code)
        while at is not None:
            names[at.level] = _names(at.name, renamed.get(at.code, []))
            at = tree.get(at.parent_code) if at.parent_code else None
        found[code] = names
    return found


def _place(
    tree: Mapping[str, list[tuple[date, str]]], known: dict[tuple[str, date | None], Place], code: str, on: date
) -> Place:
    """Build a place once; one that was ever renamed, once a day."""
    key = (code, on if any(len(names) > 1 for names in tree.values()) else None)
    if key not in known:
        known[key] = Place(**{level: _name_on(names, on) for level, names in tree.items()})
    return known[key]


def _names(name: str, renamed: list[tuple[date, str, str]]) -> list[tuple[date, str]]:
    first = renamed[0][1] if renamed else name
    return [(date.min, first), *((day, new) for day, _, new in renamed)]


def _name_on(names: list[tuple[date, str]], on: date) -> str:
    return [name for day, name in names if day <= on][-1]
