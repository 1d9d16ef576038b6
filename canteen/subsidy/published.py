"""Keep what changes rarely at hand in each process: published policies, the calendar, names of regions.

A published policy never changes, so its compiled form is kept by digest for ever. Which policies are published and
which days are holidays is asked for by a cheap *edition* that the caller reads along with its own first statement; a
new edition empties the memory. Names of regions are read once a code.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, func, select

from canteen.ledger import funder_account
from canteen.ledger.tables import Funder
from canteen.places.tables import CalendarDay, Region
from canteen.subsidy.calendar import Calendar, Year
from canteen.subsidy.language.policies import read_policy
from canteen.subsidy.places import Place
from canteen.subsidy.policy import Policy
from canteen.subsidy.register import Register
from canteen.subsidy.shelf import shipped_register
from canteen.subsidy.tables import PublishedPolicy

_known: WeakKeyDictionary[Engine, Published] = WeakKeyDictionary()


# Values that change when a policy is published or the calendar edited; to be selected along with something else.
EDITION = (
    select(func.max(PublishedPolicy.id)).scalar_subquery().label("policy_edition"),
    select(func.count()).select_from(CalendarDay).scalar_subquery().label("calendar_days"),
    select(func.max(CalendarDay.edited_at)).scalar_subquery().label("calendar_edited"),
)


class Published:
    """Hold the policies that stand, the calendar and the register of one database."""

    def __init__(self) -> None:
        self._edition: tuple[Any, ...] | None = None
        self.policies: Mapping[str, Policy] = {}
        self.keys: Mapping[str, int] = {}
        self.funders: Mapping[str, Mapping[str, tuple[str, str]]] = {}
        self.calendar = Calendar()
        self.register: Register = shipped_register()
        self.counts_years = False
        self._places: dict[str, Place] = {}

    def refresh(self, connection: Connection, edition: tuple[Any, ...]) -> None:
        """Read policies and calendar again if the edition is another."""
        if edition == self._edition:
            return
        rows = _published(connection)
        self.policies = {policy.id: policy for _, policy in rows}
        self.keys = {policy.id: key for key, policy in rows}
        self.counts_years = any(policy.counts_years for _, policy in rows)
        self.funders = _funders(connection, rows)
        self.calendar = _calendar(connection)
        self._edition = edition

    def named_places(self, connection: Connection, codes: Iterable[str]) -> dict[str, Place]:
        """Return the names from province to village for each region code."""
        missing = {code for code in codes if code not in self._places}
        if missing:
            self._places |= _read_places(connection, missing)
        return self._places


def published_of(connection: Connection) -> Published:
    """Return what is known of the database that a connection belongs to."""
    return _known.setdefault(connection.engine, Published())


@lru_cache(maxsize=256)
def _compiled(digest: str, text: str) -> Policy:
    return read_policy(text, digest, shipped_register())


def _published(connection: Connection) -> list[tuple[int, Policy]]:
    later = select(PublishedPolicy.supersedes_id).where(PublishedPolicy.supersedes_id.is_not(None))
    rows = connection.execute(
        select(PublishedPolicy.id, PublishedPolicy.digest, PublishedPolicy.text)
        .where(PublishedPolicy.id.not_in(later))
        .order_by(PublishedPolicy.id)
    )
    return [(row.id, _compiled(row.digest, row.text)) for row in rows]


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


def _calendar(connection: Connection) -> Calendar:
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


def _read_places(connection: Connection, codes: set[str]) -> dict[str, Place]:
    rows = connection.execute(select(Region.code, Region.name, Region.level, Region.parent_code)).all()
    tree = {row.code: row for row in rows}
    places: dict[str, Place] = {}
    for code in codes:
        names: dict[str, str] = {}
        at = tree.get(code)
        while at is not None:
            names[at.level] = at.name
            at = tree.get(at.parent_code) if at.parent_code else None
        places[code] = Place(**names)
    return places
