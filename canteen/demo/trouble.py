"""Bring some trouble into the story: a death that is learned late, a till that lacks cash, two calls for a person."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import ledger, seniors, tables, tickets
from canteen.demo.days import ACTOR, Town
from canteen.demo.invented import words
from canteen.demo.sites import sites
from canteen.foundation.clock import local
from canteen.foundation.db import EVERYWHERE, Database

_MISSING_FEN = 1250
# Differences that nobody has explained yet, and the till: codes of the chart that every book shares.
_SUSPENSE, _TILL = "1901", "1001"


def learn_of_death(session: Session, *, town: Town, died_on: date, at: datetime) -> None:
    """State the death of a person whose card was used after it."""
    for number, invented in enumerate(town.people):
        if invented.fate == "dies":
            seniors.add_fact(
                session,
                person_id=town.person_ids[number],
                kind="death",
                value=words()["words"]["death_reason"],
                valid_from=died_on,
                evidence=words()["words"]["death_evidence"],
                source="demo",
                actor=ACTOR,
                at=at,
            )


def call_for_help(session: Session, *, town: Town, at: datetime) -> None:
    """Let two people with telephones call: one has a question, one does not feel well."""
    callers = [number for number, one in enumerate(town.people) if number and one.phone and one.fate != "dies"]
    for number, (kind, said, answered) in zip(callers, words()["words"]["calls"], strict=False):
        person = seniors.person_by_id(session, person_id=town.person_ids[number])
        tickets.open_ticket(
            session,
            kind=kind,
            account=f"demo:{person.ref}",
            person_id=person.id,
            canteen_id=person.home_canteen_id,
            said=[("guest", said), ("bot", answered)],
            at=at,
        )


def miss_cash(database: Database, *, on: date) -> None:
    """Post that the till of the tour's canteen lacks some yuan on a day; posted once however often it is called."""
    name = next(site.name for site in sites() if site.key == words()["tour"]["site"])
    canteen, book = tables.places.Canteen, tables.ledger.Book
    with database.reading(EVERYWHERE) as session:
        book_id = session.scalars(
            select(book.id).join(canteen, canteen.id == book.canteen_id).where(canteen.name == name)
        ).one()
    draft = ledger.Draft(
        key=f"demo:cash:{on.isoformat()}",
        kind="cash_difference",
        service_date=on,
        legs=(ledger.Leg(_SUSPENSE, _MISSING_FEN), ledger.Leg(_TILL, -_MISSING_FEN)),
        memo=words()["words"]["cash_memo"],
    )
    with database.acting() as connection:
        ledger.post(connection, book_id=book_id, drafts=[draft], at=local(on, 20))
