"""Find what became known late and was not looked into yet.

Facts, identity numbers, policies, edits of the holiday calendar, and records joined into one person. A cause is looked
into once for a person; its key is derived from what became known. Facts with no effect on a meal that was served before
they were entered are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from canteen.audit import AuditRow
from canteen.checkin.tables import Redemption
from canteen.foundation.errors import Invalid
from canteen.seniors.tables import Fact, Person
from canteen.settlement.proposal_tables import AdjustmentCause
from canteen.subsidy import Published, read_draft
from canteen.subsidy.tables import PublishedPolicy

_old = aliased(Fact)
_older = aliased(PublishedPolicy)
_record = aliased(Person)
CALENDAR_EDITS = ("day_added", "day_removed")


@dataclass(frozen=True, slots=True)
class Known:
    """Name one thing that became known, and the first day it touches; without a person it only marks the source."""

    kind: str
    source_id: int
    person_id: int | None
    since: date

    @property
    def key(self) -> str:
        """Return the name under which it is looked into once."""
        whose = "" if self.person_id is None or self.kind == "fact" else f":{self.person_id}"
        return f"{self.kind}:{self.source_id}{whose}"


def cause_row(session: Session, known: Known, at: datetime) -> int:
    """Return the key of a cause, written down when it is new."""
    found = session.scalar(select(AdjustmentCause.id).where(AdjustmentCause.key == known.key))
    if found is not None:
        return found
    row = AdjustmentCause(
        key=known.key, kind=known.kind, source_id=known.source_id, person_id=known.person_id, since=known.since,
        found_at=at,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def unknown_facts(connection: Connection) -> list[Known]:
    """List the facts with effect on meals that were served before they were entered."""
    since = func.coalesce(_old.valid_from, Fact.valid_from)
    wanted = (
        select(
            Fact.id, Fact.person_id, Fact.value, Fact.valid_from, Fact.valid_until, Fact.withdrawn,
            _old.value.label("old_value"), _old.valid_from.label("old_from"), _old.valid_until.label("old_until"),
        )
        .outerjoin(_old, _old.id == Fact.supersedes_id)
        .where(
            ~exists().where(AdjustmentCause.kind == "fact", AdjustmentCause.source_id == Fact.id),
            exists().where(
                Redemption.person_id == Fact.person_id,
                or_(Redemption.service_date >= Fact.valid_from, Redemption.service_date >= since),
                Redemption.happened_at < Fact.entered_at,
            ),
        )
        .order_by(Fact.id)
    )  # fmt: skip
    return [Known("fact", row.id, row.person_id, _first_day(row)) for row in connection.execute(wanted)]


def _first_day(row: Any) -> date:
    """Return the first day on which a fact says something else than the one it supersedes."""
    begins: list[date] = [day for day in (row.valid_from, row.old_from) if day is not None]
    if not row.withdrawn and (row.value, row.valid_from) == (row.old_value, row.old_from):
        ends = [day for day in (row.valid_until, row.old_until) if day is not None]
        return min(ends, default=begins[0])
    return min(begins)


def unknown_documents(connection: Connection) -> list[Known]:
    """List the people whose identity number, and birthday with it, was put right after they had eaten."""
    first = func.min(Redemption.service_date)
    wanted = (
        select(AuditRow.id, Person.id.label("person_id"), first.label("since"))
        .join(Person, Person.ref == AuditRow.subject)
        .join(Redemption, Redemption.person_id == Person.id)
        .where(
            AuditRow.action == "document_confirmed",
            ~exists().where(AdjustmentCause.kind == "document", AdjustmentCause.source_id == AuditRow.id),
            Redemption.happened_at < AuditRow.at,
        )
        .group_by(AuditRow.id, Person.id)
        .order_by(AuditRow.id)
    )
    return [Known("document", row.id, row.person_id, row.since) for row in connection.execute(wanted)]


def unknown_joins(connection: Connection) -> list[Known]:
    """List the people of whom two records were joined into one after either of them had eaten."""
    first = func.min(Redemption.service_date)
    wanted = (
        select(AuditRow.id, Person.id.label("person_id"), first.label("since"))
        .join(Person, Person.ref == AuditRow.subject)
        .join(_record, or_(_record.id == Person.id, _record.merged_into_id == Person.id))
        .join(Redemption, Redemption.person_id == _record.id)
        .where(
            AuditRow.action == "person_joined",
            ~exists().where(AdjustmentCause.kind == "join", AdjustmentCause.source_id == AuditRow.id),
            Redemption.happened_at < AuditRow.at,
        )
        .group_by(AuditRow.id, Person.id)
        .order_by(AuditRow.id)
    )
    return [Known("join", row.id, row.person_id, row.since) for row in connection.execute(wanted)]


def unknown_days(connection: Connection) -> Iterator[list[Known]]:
    """List, edit by edit of the holiday calendar, the people who had eaten on the day before it was edited.

    Ends each list with the mark that the edit was looked into.
    """
    wanted = (
        select(AuditRow.id, AuditRow.subject, AuditRow.at)
        .where(
            AuditRow.action.in_(CALENDAR_EDITS),
            ~exists().where(
                AdjustmentCause.kind == "day",
                AdjustmentCause.source_id == AuditRow.id,
                AdjustmentCause.person_id.is_(None),
            ),
        )
        .order_by(AuditRow.id)
    )
    for row in connection.execute(wanted).all():
        day = date.fromisoformat(row.subject)
        people = _people(connection, day, row.at, until=day)
        yield [
            *(Known("day", row.id, person_id, day) for person_id in people),
            Known("day", row.id, None, day),
        ]


def unknown_policies(connection: Connection, published: Published) -> Iterator[list[Known]]:
    """List, policy by policy, the people who ate on days for which it changed what was published before.

    Ends each list with the mark that the policy was looked into.
    """
    wanted = (
        select(PublishedPolicy.id, PublishedPolicy.text, PublishedPolicy.published_at, _older.text.label("older"))
        .outerjoin(_older, _older.id == PublishedPolicy.supersedes_id)
        .where(~exists().where(AdjustmentCause.kind == "policy", AdjustmentCause.source_id == PublishedPolicy.id,
                               AdjustmentCause.person_id.is_(None)))
        .order_by(PublishedPolicy.id)
    )  # fmt: skip
    for row in connection.execute(wanted).all():
        since = _changed_since(row.older, row.text, published)
        people = _people(connection, since, row.published_at) if since is not None else []
        yield [
            *(Known("policy", row.id, person_id, since or date.min) for person_id in people),
            Known("policy", row.id, None, since or row.published_at.date()),
        ]


def _changed_since(older: str | None, newer: str, published: Published) -> date | None:
    """Return the first day for which a text says something else than the one before; None for none."""
    try:
        before = _versions(older, published) if older is not None else {}
        after = _versions(newer, published)
    except Invalid:  # A text of long ago that is no longer read: look at everything since its oldest meal.
        return date(2000, 1, 1)
    names = [name for name in before.keys() | after.keys() if before.get(name) != after.get(name)]
    return min((one[name].valid_from for one in (before, after) for name in names if name in one), default=None)


def _versions(text: str, published: Published) -> dict[str, Any]:
    return {version.version: version for version in read_draft(text, published).versions}


def _people(connection: Connection, since: date, before: datetime, until: date = date.max) -> Sequence[int]:
    wanted = select(Redemption.person_id).where(
        Redemption.service_date.between(since, until), Redemption.happened_at < before,
        Redemption.person_id.is_not(None), Redemption.kind == "meal",
    )  # fmt: skip
    return [int(key) for key in connection.execute(wanted.distinct().order_by(Redemption.person_id)).scalars() if key]
