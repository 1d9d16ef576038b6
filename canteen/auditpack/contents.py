"""Tell what goes into a pack, row by row, as plain mappings; streamed, in the order of the books.

People appear by their references alone; whoever may know who that is asks the office.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from canteen import ledger
from canteen.audit import AuditRow
from canteen.auditpack import merkle
from canteen.checkin.tables import Redemption, RedemptionUndo, TenderChange
from canteen.foundation import canonical
from canteen.ledger.tables import Account, Book, Funder
from canteen.places.tables import Canteen
from canteen.seniors.tables import Person
from canteen.settlement.tables import Statement
from canteen.subsidy.tables import PublishedPolicy

Record = dict[str, Any]
_STREAMED = {"yield_per": 500}
_OF_ENTRY = (
    "seq", "key", "kind", "service_date", "month", "effect_month", "posted_at", "evidence", "corrects_seq", "memo",
    "request_digest", "posting_count", "previous_hash", "hash",
)  # fmt: skip
_OF_LEG = ("line", "account", "amount_fen", "funder_code", "person_ref", "evidence")
_OF_MEAL = (
    Redemption.ref, Redemption.service_date, Redemption.meal, Redemption.mode, Redemption.kind, Redemption.means,
    Redemption.tender, Redemption.category, Redemption.price_fen, Redemption.delivery_fee_fen,
    Redemption.discount_fen, Redemption.subsidy_fen, Redemption.delivery_subsidy_fen, Redemption.own_fen,
    Redemption.operator_fen, Redemption.happened_at, Redemption.served_by, Redemption.trace,
    Person.ref.label("person"), PublishedPolicy.digest.label("policy"),
    RedemptionUndo.at.label("undone_at"), RedemptionUndo.reason.label("undone_reason"),
)  # fmt: skip


def books(connection: Connection, canteen_ids: Sequence[int]) -> list[Record]:
    """List the books of these canteens with the ends of their chains."""
    wanted = (
        select(Book.id, Canteen.id.label("canteen_id"), Canteen.ref.label("canteen"), Canteen.name, Book.seq, Book.hash)
        .join(Canteen, Canteen.id == Book.canteen_id)
        .where(Canteen.id.in_(list(canteen_ids)))
        .order_by(Canteen.ref)
    )
    return list(_rows(connection, wanted))


def entries(connection: Connection, book_id: int) -> Iterator[Record]:
    """Yield every entry of a book with its legs and its seal; legs without an entry have a mapping of their own."""
    for entry, legs in ledger.entries_with_legs(connection, book_id=book_id):
        told = [{name: getattr(leg, name) for name in _OF_LEG} for leg in legs]
        if entry is None:
            yield {"seq": legs[0].seq, "stray_legs": told}
        else:
            yield {name: _plain(getattr(entry, name)) for name in _OF_ENTRY} | {"legs": told}


def meals(connection: Connection, canteen_id: int) -> Iterator[Record]:
    """Yield every meal handed over, with why it cost what it did, and whether it was taken back."""
    wanted = (
        select(*_OF_MEAL)
        .outerjoin(Person, Person.id == Redemption.person_id)
        .outerjoin(PublishedPolicy, PublishedPolicy.id == Redemption.policy_id)
        .outerjoin(RedemptionUndo, RedemptionUndo.redemption_ref == Redemption.ref)
        .where(Redemption.canteen_id == canteen_id)
        .order_by(Redemption.id)
    )
    for row in _rows(connection, wanted):
        yield row | {"trace": json.loads(row["trace"])}


def tenders(connection: Connection, canteen_id: int) -> Iterator[Record]:
    """Yield every change of how a meal was paid."""
    wanted = select(
        TenderChange.redemption_ref, TenderChange.ordinal, TenderChange.tender, TenderChange.at, TenderChange.actor
    ).where(TenderChange.canteen_id == canteen_id)
    return _rows(connection, wanted.order_by(TenderChange.id))


def statements(connection: Connection, canteen_ids: Sequence[int]) -> Iterator[tuple[Record, str, bytes]]:
    """Yield every frozen statement, superseded ones too: its place and root, its text, its workbook."""
    wanted = (
        select(Statement.__table__, Canteen.ref.label("canteen"))
        .join(Canteen, Canteen.id == Statement.canteen_id)
        .where(Statement.canteen_id.in_(list(canteen_ids)))
        .order_by(Statement.id)
    )
    for row in connection.execute(wanted, execution_options={"yield_per": 5}):
        names = ("ref", "canteen", "month", "part", "version", "state", "digest", "workbook_digest", "frozen_at")
        told = {name: _plain(getattr(row, name)) for name in (*names, "frozen_by")}
        yield told | {"root": root_of(row.content)}, row.content, bytes(row.workbook)


def root_of(content: str) -> str:
    """Return the root of a statement's lines, each in its canonical text."""
    return merkle.root([canonical.text(line) for line in json.loads(content)["lines"]])


def policies(connection: Connection) -> Iterator[tuple[Record, str]]:
    """Yield every published policy and its text; which of them priced a meal is in the meal's trace."""
    columns = (
        PublishedPolicy.code, PublishedPolicy.region_code, PublishedPolicy.digest, PublishedPolicy.document,
        PublishedPolicy.published_at, PublishedPolicy.published_by, PublishedPolicy.text,
    )  # fmt: skip
    for row in _rows(connection, select(*columns).order_by(PublishedPolicy.id)):
        text = row.pop("text")
        yield row, text


def trail(connection: Connection, chain: str) -> Iterator[Record]:
    """Yield the audit rows of a chain in order."""
    columns = [column for column in AuditRow.__table__.columns if column.key != "id"]
    return _rows(connection, select(*columns).where(AuditRow.chain == chain).order_by(AuditRow.seq))


def accounts(connection: Connection) -> Iterator[Record]:
    """Yield the chart."""
    wanted = select(Account.code, Account.name, Account.side, Account.local_code).order_by(Account.code)
    return _rows(connection, wanted)


def funders(connection: Connection) -> Iterator[Record]:
    """Yield the purses."""
    return _rows(connection, select(Funder.code, Funder.name, Funder.kind, Funder.region_code).order_by(Funder.code))


def _rows(connection: Connection, wanted: Select[*tuple[Any, ...]]) -> Iterator[Record]:
    for row in connection.execute(wanted, execution_options=_STREAMED).mappings():
        yield {str(name): _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value
