"""Give out addresses under which a person's meal code is shown, to whoever holds the address.

The address goes to the person's own chat and stands in for a log-in, so it is random, names one person and one meal,
and ends with the meal. A stolen copy of the table opens nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from canteen.checkin.tables import CodeLink
from canteen.foundation.db import connection_of
from canteen.foundation.prepared import Insertion

_TOKEN_BYTES = 16
_LINK = Insertion(CodeLink)


def new_token() -> str:
    """Draw a token for `issue_link`; it is stored nowhere."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def issue_link(
    session: Session,
    *,
    token: str,
    person_id: int,
    service_date: date,
    meal: str,
    at: datetime,
    expires_at: datetime,
) -> None:
    """Let a new token open the meal code of one person and meal."""
    meant = {"person_id": person_id, "service_date": service_date, "meal": meal}
    row = {"token_digest": _digest(token), **meant, "issued_at": at, "expires_at": expires_at}
    _LINK.run(connection_of(session), [row])


def find_link(session: Session, *, token: str, at: datetime) -> CodeLink | None:
    """Return what a token opens; None where it is unknown or the meal is over."""
    link = session.get(CodeLink, _digest(token))
    return link if link is not None and at < link.expires_at else None


def prune_links(session: Session, *, before: datetime) -> None:
    """Delete links that ended before an instant."""
    session.execute(delete(CodeLink).where(CodeLink.expires_at < before))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
