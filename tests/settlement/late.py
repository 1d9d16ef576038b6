"""Let truths come late: policies that reach back, facts entered after the meals, and the books added up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from canteen import seniors, settlement, subsidy
from canteen.foundation.clock import local
from canteen.foundation.db import EVERYWHERE, Database
from canteen.ledger.tables import JournalEntry, Posting
from canteen.settlement import Group, ProposalView
from tests import builders as make
from tests.settlement import months
from tests.settlement.months import World

LATER = local(date(2026, 3, 20), 15)
APRIL = local(date(2026, 4, 9), 15)
NEXT_YEAR = local(date(2027, 1, 12), 15)
ACT = settlement.Act("staff:li", LATER)
REACHES_BACK = {"category_granted_late: stands": "category_granted_late: topped_up"}


def a_text(*changes: tuple[str, str], name: str = "shenzhen-city") -> str:
    """Return the text of a shipped policy with some words changed."""
    text = next(make.POLICIES.rglob(f"{name}.yaml")).read_text("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def publish(database: Database, *changes: tuple[str, str], at: datetime = make.BEFORE) -> None:
    """Publish Shenzhen's policy with other answers."""
    with database.transaction(EVERYWHERE) as session:
        subsidy.publish(session, text=a_text(*changes), actor="staff:test", at=at)


def state(database: Database, person_id: int, kind: str, value: str, since: date, *, at: datetime = LATER) -> int:
    """Enter a fact late; where a person can have one only, it takes the place of what held."""
    form = {"person_id": person_id, "kind": kind, "value": value, "evidence": "证明", "source": "test"}
    with database.transaction(EVERYWHERE) as session:
        if kind in ("residence", "hukou", "housing"):
            return seniors.replace_from(session, **form, since=since, actor="staff:test", at=at).id
        return seniors.add_fact(session, **form, valid_from=since, actor="staff:test", at=at).id


def withdraw(database: Database, person_id: int, kind: str, *, at: datetime = LATER) -> None:
    """State that a fact never held."""
    with database.transaction(EVERYWHERE) as session:
        fact = next(one for one in seniors.facts_of(session, person_id=person_id) if one.kind == kind)
        seniors.withdraw_fact(session, fact_id=fact.id, evidence="证明", source="test", actor="staff:test", at=at)


def proposed(database: Database, *, at: datetime = LATER) -> list[ProposalView]:
    """Look into what became known, and return what waits for a decision."""
    settlement.reconsider(database, at=at)
    return [one for group in waiting(database) for one in group.proposals]


def waiting(database: Database, state: str = "open") -> list[Group]:
    """Return the proposals in a state."""
    with database.reading(EVERYWHERE) as session:
        return settlement.groups(session, state=state)


def accept(database: Database, proposals: Sequence[ProposalView], *, at: datetime = LATER) -> int:
    """Accept proposals as the accountant."""
    with database.transaction(EVERYWHERE) as session:
        act = settlement.Act("staff:li", at)
        return settlement.accept(session, refs=[one.ref for one in proposals], act=act)


def due_of(database: Database, person_id: int) -> dict[tuple[str, str], int]:
    """Add up what purses owe for a person in the books, without any code of settlement."""
    refs = select(make.checkin.tables.Redemption.ref).where(make.checkin.tables.Redemption.person_id == person_id)
    wanted = (
        select(Posting.account, Posting.funder_code, Posting.amount_fen)
        .join(JournalEntry, (JournalEntry.book_id == Posting.book_id) & (JournalEntry.seq == Posting.seq))
        .where(JournalEntry.evidence.in_(refs))
    )
    sums: dict[tuple[str, str], int] = defaultdict(int)
    with database.reading(EVERYWHERE) as session:
        for account, funder, fen in session.execute(wanted):
            sums[account, funder or ""] += fen
    return {key: fen for key, fen in sums.items() if fen}


def a_week(database: Database, *changes: tuple[str, str], days: int = 5) -> World:
    """Let four people eat every day of a week under Shenzhen's policy with other answers."""
    world = months.a_world(database, days=days)
    if changes:
        publish(database, *changes)
    for day in world.days:
        for person in world.people:
            months.eat(database, world, person, day=day)
    return world
