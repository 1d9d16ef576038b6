"""Keep access tokens sealed in the database, fetched by one caller at a time.

Whoever finds no token that lives takes a *lease* on its row and commits; only then does it ask the platform, with no
transaction open, and stores what it got in a second one. The others look again until the token is there. The lease of a
caller that died runs out, and the next one takes it.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.tables import WechatToken
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE, Database, vault_of

MARGIN = timedelta(minutes=5)
# Longer than a fetch may last: two seconds to connect and four to read.
LEASE = timedelta(seconds=8)
_PATIENCE_SECONDS = 10.0
_LOOK_EVERY_SECONDS = 0.05


class Unfetched(Exception):
    """Say that whoever fetches the token has not got it in all the time that one can wait."""


class TokenStore:
    """Share access tokens among threads and processes."""

    def __init__(self, database: Database, lease: timedelta = LEASE) -> None:
        self._database = database
        self._lease = lease

    def fresh(self, key: str) -> str | None:
        """Return the token if it lives for some minutes more."""
        with self._database.reading(EVERYWHERE) as session:
            row = session.get(WechatToken, key)
            return _living(session, row, None) if row is not None else None

    def once(self, key: str, dead: str | None, fetch: Callable[[], tuple[str, int]]) -> str:
        """Return a token other than the dead one; `Unfetched` where the one who fetches it does not come back."""
        me = secrets.token_hex(8)
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until:
            found = self._find_or_lease(key, dead, me)
            if found is not None:
                return found or self._fetch(key, me, fetch)
            time.sleep(_LOOK_EVERY_SECONDS)
        raise Unfetched

    def _find_or_lease(self, key: str, dead: str | None, me: str) -> str | None:
        """Return a living token, an empty text where the lease was taken, None where somebody else has it."""
        with self._database.reading(EVERYWHERE) as session:
            row = session.get(WechatToken, key)
            found = _living(session, row, dead) if row is not None else None
            if found or (row is not None and self._is_lent(row)):
                return found
        with self._database.transaction(EVERYWHERE) as session:
            row = _locked(session, key)
            found = _living(session, row, dead)
            if found is not None or self._is_lent(row):
                return found
            row.lent_to, row.lent_until = me, clock.now() + self._lease
            return ""

    def _is_lent(self, row: WechatToken) -> bool:
        """Tell whether somebody is fetching; a lease from a clock that was put back is none."""
        at = clock.now()
        return row.lent_until is not None and at < row.lent_until <= at + self._lease

    def _fetch(self, key: str, me: str, fetch: Callable[[], tuple[str, int]]) -> str:
        token, seconds = "", 0
        try:
            token, seconds = fetch()
        finally:
            self._give_back(key, me, token, seconds)
        return token

    def _give_back(self, key: str, me: str, token: str, seconds: int) -> None:
        """End the lease and keep what was got; whoever was late finds another's lease and leaves it alone."""
        with self._database.transaction(EVERYWHERE) as session:
            row = _locked(session, key)
            if row.lent_to != me:
                return
            row.lent_to = row.lent_until = None
            if token:
                row.token_sealed = vault_of(session).seal(token)
                row.expires_at = clock.now() + timedelta(seconds=seconds)


def _living(session: Session, row: WechatToken, dead: str | None) -> str | None:
    if not row.token_sealed or row.expires_at - clock.now() <= MARGIN:
        return None
    token = vault_of(session).open(row.token_sealed)
    return token if token != dead else None


def _locked(session: Session, key: str) -> WechatToken:
    """Return the row of a token, made where there was none, and hold it until the end of the act."""
    if session.get(WechatToken, key) is None:
        blank = WechatToken(key=key, token_sealed="", expires_at=datetime.fromtimestamp(0, clock.CHINA))
        # Another process may be as quick: its row serves as well.
        with suppress(IntegrityError), session.begin_nested():
            session.add(blank)
    return session.get_one(WechatToken, key, with_for_update=True, populate_existing=True)
