"""Add up a month for many canteens at once, for the page that lists them; one statement, whatever their number."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, literal, select, true, union_all
from sqlalchemy.orm import Session

from canteen.foundation.db import scope_of
from canteen.ledger.tables import Book, JournalEntry, Posting
from canteen.settlement.gather import LEGS_OF_ENTRY, MEAL_KINDS, PURPOSES, TILLS
from canteen.settlement.months import bounds
from canteen.settlement.tables import Statement

_DUE = tuple(PURPOSES)


@dataclass(frozen=True, slots=True)
class MonthSums:
    """Hold what a canteen's book says of a month: trays net of undone ones, what purses owe, what people paid."""

    meals: int = 0
    due_fen: int = 0
    own_fen: int = 0
    last_seq: int = 0


def unstated_months(session: Session, *, canteen_ids: Collection[int], until: str, count: int = 13) -> list[str]:
    """List the latest of ``count`` months up to ``until`` whose books hold entries that no statement covers.

    One look into an index for each book and month, however many meals there are. A month before them is not listed: it
    was closed long ago, or its canteen has not served since.
    """
    months = union_all(*(select(literal(month).label("month")) for month in _months_before(until, count))).subquery()
    last = (
        select(func.max(JournalEntry.seq))
        .where(JournalEntry.book_id == Book.id, JournalEntry.month == months.c.month)
        .correlate(Book, months)
        .scalar_subquery()
    )
    stated = (
        select(func.max(Statement.up_to_seq))
        .where(Statement.canteen_id == Book.canteen_id, Statement.month == months.c.month, Statement.state == "frozen")
        .correlate(Book, months)
        .scalar_subquery()
    )
    wanted = (
        select(months.c.month)
        .select_from(Book)
        .join(months, true())
        .where(Book.canteen_id.in_(_seen(session, canteen_ids)), last > func.coalesce(stated, 0))
        .distinct()
    )
    return sorted(session.connection().execute(wanted).scalars(), reverse=True)


def _months_before(until: str, count: int) -> list[str]:
    year, month = map(int, until.split("-"))
    numbers = range(year * 12 + month - 1, year * 12 + month - 1 - count, -1)
    return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in numbers]


def _seen(session: Session, canteen_ids: Collection[int]) -> list[int]:
    scope = scope_of(session)
    return sorted(set(canteen_ids) if scope.everywhere else scope.canteen_ids & set(canteen_ids))


def month_sums(session: Session, *, canteen_ids: Collection[int], month: str) -> dict[int, MonthSums]:
    """Return the sums by canteen; a canteen out of scope or without entries is left out."""
    bounds(month)
    of_month = (
        Book.canteen_id.in_(_seen(session, canteen_ids)),
        JournalEntry.month == month,
        JournalEntry.evidence.is_not(None),
        JournalEntry.kind.in_(MEAL_KINDS),
    )
    money = (
        select(Book.canteen_id, _sum(Posting.account.in_(_DUE)), _sum(Posting.account.in_(list(TILLS))))
        .join(JournalEntry, JournalEntry.book_id == Book.id)
        .join(Posting, LEGS_OF_ENTRY)
        .where(*of_month)
        .group_by(Book.canteen_id)
    )
    trays = (
        select(Book.canteen_id, _count(), func.max(JournalEntry.seq))
        .join(JournalEntry, JournalEntry.book_id == Book.id)
        .where(*of_month)
        .group_by(Book.canteen_id)
    )
    connection = session.connection()
    counted = {row[0]: (int(row[1]), int(row[2])) for row in connection.execute(trays)}
    return {
        row[0]: MonthSums(counted[row[0]][0], int(row[1]), int(row[2]), counted[row[0]][1])
        for row in connection.execute(money)
    }


def _sum(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, Posting.amount_fen), else_=0)), 0)


def _count() -> Any:
    return func.sum(case((JournalEntry.kind == "meal", 1), (JournalEntry.kind == "meal_undo", -1), else_=0))
