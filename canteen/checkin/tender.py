"""Note how an own share was paid: the default of the canteen, corrected by one tap afterwards."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from canteen import ledger
from canteen.checkin.entries import account_of, tender_draft
from canteen.checkin.tables import Redemption, RedemptionUndo, TenderChange
from canteen.foundation.db import Database
from canteen.foundation.errors import NotFound, Refused
from canteen.ledger.tables import Book
from canteen.seniors.tables import Person
from canteen.subsidy import Quote


def change_tender(database: Database, *, redemption_ref: str, tender: str, actor: str, at: datetime) -> None:
    """Note another way of paying and move the amount in the books; the same way again changes nothing.

    Refused: ``checkin.undone_already`` for a meal taken back, ``checkin.guest_on_tab`` where nobody is known who
    could owe it, ``checkin.unknown_tender``.
    """
    account_of(tender)
    with database.acting() as connection:
        _change(connection, redemption_ref, tender, actor, at)


def tender_of(connection: Connection, ref: str) -> tuple[str, int]:
    """Return the way a meal is paid at present, and how often it was changed."""
    changes = (
        connection.execute(
            select(TenderChange.tender).where(TenderChange.redemption_ref == ref).order_by(TenderChange.ordinal)
        )
        .scalars()
        .all()
    )
    if changes:
        return changes[-1], len(changes)
    return connection.execute(select(Redemption.tender).where(Redemption.ref == ref)).scalar_one(), 0


def _change(connection: Connection, ref: str, tender: str, actor: str, at: datetime) -> None:
    meal = connection.execute(
        select(
            Redemption.canteen_id,
            Redemption.kind,
            Redemption.means,
            Redemption.trace,
            Person.ref.label("person_ref"),
            Book.id.label("book_id"),
        )
        .join(Book, Book.canteen_id == Redemption.canteen_id)
        .outerjoin(Person, Person.id == Redemption.person_id)
        .where(Redemption.ref == ref)
    ).one_or_none()
    if meal is None:
        raise NotFound("checkin.no_such_meal", ref=ref)
    if meal.kind == "public" and tender == "tab":
        raise Refused("checkin.guest_on_tab", ref=ref)
    ledger.lock_head(connection, book_id=meal.book_id)
    if connection.execute(select(RedemptionUndo.at).where(RedemptionUndo.redemption_ref == ref)).first():
        raise Refused("checkin.undone_already", ref=ref)
    old, count = tender_of(connection, ref)
    if old == tender:
        return
    row = {
        "redemption_ref": ref,
        "ordinal": count + 1,
        "tender": tender,
        "at": at,
        "actor": actor,
        "canteen_id": meal.canteen_id,
    }
    connection.execute(insert(TenderChange), row)
    draft = tender_draft(
        Quote.from_json(meal.trace), ref=ref, person_ref=meal.person_ref, old=old, new=tender, means=meal.means,
        ordinal=count + 1,
    )  # fmt: skip
    if draft is not None:
        ledger.post(connection, book_id=meal.book_id, drafts=[draft], at=at)
