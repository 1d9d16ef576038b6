"""Keep the register of categories as dated data beside the shipped one, changed by documents.

A rule finds a category by any name that it ever had; what belongs to what is asked for the day of the meal. An entry
of a shipped code takes its place from its first day on; before that day the shipped one stands.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from canteen import audit
from canteen.foundation.errors import Invalid, NotFound, Refused
from canteen.subsidy.register import Kind, Register, register_of
from canteen.subsidy.shelf import shipped_register
from canteen.subsidy.tables import CategoryEntry

_CHAIN = "nation"
_ALWAYS = date(1949, 10, 1)


@dataclass(frozen=True)
class DatedKind:
    """Hold a category as it stands from one day to before another."""

    kind: Kind
    valid_from: date
    valid_until: date | None


class DatedRegister:
    """Answer which register counts on a day, and which one names in rules are looked up in."""

    def __init__(self, entries: Iterable[DatedKind] = ()) -> None:
        self._entries = tuple(entries)
        ends = {one.valid_until for one in self._entries if one.valid_until is not None}
        self._days = sorted({one.valid_from for one in self._entries} | ends)
        self._eras: dict[int, Register] = {}

    def on(self, day: date) -> Register:
        """Return the register of a day."""
        if not self._entries:
            return shipped_register()
        era = bisect_right(self._days, day)
        if era not in self._eras:
            self._eras[era] = self._built(day)
        return self._eras[era]

    @cached_property
    def names(self) -> Register:
        """Return every category that ever was, the latest form of each, with all names that it had."""
        kinds = dict(shipped_register().kinds)
        for one in sorted(self._entries, key=lambda entry: entry.valid_from):
            before = kinds.get(one.kind.code)
            names = () if before is None else (before.name, *before.aliases)
            kept = tuple(dict.fromkeys(name for name in (*one.kind.aliases, *names) if name != one.kind.name))
            kinds[one.kind.code] = replace(one.kind, aliases=kept)
        return register_of(kinds.values())

    def check(self) -> None:
        """Build every register there is; ValueError where names clash or a wider category is unknown."""
        for day in (_ALWAYS, *self._days):
            self._built(day)
        _ = self.names

    def _built(self, day: date) -> Register:
        kinds = dict(shipped_register().kinds)
        for one in self._entries:
            if one.valid_until is not None and one.valid_until <= day:
                kinds.pop(one.kind.code, None)
        for one in self._entries:
            if one.valid_from <= day and (one.valid_until is None or day < one.valid_until):
                kinds[one.kind.code] = one.kind
        return register_of(replace(kind, kind_of=_present(kind.kind_of, kinds)) for kind in kinds.values())


def _present(codes: tuple[str, ...], kinds: Mapping[str, Kind]) -> tuple[str, ...]:
    """Leave out the wider categories that have ended; what was never there is kept, to be refused."""
    known = shipped_register().kinds
    return tuple(code for code in codes if code in kinds or code not in known)


def category_entries(session: Session) -> Sequence[CategoryEntry]:
    """List the entries that stand, by code and first day."""
    later = aliased(CategoryEntry)
    wanted = select(CategoryEntry).where(~exists().where(later.supersedes_id == CategoryEntry.id))
    return session.scalars(wanted.order_by(CategoryEntry.code, CategoryEntry.valid_from)).all()


def dated_register(session: Session) -> DatedRegister:
    """Read the register with everything that was entered."""
    return DatedRegister(dated_kind(row) for row in category_entries(session))


def dated_kind(row: CategoryEntry) -> DatedKind:
    """Turn a row into the value that rules read."""
    kind = Kind(row.code, row.name, tuple(row.aliases), tuple(row.kind_of), row.scale, row.rank)
    return DatedKind(kind, row.valid_from, row.valid_until)


def enter_category(
    session: Session, *, kind: Kind, valid_from: date, document: str, actor: str, at: datetime
) -> CategoryEntry:
    """Enter a category, or change it from a day on.

    Refuses ``subsidy.category_clashes`` and ``subsidy.category_order``.
    """
    standing = _last(session, kind.code)
    if standing is not None and standing.valid_from >= valid_from:
        raise Refused("subsidy.category_order", first=standing.valid_from)
    if standing is not None and standing.valid_until is None:
        _close(session, standing, valid_from, document, actor, at)
    row = _added(session, kind, valid_from, None, document, actor, at)
    _checked(session)
    _record(session, "category.enter", row)
    return row


def end_category(session: Session, *, code: str, valid_until: date, document: str, actor: str, at: datetime) -> None:
    """End a category: from a day on nobody counts as one any more; ``subsidy.no_such_category`` where it has ended."""
    standing, shipped = _last(session, code), shipped_register().kinds.get(code)
    if (standing is None and shipped is None) or (standing is not None and standing.valid_until is not None):
        raise NotFound("subsidy.no_such_category", category=code)
    if standing is not None and standing.valid_from >= valid_until:
        raise Refused("subsidy.category_order", first=standing.valid_from)
    if standing is not None:
        row = _close(session, standing, valid_until, document, actor, at)
    else:
        assert shipped is not None, "one of the two is there"  # noqa: S101 - For the type checker.
        row = _added(session, shipped, _ALWAYS, valid_until, document, actor, at)
    _checked(session)
    _record(session, "category.end", row)


def _last(session: Session, code: str) -> CategoryEntry | None:
    return next((row for row in reversed(category_entries(session)) if row.code == code), None)


def _close(session: Session, old: CategoryEntry, until: date, document: str, actor: str, at: datetime) -> CategoryEntry:
    return _added(session, dated_kind(old).kind, old.valid_from, until, document, actor, at, supersedes_id=old.id)


def _added(
    session: Session, kind: Kind, valid_from: date, valid_until: date | None, document: str, actor: str, at: datetime,
    *, supersedes_id: int | None = None,
) -> CategoryEntry:  # fmt: skip
    row = CategoryEntry(
        code=kind.code, name=kind.name, aliases=list(kind.aliases), kind_of=list(kind.kind_of), scale=kind.scale,
        rank=kind.rank, valid_from=valid_from, valid_until=valid_until, document=document, at=at, actor=actor,
        supersedes_id=supersedes_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _checked(session: Session) -> None:
    try:
        dated_register(session).check()
    except ValueError as error:
        raise Invalid("subsidy.category_clashes", found=str(error)) from None


def _record(session: Session, action: str, row: CategoryEntry) -> None:
    audit.record(
        session, chain=_CHAIN, at=row.at, actor=row.actor, action=action, subject=row.code,
        valid_from=row.valid_from.isoformat(), document=row.document,
    )  # fmt: skip
