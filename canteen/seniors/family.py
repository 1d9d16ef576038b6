"""Let outside accounts act for people: a daughter far away for her mother, a senior for himself.

An account is an opaque text of its channel, such as ``wechat:7``. It may act for many people, at most one of them
marked as the account holder's own self.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from canteen.foundation.errors import CanteenError, Denied, NotFound, Refused
from canteen.foundation.narrowed import Narrowed
from canteen.seniors import slips
from canteen.seniors.consent import give_consent
from canteen.seniors.lookup import locked, person_by_id, surviving
from canteen.seniors.registry import record
from canteen.seniors.tables import BindingSlip, FamilyLink, Person

_SELF = "自己"


@dataclass(frozen=True)
class Acting:
    """Name a person whom an account may act for, and what the account calls the person."""

    person_id: int
    ref: str
    name: str
    relation: str
    is_self: bool
    home_canteen_id: int | None
    may_order: bool = True


def refuse_only_sees(person: Acting) -> None:
    """Refuse ``seniors.only_sees`` where the person lets the account look, and orders herself."""
    if not person.may_order:
        raise Denied("seniors.only_sees")


@dataclass(frozen=True)
class Bound:
    """Say that an account may act for a person from now on, or could already."""

    person: Acting
    already: bool


@dataclass(frozen=True)
class NotBound:
    """Say why a typed code did not bind; a value and no refusal, for the try has to be kept."""

    reason: str
    tries_left: int


def bind_by_scene(
    session: Session, *, scene: str, account: str, at: datetime, text_version: str | None = None
) -> Bound:
    """Bind by a scanned slip; refuses ``seniors.slip_unknown``, ``slip_used``, ``slip_expired``.

    ``text_version`` names the text that the account holder agreed to, where the agreement came first.
    """
    slip = slips.use_slip(session, slips.slip_of_scene(session, scene=scene), account=account, at=at)
    return _bind(session, slip, "slip", account=account, at=at, text_version=text_version)


def bind_by_code(
    session: Session, *, code: str, account: str, at: datetime, text_version: str | None = None
) -> Bound | NotBound:
    """Bind by a typed code, five wrong ones a day at most.

    A wrong code is an answer: raising would roll back the count of tries. The reasons are those of `bind_by_scene`, and
    ``seniors.slip_tries_spent``.
    """
    left = slips.tries_left(session, account=account, at=at)
    if not left:
        return NotBound("seniors.slip_tries_spent", 0)
    try:
        slip = slips.use_slip(session, slips.slip_of_code(session, code=code), account=account, at=at)
    except CanteenError as refusal:
        slips.note_try(session, account=account, at=at, succeeded=False)
        return NotBound(refusal.code, left - 1)
    slips.note_try(session, account=account, at=at, succeeded=True)
    return _bind(session, slip, "code", account=account, at=at, text_version=text_version)


def link(
    session: Session,
    *,
    person_id: int,
    account: str,
    proof: str,
    actor: str,
    at: datetime,
    relation: str = "",
    is_self: bool = False,
) -> Acting:
    """Let an account act for a person on another proof than a slip; ``seniors.self_taken`` for a second self."""
    person = locked(session, person_id=person_id)
    held = _link(session, account, person_id)
    if held is None:
        held = FamilyLink(account=account, person_id=person_id, relation="", proof=proof, began_at=at, is_self=False)
        session.add(held)
        record(session, person, "account_linked", actor=actor, at=at, account=account, proof=proof)
    _describe(session, held, relation or held.relation, is_self=is_self or held.is_self)
    return _acting(held, person)


def call_person(session: Session, *, account: str, person_id: int, relation: str, is_self: bool = False) -> Acting:
    """Keep what an account holder calls a person: 妈妈, 自己; ``seniors.self_taken`` for a second self."""
    held = _required_link(session, account, person_id)
    _describe(session, held, relation, is_self=is_self)
    return _acting(held, person_by_id(session, person_id=person_id))


def unbind(session: Session, *, account: str, person_id: int, actor: str, at: datetime) -> None:
    """End what an account may do for a person; ``seniors.not_linked`` where it may nothing."""
    held = _required_link(session, account, person_id)
    held.ended_at = at
    held.is_self = False
    record(session, person_by_id(session, person_id=person_id), "account_unlinked", actor=actor, at=at, account=account)


def people_of_account(session: Session, *, account: str) -> list[Acting]:
    """List whom an account may act for, the own self first, then in the order of binding."""
    listed = [_standing(session, row) for row in _PEOPLE.all(session, {"account": account})]
    return list({one.person_id: one for one in reversed(listed)}.values())[::-1]


def accounts_of_person(session: Session, *, person_id: int) -> Sequence[str]:
    """List the accounts that may act for a person: whom a notice about her goes to."""
    wanted = select(FamilyLink.account).where(FamilyLink.person_id == person_id, FamilyLink.ended_at.is_(None))
    return session.scalars(wanted.order_by(FamilyLink.is_self.desc(), FamilyLink.id)).all()


def _bind(
    session: Session, slip: BindingSlip, proof: str, *, account: str, at: datetime, text_version: str | None
) -> Bound:
    person = surviving(session, person_by_id(session, person_id=slip.person_id))
    already = _link(session, account, person.id) is not None
    acting = link(session, person_id=person.id, account=account, proof=f"{proof}:{slip.id}", actor=account, at=at)
    if text_version is not None:
        give_consent(session, person_id=person.id, kind="binding", text_version=text_version, given_by=account, at=at)
    return Bound(acting, already)


def _describe(session: Session, held: FamilyLink, relation: str, *, is_self: bool) -> None:
    if is_self and not held.is_self and _self_of(session, held.account) is not None:
        raise Refused("seniors.self_taken")
    held.relation = relation or (_SELF if is_self else "")
    held.is_self = is_self
    session.flush()


def _self_of(session: Session, account: str) -> FamilyLink | None:
    mine = (FamilyLink.account == account, FamilyLink.is_self, FamilyLink.ended_at.is_(None))
    return session.scalar(select(FamilyLink).where(*mine).with_for_update())


def _link(session: Session, account: str, person_id: int) -> FamilyLink | None:
    live = (FamilyLink.account == account, FamilyLink.person_id == person_id, FamilyLink.ended_at.is_(None))
    return session.scalar(select(FamilyLink).where(*live))


def _required_link(session: Session, account: str, person_id: int) -> FamilyLink:
    held = _link(session, account, person_id)
    if held is None:
        raise NotFound("seniors.not_linked")
    return held


_PEOPLE = Narrowed(
    select(
        Person.id, Person.ref, Person.name, Person.home_canteen_id, Person.merged_into_id,
        FamilyLink.relation, FamilyLink.is_self, FamilyLink.may_order,
    )
    .join(Person, Person.id == FamilyLink.person_id)
    .where(FamilyLink.account == bindparam("account"), FamilyLink.ended_at.is_(None))
    .order_by(FamilyLink.is_self.desc(), FamilyLink.id)
)  # fmt: skip


def _standing(session: Session, row: Any) -> Acting:
    """Name the person of a link; a record that was merged leads to the one that stands."""
    found = row if row.merged_into_id is None else surviving(session, person_by_id(session, person_id=row.id))
    return Acting(found.id, found.ref, found.name, row.relation, row.is_self, found.home_canteen_id, row.may_order)


def _acting(held: FamilyLink, person: Person) -> Acting:
    return Acting(
        person.id, person.ref, person.name, held.relation, held.is_self, person.home_canteen_id, held.may_order
    )
