"""Say for each canteen and day how many came, what they took, and who paid it.

People and trays are those that stand: what was taken back is out. Money is what the books hold now for the trays of
that day, corrections included, so that a later file may say another amount for the same day, and the later file counts.
Over a month that had no late truth the days add up to the statement.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from canteen import ledger
from canteen.checkin.tables import Redemption, RedemptionUndo
from canteen.foundation import canonical
from canteen.foundation.db import scope_of
from canteen.foundation.errors import Invalid
from canteen.ledger.tables import Book, JournalEntry, Posting
from canteen.places.tables import Canteen
from canteen.settlement import MEAL_KINDS

FORMAT = "happiness-canteen/city/1"
_OWN = (
    ledger.TILL, ledger.OWN_CODE_CLEARING, ledger.TAB, ledger.COURIER_CASH, ledger.OWED, ledger.FORGIVEN,
)  # fmt: skip
_MONEY = {
    "own_fen": _OWN,
    "lottery_fen": (ledger.LOTTERY_RECEIVABLE,),
    "budget_fen": (ledger.BUDGET_RECEIVABLE,),
    "collective_fen": (ledger.COLLECTIVE_RECEIVABLE,),
    "charity_fen": (ledger.CHARITY_RECEIVABLE,),
    "undue_fen": (ledger.UNDUE_RECEIVABLE,),
    "delivery_fen": (ledger.DELIVERY_RECEIVABLE,),
    "discount_fen": (ledger.DISCOUNT, ledger.CLAWBACK_LOSS),
    "operator_fen": (ledger.OPERATOR_RECEIVABLE,),
}


@dataclass(frozen=True, slots=True)
class CityLine:
    """Hold one canteen's day; amounts in fen, no name and no number of anybody."""

    day: str
    region: str
    canteen: str
    people: int = 0
    trays: int = 0
    subsidised: int = 0
    delivered: int = 0
    own_fen: int = 0
    lottery_fen: int = 0
    budget_fen: int = 0
    collective_fen: int = 0
    charity_fen: int = 0
    undue_fen: int = 0
    delivery_fen: int = 0
    discount_fen: int = 0
    operator_fen: int = 0


def city_lines(session: Session, *, canteen_ids: Collection[int], first: date, until: date) -> list[CityLine]:
    """Return the days of canteens in reach from a day to before another, where anything happened."""
    scope = scope_of(session)
    ids = sorted(set(canteen_ids) if scope.everywhere else scope.canteen_ids & set(canteen_ids))
    named = {
        row.id: (row.region_code, row.ref)
        for row in session.execute(select(Canteen.id, Canteen.region_code, Canteen.ref).where(Canteen.id.in_(ids)))
    }
    found: dict[tuple[int, date], dict[str, int]] = {}
    for row in (*session.execute(_trays(ids, first, until)), *session.connection().execute(_money(ids, first, until))):
        figures = row._asdict()
        found.setdefault((figures.pop("canteen_id"), figures.pop("service_date")), {}).update(
            {name: int(value or 0) for name, value in figures.items()}
        )
    lines = [
        CityLine(day=day.isoformat(), region=named[of][0], canteen=named[of][1], **figures)
        for (of, day), figures in found.items()
    ]
    return sorted(lines, key=lambda line: (line.day, line.region, line.canteen))


def city_text(lines: Iterable[CityLine], *, first: date, until: date, at: datetime) -> str:
    """Return the file: canonical JSON with the lines, their sums and the instant at which it was made."""
    rows = [asdict(line) for line in lines]
    return canonical.text(
        {
            "format": FORMAT, "first": first.isoformat(), "until": until.isoformat(), "made_at": at.isoformat(),
            "lines": rows, "sums": _sums(rows),
        }
    )  # fmt: skip


def read_city(text: str) -> list[CityLine]:
    """Read a file back; ``exports.unreadable``, ``exports.sums_differ`` where its lines do not add up to its sums."""
    try:
        told = json.loads(text)
        lines = [CityLine(**row) for row in told["lines"]] if told["format"] == FORMAT else None
    except (ValueError, KeyError, TypeError) as error:
        raise Invalid("exports.unreadable") from error
    if lines is None:
        raise Invalid("exports.unreadable")
    if _sums([asdict(line) for line in lines]) != told.get("sums"):
        raise Invalid("exports.sums_differ")
    return lines


def _sums(rows: Iterable[dict[str, Any]]) -> dict[str, int]:
    names = [one.name for one in fields(CityLine) if one.name not in ("day", "region", "canteen")]
    taken = list(rows)
    return {name: sum(row[name] for row in taken) for name in names}


def _trays(ids: Collection[int], first: date, until: date) -> Any:
    return (
        select(
            Redemption.canteen_id, Redemption.service_date,
            func.count(func.distinct(Redemption.person_id)).label("people"),
            func.count(Redemption.id).label("trays"),
            func.sum(case((Redemption.subsidy_fen > 0, 1), else_=0)).label("subsidised"),
            func.sum(case((Redemption.mode == "delivery", 1), else_=0)).label("delivered"),
        )
        .outerjoin(RedemptionUndo, RedemptionUndo.redemption_ref == Redemption.ref)
        .where(
            Redemption.canteen_id.in_(ids), Redemption.service_date >= first, Redemption.service_date < until,
            RedemptionUndo.redemption_ref.is_(None),
        )
        .group_by(Redemption.canteen_id, Redemption.service_date)
    )  # fmt: skip


def _money(ids: Collection[int], first: date, until: date) -> Any:
    sums = [
        func.sum(case((Posting.account.in_(accounts), Posting.amount_fen), else_=0)).label(name)
        for name, accounts in _MONEY.items()
    ]
    return (
        select(Book.canteen_id, JournalEntry.service_date, *sums)
        .join(JournalEntry, JournalEntry.book_id == Book.id)
        .join(Posting, (Posting.book_id == JournalEntry.book_id) & (Posting.seq == JournalEntry.seq))
        .where(
            Book.canteen_id.in_(ids), JournalEntry.service_date >= first, JournalEntry.service_date < until,
            JournalEntry.kind.in_(MEAL_KINDS), JournalEntry.evidence.is_not(None),
        )
        .group_by(Book.canteen_id, JournalEntry.service_date)
    )  # fmt: skip
