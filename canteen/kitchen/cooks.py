"""Let the cooks of a canteen hear of prep sheets in a chat.

A cook sends the eight digits of a slip to the official account. What was told is known by its key, so that telling
again says nothing twice, through whichever door an order was changed.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen import audit, notices, places
from canteen.foundation.db import vault_of
from canteen.foundation.errors import Invalid, NotFound
from canteen.foundation.references import has_check_digit, with_check_digit
from canteen.kitchen.portions import allergies, cooked
from canteen.kitchen.rules import Change, changes, totals
from canteen.kitchen.tables import CookAccount, CookSlip
from canteen.kitchen.values import Meal, Sheet

VALID_FOR = timedelta(days=2)
_LONGEST_NAME = 20


def issue(session: Session, *, canteen_id: int, cook: str, actor: str, at: datetime) -> str:
    """Return eight digits by which an account becomes that of a cook, once within two days.

    Refuses ``kitchen.cook_unnamed``.
    """
    if not cook.strip() or len(cook.strip()) > _LONGEST_NAME:
        raise Invalid("kitchen.cook_unnamed", most=_LONGEST_NAME)
    code = with_check_digit(f"{secrets.randbelow(10_000_000):07d}")
    slip = CookSlip(
        canteen_id=canteen_id,
        code_index=vault_of(session).index("cook", code),
        cook=cook.strip(),
        issued_at=at,
        issued_by=actor,
        expires_at=at + VALID_FOR,
    )
    session.add(slip)
    session.flush()
    _record(session, slip.canteen_id, "cook_slip_issued", slip.id, actor, at)
    return code


def enter(session: Session, *, code: str, account: str, at: datetime) -> CookAccount | None:
    """Enter an account by the digits of a slip; None where they are not those of a live slip."""
    if len(code) != 8 or not has_check_digit(code):
        return None
    indexes = vault_of(session).indexes("cook", code)
    slip = session.scalar(select(CookSlip).where(CookSlip.code_index.in_(indexes)).with_for_update())
    if slip is None or slip.used_at is not None or at >= slip.expires_at:
        return None
    slip.used_at = at
    entered = CookAccount(canteen_id=slip.canteen_id, account=account, cook=slip.cook, slip_id=slip.id, began_at=at)
    try:
        with session.begin_nested():
            session.add(entered)
            session.flush()
    except IntegrityError:
        # The account hears of this canteen already.
        return session.scalars(_live(slip.canteen_id).where(CookAccount.account == account)).one()
    _record(session, slip.canteen_id, "cook_entered", slip.id, account, at)
    return entered


def listed(session: Session, *, canteen_id: int) -> Sequence[CookAccount]:
    """List the accounts that hear of the sheets of a canteen."""
    return session.scalars(_live(canteen_id).order_by(CookAccount.id)).all()


def end(session: Session, *, canteen_id: int, cook_id: int, actor: str, at: datetime) -> CookAccount:
    """Let an account hear no more, and return it; refuses ``kitchen.no_such_cook``."""
    found = session.scalars(_live(canteen_id).where(CookAccount.id == cook_id)).one_or_none()
    if found is None:
        raise NotFound("kitchen.no_such_cook")
    found.ended_at, found.ended_by = at, actor
    session.flush()
    _record(session, canteen_id, "cook_ended", found.slip_id, actor, at)
    return found


def tell(session: Session, *, of: Meal, sheet: Sheet, at: datetime) -> None:
    """Tell the cooks of a sheet, and of each change since, what they have not been told yet.

    It looks into the register for what may harm whom, so it needs a session that may see the diners.
    """
    accounts = [cook.account for cook in listed(session, canteen_id=of.canteen_id)]
    if not accounts:
        return
    now = cooked(session, of=of).portions
    of_meal = {"day": of.service_date.isoformat(), "meal": of.meal, "number": sheet.number}
    whole = {
        **of_meal,
        "canteen": places.canteen_by_id(session, canteen_id=of.canteen_id).name,
        "count": len(sheet.portions),
        "dishes": "、".join(f"{total.dish} {total.count}" for total in totals(sheet.portions)),
        "allergies": "；".join(
            f"{one.number}号{one.diner_masked} {'、'.join(one.allergens)}"
            for one in allergies(session, of=of, portions=now)
        ),
    }
    for account in accounts:
        kind = "prep_sheet_allergies" if whole["allergies"] else "prep_sheet"
        key = f"prep:{sheet.sheet_id}:{account}"
        notices.enqueue(session, key=key, account=account, kind=kind, content=whole, at=at)
        for change in changes(sheet.portions, now).lines:
            _tell_change(session, sheet, change, of_meal, account, at)


def _tell_change(
    session: Session, sheet: Sheet, change: Change, of_meal: dict[str, object], account: str, at: datetime
) -> None:
    portion = change.portion
    content = {
        **of_meal,
        "portion": portion.number,
        "diner": portion.diner_masked,
        "dishes": portion.text,
        "wishes": "、".join(portion.wishes),
    }
    key = f"prep:{sheet.sheet_id}:{change.kind}:{portion.ref}:{account}"
    notices.enqueue(session, key=key, account=account, kind=f"prep_{change.kind}", content=content, at=at)


def _live(canteen_id: int) -> Select[CookAccount]:
    return select(CookAccount).where(CookAccount.canteen_id == canteen_id, CookAccount.ended_at.is_(None))


def _record(session: Session, canteen_id: int, action: str, slip_id: int, actor: str, at: datetime) -> None:
    canteen = places.canteen_by_id(session, canteen_id=canteen_id)
    audit.record(
        session, chain=f"canteen:{canteen.ref}", at=at, actor=actor, action=action, subject=f"cook-slip:{slip_id}"
    )
