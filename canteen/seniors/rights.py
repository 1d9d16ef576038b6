"""Keep what outside accounts may do for a person, by the person's own word: asked for, agreed to, limited, ended.

Whoever wants to act for somebody asks with the telephone number on the register; the person's own account agrees or
not. The answer to the one who asks never tells whether that number is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.foundation.errors import NotFound
from canteen.seniors import slips
from canteen.seniors.consent import give_consent
from canteen.seniors.family import Acting, link, unbind
from canteen.seniors.lookup import find_by_phone, person_by_id
from canteen.seniors.registry import record
from canteen.seniors.tables import FamilyLink, FamilyRequest

ASKED_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Wanting:
    """Name somebody who wants to act for a person, and what the account holder calls the person."""

    request_id: int
    person_id: int
    account: str
    relation: str


@dataclass(frozen=True)
class Kin:
    """Show an account that may act for a person, without its name: what it calls the person, and since when."""

    link_id: int
    account: str
    relation: str
    may_order: bool
    began_at: datetime


def ask_link(session: Session, *, phone: str, account: str, relation: str, at: datetime) -> list[str]:
    """Ask whoever has this number to let an account act; return the accounts to put the question to, mostly none.

    Counts as a try, five a day, so that nobody walks through numbers. A couple may share a number: both are asked.
    """
    if not slips.tries_left(session, account=account, at=at):
        return []
    slips.note_try(session, account=account, at=at, succeeded=False)
    found = [person.id for person in find_by_phone(session, phone=phone)]
    own = select(FamilyLink.account, FamilyLink.person_id).where(
        FamilyLink.person_id.in_(found), FamilyLink.is_self, FamilyLink.ended_at.is_(None),
        FamilyLink.account != account,
    )  # fmt: skip
    asked = session.execute(own).all()
    session.add_all(
        FamilyRequest(account=account, person_id=row.person_id, relation=relation, asked_at=at) for row in asked
    )
    session.flush()
    return [row.account for row in asked]


def wanting(session: Session, *, account: str, at: datetime) -> list[Wanting]:
    """List who waits for the word of this account's holder, the latest first."""
    wanted = (
        select(FamilyRequest)
        .join(FamilyLink, FamilyLink.person_id == FamilyRequest.person_id)
        .where(
            FamilyLink.account == account,
            FamilyLink.is_self,
            FamilyLink.ended_at.is_(None),
            FamilyRequest.answered_at.is_(None),
            FamilyRequest.asked_at > at - ASKED_FOR,
        )
        .order_by(FamilyRequest.id.desc())
    )
    return [Wanting(one.id, one.person_id, one.account, one.relation) for one in session.scalars(wanted)]


def answer_link(
    session: Session, *, request_id: int, is_agreed: bool, actor: str, at: datetime, text_version: str
) -> Acting | None:
    """Answer a request once; on a yes the account may act from now on, and the consent is kept."""
    asked = session.get_one(FamilyRequest, request_id, with_for_update=True)
    if asked.answered_at is not None:
        return None
    asked.answered_at, asked.is_agreed = at, is_agreed
    if not is_agreed:
        return None
    give_consent(session, person_id=asked.person_id, kind="binding", text_version=text_version, given_by=actor, at=at)
    return link(
        session, person_id=asked.person_id, account=asked.account, proof=f"consent:{asked.id}", actor=actor, at=at,
        relation=asked.relation,
    )  # fmt: skip


def kin_of(session: Session, *, person_id: int, but: str) -> list[Kin]:
    """List the other accounts that may act for a person."""
    wanted = select(FamilyLink).where(
        FamilyLink.person_id == person_id, FamilyLink.ended_at.is_(None), FamilyLink.account != but
    )
    rows = session.scalars(wanted.order_by(FamilyLink.id))
    return [Kin(row.id, row.account, row.relation, row.may_order, row.began_at) for row in rows]


def limit(session: Session, *, link_id: int, person_id: int, may_order: bool, actor: str, at: datetime) -> Kin:
    """Let an account see only, or order again; ``seniors.not_linked`` where it may nothing for the person."""
    held = session.get(FamilyLink, link_id, with_for_update=True)
    if held is None or held.person_id != person_id or held.ended_at is not None:
        raise NotFound("seniors.not_linked")
    held.may_order = may_order
    person = person_by_id(session, person_id=person_id)
    record(session, person, "account_limited", actor=actor, at=at, account=held.account, may_order=may_order)
    return Kin(held.id, held.account, held.relation, held.may_order, held.began_at)


def end_link(session: Session, *, link_id: int, person_id: int, actor: str, at: datetime) -> str:
    """End at once what an account may do for a person, and return the account."""
    held = session.get(FamilyLink, link_id)
    if held is None or held.person_id != person_id or held.ended_at is not None:
        raise NotFound("seniors.not_linked")
    unbind(session, account=held.account, person_id=person_id, actor=actor, at=at)
    return held.account


def choose_notices(
    session: Session,
    *,
    account: str,
    person_ids: Sequence[int],
    of_eaten: bool | None = None,
    of_missed: bool | None = None,
    of_cutoff: bool | None = None,
    of_menu: bool | None = None,
) -> None:
    """Say what an account wants to hear.

    That a meal was taken, that nobody came, that a cut-off is near, what there is tomorrow; None leaves it.
    """
    wanted = select(FamilyLink).where(
        FamilyLink.account == account, FamilyLink.person_id.in_(sorted(person_ids)), FamilyLink.ended_at.is_(None)
    )
    for held in session.scalars(wanted.with_for_update()):
        held.told_eaten = held.told_eaten if of_eaten is None else of_eaten
        held.told_missed = held.told_missed if of_missed is None else of_missed
        held.told_cutoff = held.told_cutoff if of_cutoff is None else of_cutoff
        held.told_menu = held.told_menu if of_menu is None else of_menu
    session.flush()
