"""Answer what WeChat delivers: verify, open, drop repeats, hand on.

The row that remembers a delivery is written first, in the same transaction as whatever the delivery causes; its
primary key lets one of several deliveries at once through, the others repeat the reply that the first one got. Bad
input is a 4xx and leaves nothing behind; a passing failure is a 503, so that WeChat delivers again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from bot import replies
from bot.conversation import Desk, apology, turn
from bot.envelope import BadEnvelope, Envelope, Incoming, Reply
from bot.tables import SeenMessage
from canteen import notices
from canteen.foundation.db import EVERYWHERE, Database, vault_of

NOTHING_TO_SAY = "success"
_STATUS = {"signature": 403, "stale": 403, "size": 413}
_log = logging.getLogger("bot.webhook")


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold what goes back over HTTP."""

    body: str
    status: int = 200
    mimetype: str = "text/plain"


class _Repeated(Exception):
    """Say that this delivery was seen before."""


class Webhook:
    """Answer the deliveries of one official account."""

    def __init__(self, database: Database, envelope: Envelope, desk: Desk, deliver_soon: Callable[[], None]) -> None:
        self._deliver_soon = deliver_soon
        self._database = database
        self._envelope = envelope
        self._desk = desk

    def handshake(self, query: Mapping[str, str], at: datetime) -> Answer:
        """Echo what the platform sends to prove that both sides know the token."""
        try:
            self._envelope.check(query, at)
        except BadEnvelope as bad:
            return _refused(bad)
        return Answer(query.get("echostr", "")[:256])

    def deliver(self, body: bytes, query: Mapping[str, str], at: datetime) -> Answer:
        """Take one delivery and answer it."""
        try:
            incoming = self._envelope.open(body, query, at)
        except BadEnvelope as bad:
            return _refused(bad)
        try:
            reply = self._once(incoming, at)
        except (OperationalError, PoolTimeout):
            _log.warning("a delivery could not be taken, the database is away")
            return Answer("", 503)
        if not reply.text:
            return Answer(NOTHING_TO_SAY)
        xml = reply.xml(incoming, at)
        sealed = self._envelope.seal(xml, at) if query.get("encrypt_type") == "aes" else xml
        return Answer(sealed, mimetype="application/xml")

    def _once(self, incoming: Incoming, at: datetime) -> Reply:
        try:
            with self._database.transaction(EVERYWHERE) as session:
                reply = self._first(session, incoming, at)
                is_more_to_say = notices.were_enqueued(session)
        except _Repeated:
            with self._database.reading(EVERYWHERE) as session:
                return _stored(session, incoming)
        except (OperationalError, PoolTimeout):
            raise
        except Exception:  # Whatever it is, an old person gets a kind word and a telephone number.
            _log.exception("a delivery failed, kind %s %s", incoming.kind, incoming.event)
            return Reply(self._apology())
        if is_more_to_say:
            self._deliver_soon()
        return reply

    def _first(self, session: Session, incoming: Incoming, at: datetime) -> Reply:
        seen = SeenMessage(key=incoming.key, reply="", seen_at=at)
        session.add(seen)
        try:
            session.flush()
        except IntegrityError:
            raise _Repeated from None
        reply = turn(session, self._desk, incoming, at)
        if reply.text:
            seen.reply = vault_of(session).seal(reply.text)
        return reply

    def _apology(self) -> str:
        try:
            with self._database.reading(EVERYWHERE) as session:
                return apology(session)
        except Exception:  # The words without the number are better than none.
            _log.exception("no telephone number could be read")
            return replies.say("general.failed_plain")


def _stored(session: Session, incoming: Incoming) -> Reply:
    seen = session.get_one(SeenMessage, incoming.key)
    return Reply(vault_of(session).open(seen.reply) if seen.reply else "")


def _refused(bad: BadEnvelope) -> Answer:
    return Answer("", _STATUS.get(bad.reason, 400))
