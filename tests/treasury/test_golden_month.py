"""The month that docs/golden-month.md works out by hand, lived through the real verbs, gives the same vouchers."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import ledger, places, settlement
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.money import yuan
from canteen.ledger.tables import Book, JournalEntry
from tests import builders as make
from tests.treasury import golden
from tests.treasury.paying import FUNDER, mirrored

PAGE = Path(__file__).parents[2] / "docs" / "golden-month.md"
SIDES = {"debit": 1, "credit": -1}
PURSES = {"gift": golden.POT, "gov": FUNDER, "": None}
Legs = dict[tuple[str, str | None], int]
Voucher = tuple[str, str, str, Legs]


def tables() -> list[list[dict[str, str]]]:
    """Read the tables of the page, each row by the heads of its columns."""
    found: list[list[dict[str, str]]] = []
    for block in PAGE.read_text("utf-8").split("\n\n"):
        lines = [line.strip("|").split("|") for line in block.strip().splitlines() if line.startswith("|")]
        if lines:
            heads = [head.strip() for head in lines[0]]
            found.append([dict(zip(heads, (cell.strip() for cell in row), strict=True)) for row in lines[2:]])
    return found


def fen(text: str) -> int:
    yuan, _, rest = text.replace(",", "").partition(".")
    return int(yuan) * 100 + int(rest)


def legs_of(row: dict[str, str], canteen_ref: str) -> Legs:
    """Read the legs of a voucher: debit less credit by account and purse."""
    legs: Legs = {}
    for side, sign in SIDES.items():
        for leg in filter(None, row[side].split("; ")):
            account, *purse, amount = leg.split()
            key = account.replace(".C", f".{canteen_ref}"), PURSES["".join(purse)]
            legs[key] = legs.get(key, 0) + sign * fen(amount)
    return legs


def worked_out(rows: Iterable[dict[str, str]], canteen_ref: str) -> list[Voucher]:
    """Return number, day, kind and legs of every voucher of the page; a row without a day is of the day before it."""
    found: list[Voucher] = []
    day = ""
    for row in rows:
        day = row["day"] or day
        if row["№"]:
            found.append((row["№"], day, row["kind"], legs_of(row, canteen_ref)))
    return found


def booked(session: Session, **of: object) -> list[Voucher]:
    """Return the same of a book as it lies in the database."""
    found: list[Voucher] = []
    book_id = session.scalars(select(Book.id).filter_by(**of)).one()
    for entry, posted in ledger.entries_with_legs(session.connection(), book_id=book_id):
        assert entry is not None
        legs: Legs = {}
        for leg in posted:
            key = leg.account, leg.funder_code
            legs[key] = legs.get(key, 0) + leg.amount_fen
        found.append((str(entry.seq), f"{entry.service_date:%m-%d}", entry.kind, legs))
    return found


def stated(session: Session, canteen_id: int) -> dict[str, str]:
    """Return the figures of the frozen payment list by the names that the page gives them."""
    (one,) = settlement.statements(session, canteen_id=canteen_id, month=golden.MONTH)
    view = settlement.frozen(session, statement=one)
    sums, accounts = view.total, {"meal": "1122.02 gov", "delivery": "1122.05 gov", "undue": "1122.08 gov"}
    purses = {
        "1122.04 gift" if purse.funder_code == golden.POT else accounts[purse.purpose]: yuan(amount)
        for purse, amount in zip(view.purses, sums.purse_fens, strict=True)
    }
    return purses | {
        "people": str(sums.people), "trays": str(sums.meals), "price": yuan(sums.price_fen),
        "delivery fees": yuan(sums.fee_fen), "own shares": yuan(sums.own_fen), "1122.06 gov": yuan(sums.operator_fen),
    }  # fmt: skip


def balances(vouchers: Iterable[Voucher]) -> Legs:
    held: Legs = {}
    for _, _, _, legs in vouchers:
        for key, amount in legs.items():
            held[key] = held.get(key, 0) + amount
    return {key: amount for key, amount in held.items() if amount}


def balances_of_page(rows: Iterable[dict[str, str]]) -> Legs:
    named = ({side: f"{row['account']} {row[side]}" if row[side] else "" for side in SIDES} for row in rows)
    return {key: amount for row in named for key, amount in legs_of(row, "").items()}


def test_every_voucher_balance_and_figure_is_as_worked_out_by_hand(database: Database, town: make.Town) -> None:
    _, *parts, held, payment_list, purse = tables()
    golden.play(database, town)
    with database.reading(EVERYWHERE) as session:
        ref = places.canteen_by_id(session, canteen_id=town.canteen_id).ref
        vouchers = booked(session, canteen_id=town.canteen_id)
        assert vouchers == worked_out((row for part in parts for row in part), ref)
        assert booked(session, funder_code=FUNDER) == worked_out(purse, ref)
        assert balances(vouchers) == balances_of_page(held)
        assert stated(session, town.canteen_id) == {row["figure"]: row["amount"] for row in payment_list}
        late = (
            select(JournalEntry.seq)
            .join(Book)
            .where(Book.canteen_id == town.canteen_id, JournalEntry.month > "2026-12")
        )
        assert sorted(session.scalars(late)) == list(range(63, 75))
    assert mirrored(database) == []
