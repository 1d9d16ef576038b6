"""Tell a person something: over every account that may act for the person, else by telephone."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import seniors
from canteen.foundation.db import vault_of
from canteen.notices import outbox, phone_list
from canteen.notices.kinds import kind_of
from canteen.seniors.tables import FamilyLink

NO_ACCOUNT = "notices.no_account"


def tell(
    session: Session,
    *,
    person_id: int,
    canteen_id: int | None,
    matter: str,
    kind: str,
    content: dict[str, Any],
    at: datetime,
    but: str = "",
    until: datetime | None = None,
) -> int:
    """Tell a person of a matter, once; return how many accounts are told.

    The account ``but`` knows already: where it is the person's own the person knows too. Where no account is left, and
    the kind is worth a call, the person is put on the phone list of the canteen.
    """
    if canteen_id is None:
        canteen_id = seniors.person_by_id(session, person_id=person_id).home_canteen_id
    about = outbox.About(person_id, canteen_id, matter)
    linked = select(FamilyLink.account, FamilyLink.is_self).where(
        FamilyLink.person_id == person_id, FamilyLink.ended_at.is_(None)
    )
    accounts = {row.account: row.is_self for row in session.execute(linked.order_by(FamilyLink.id))}
    told = [account for account in accounts if account != but]
    for account in told:
        key = f"{matter}:{account}"
        outbox.enqueue(session, key=key, account=account, kind=kind, content=content, at=at, about=about, until=until)
    if not told and not accounts.get(but, False) and kind_of(kind).is_called:
        sealed = vault_of(session).seal(json.dumps(content, ensure_ascii=False))
        phone_list.put(
            session, matter=matter, person_id=person_id, canteen_id=canteen_id, kind=kind, content_sealed=sealed,
            why=NO_ACCOUNT, at=at, until=until,
        )  # fmt: skip
    return len(told)
