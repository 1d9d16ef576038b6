"""Say how far the budget of each purse will go at the present rate, from what is posted.

The rate is that of the last four weeks of posted meals, or of the days since the first one where that is less. Sums go
over every canteen that drew on the purse: a budget is the purse's, not a canteen's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from sqlalchemy import Connection, func, select

from canteen.ledger.tables import JournalEntry, Posting

WEEKS = 4
# Everything that moves what a purse owes a canteen; a payment by the purse does not.
_SPENDING = (
    "meal", "meal_undo", "operator", "operator_undo", "correction_reversal", "correction", "operator_reversal",
    "operator_correction", "grant",
)  # fmt: skip


@dataclass(frozen=True)
class Outlook:
    """Hold what a purse spent in a year, what it may spend, and the day on which that will be gone.

    ``runs_out_on`` is None where the budget lasts the year; ``total`` gives the sum spent up to each day that moved it.
    """

    funder_code: str
    year: int
    budget_fen: int
    spent_fen: int
    window_fen: int
    window_days: int
    runs_out_on: date | None
    total: tuple[tuple[date, int], ...]

    @property
    def left_fen(self) -> int:
        """Return what is left, negative where too much was spent."""
        return self.budget_fen - self.spent_fen

    @property
    def is_over(self) -> bool:
        """Tell whether more was spent than there was."""
        return self.left_fen < 0


def outlooks(connection: Connection, *, budgets: Mapping[str, int], year: int, on: date) -> list[Outlook]:
    """Return the outlook of each purse that has a budget, as of a day."""
    spent = _spent(connection, budgets.keys(), year)
    return [_outlook(code, fen, spent.get(code, {}), year, on) for code, fen in sorted(budgets.items())]


def _spent(connection: Connection, codes: Collection[str], year: int) -> dict[str, dict[date, int]]:
    same = (JournalEntry.book_id == Posting.book_id) & (JournalEntry.seq == Posting.seq)
    rows = connection.execute(
        select(Posting.funder_code, JournalEntry.service_date, func.sum(Posting.amount_fen).label("fen"))
        .join(JournalEntry, same)
        .where(
            Posting.funder_code.in_(sorted(codes)),
            Posting.account.startswith("1122."),
            JournalEntry.kind.in_(_SPENDING),
            JournalEntry.service_date.between(date(year, 1, 1), date(year, 12, 31)),
        )
        .group_by(Posting.funder_code, JournalEntry.service_date)
        .order_by(Posting.funder_code, JournalEntry.service_date)
    )
    found: dict[str, dict[date, int]] = {}
    for row in rows:
        found.setdefault(row.funder_code, {})[row.service_date] = int(row.fen)
    return found


def _outlook(code: str, budget_fen: int, days: Mapping[date, int], year: int, on: date) -> Outlook:
    spent = sum(days.values())
    first = max(on - timedelta(weeks=WEEKS) + timedelta(days=1), min(days, default=on))
    window_days = max(1, (on - first).days + 1)
    window = sum(fen for day, fen in days.items() if first <= day <= on)
    total = tuple(zip(days, accumulate(days.values()), strict=True))
    gone = _runs_out(budget_fen - spent, window, window_days, year, on)
    return Outlook(code, year, budget_fen, spent, window, window_days, gone, total)


def _runs_out(left_fen: int, window_fen: int, window_days: int, year: int, on: date) -> date | None:
    """Return the day on which what is left is used up: whole fen and whole days, no fraction is rounded away."""
    if left_fen <= 0:
        return on
    if window_fen <= 0:
        return None
    days = left_fen * window_days // window_fen
    end = date(year, 12, 31)
    return on + timedelta(days=days) if days <= (end - on).days else None
