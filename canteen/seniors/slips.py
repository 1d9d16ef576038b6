"""Print slips by which a family proves that it belongs to a senior, and take them back once.

A slip carries a scene, to be scanned, and a code of eight digits, to be typed; the last digit checks the others. Both
are good once, for thirty days (as long as the platform keeps a code with a scene), and a new slip ends the older ones.
The code is kept as a blind index only. Scenes cannot be guessed; codes could, so an account has five tries a day.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from canteen.foundation.db import vault_of
from canteen.foundation.errors import Refused
from canteen.foundation.references import has_check_digit, with_check_digit
from canteen.seniors.idcard import normalised
from canteen.seniors.lookup import locked
from canteen.seniors.registry import record
from canteen.seniors.tables import BindingSlip, BindingTry

VALID_FOR = timedelta(days=30)
TRIES = 5
TRIES_WITHIN = timedelta(days=1)
SCENE_PREFIX = "bind-"


@dataclass(frozen=True)
class Slip:
    """Hold what is printed; nobody can read it back later."""

    scene: str
    code: str = field(repr=False)
    expires_at: datetime


def issue_slip(session: Session, *, person_id: int, actor: str, at: datetime) -> Slip:
    """Make a slip for a person and end the older ones."""
    scene, code = SCENE_PREFIX + secrets.token_hex(12), _free_code(session)
    return keep_slip(session, person_id=person_id, scene=scene, code=code, actor=actor, at=at)


def keep_slip(session: Session, *, person_id: int, scene: str, code: str, actor: str, at: datetime) -> Slip:
    """Keep a slip whose scene and code were chosen elsewhere, and end the older ones of the person."""
    person = locked(session, person_id=person_id)
    _end_older(session, person_id, at)
    slip = Slip(scene, code, at + VALID_FOR)
    kept = BindingSlip(
        person_id=person_id,
        scene=slip.scene,
        code_index=_index(session, slip.code),
        issued_at=at,
        issued_by=actor,
        expires_at=slip.expires_at,
    )
    session.add(kept)
    record(session, person, "slip_issued", actor=actor, at=at)
    return slip


def slip_of_scene(session: Session, *, scene: str) -> BindingSlip | None:
    """Find and hold the slip of a scanned scene."""
    return session.scalar(select(BindingSlip).where(BindingSlip.scene == scene).with_for_update())


def slip_of_code(session: Session, *, code: str) -> BindingSlip | None:
    """Find and hold the slip of a typed code; blanks and full-width digits are forgiven."""
    digits = normalised(code)
    if len(digits) != 8 or not has_check_digit(digits):
        return None
    wanted = select(BindingSlip).where(BindingSlip.code_index.in_(_indexes(session, digits)))
    return session.scalar(wanted.with_for_update())


def unspent_scenes(session: Session, *, among: Sequence[str], at: datetime) -> Sequence[str]:
    """List which of these scenes can still be scanned, in the order in which they were kept."""
    live = (BindingSlip.scene.in_(among), BindingSlip.used_at.is_(None), BindingSlip.expires_at > at)
    return session.scalars(select(BindingSlip.scene).where(*live).order_by(BindingSlip.id)).all()


def use_slip(session: Session, slip: BindingSlip | None, *, account: str, at: datetime) -> BindingSlip:
    """Spend a slip; the account that spent it may come again.

    Refuses ``seniors.slip_unknown``, ``seniors.slip_used`` and ``seniors.slip_expired``.
    """
    if slip is None:
        raise Refused("seniors.slip_unknown")
    if slip.used_at is not None:
        if slip.used_by != account:
            raise Refused("seniors.slip_used")
        return slip
    if at >= slip.expires_at:
        raise Refused("seniors.slip_expired")
    slip.used_at, slip.used_by = at, account
    session.flush()
    return slip


def tries_left(session: Session, *, account: str, at: datetime) -> int:
    """Return how many more codes an account may type today, wrong ones counted."""
    wrong = select(func.count(BindingTry.id)).where(
        BindingTry.account == account, BindingTry.at > at - TRIES_WITHIN, ~BindingTry.succeeded
    )
    return max(0, TRIES - (session.scalar(wrong) or 0))


def note_try(session: Session, *, account: str, at: datetime, succeeded: bool) -> None:
    """Keep that an account typed a code."""
    session.add(BindingTry(account=account, at=at, succeeded=succeeded))
    session.flush()


def _end_older(session: Session, person_id: int, at: datetime) -> None:
    live = (BindingSlip.person_id == person_id, BindingSlip.used_at.is_(None), BindingSlip.expires_at > at)
    session.execute(update(BindingSlip).where(*live).values(expires_at=at))


def _free_code(session: Session) -> str:
    while True:
        code = with_check_digit(f"{secrets.randbelow(10_000_000):07d}")
        taken = select(BindingSlip.id).where(BindingSlip.code_index.in_(_indexes(session, code)))
        if session.scalar(taken) is None:
            return code


def _indexes(session: Session, code: str) -> tuple[str, ...]:
    return vault_of(session).indexes("slip", code)


def _index(session: Session, code: str) -> str:
    return vault_of(session).index("slip", code)
