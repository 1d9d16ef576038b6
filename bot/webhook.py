"""Answer what WeChat delivers: verify, open, have it taken once, close the reply.

Bad input is a 4xx and leaves nothing behind; a passing failure is a 503, so that WeChat delivers again; any other
failure is rolled back and answered with a kind sentence.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot import replies
from bot.dialogue.turn import Desk
from bot.envelope import BadEnvelope, Envelope, Incoming, Reply
from bot.once import Busy, Once, Worker
from canteen.foundation.db import Database

NOTHING_TO_SAY = "success"
_STATUS = {"signature": 403, "stale": 403, "size": 413}
_PASSING = (OperationalError, PoolTimeout, Busy)
_log = logging.getLogger("bot.webhook")


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold what goes back over HTTP."""

    body: str
    status: int = 200
    mimetype: str = "text/plain"


class Webhook:
    """Answer the deliveries of one official account."""

    def __init__(self, database: Database, envelope: Envelope, desk: Desk, worker: Worker) -> None:
        self._once = Once(database, desk, worker)
        self._envelope = envelope

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
            text = self._once.reply(incoming, at)
        except _PASSING as passing:
            _log.warning("a delivery could not be taken now: %s", type(passing).__name__)
            return Answer("", 503)
        except Exception:  # Whatever it is, an old person gets a kind word and a telephone number.
            _log.exception("a delivery failed, kind %s %s", incoming.kind, incoming.event)
            text = self._apology(incoming)
        if not text:
            return Answer(NOTHING_TO_SAY)
        xml = Reply(text).xml(incoming, at)
        sealed = self._envelope.seal(xml, at) if query.get("encrypt_type") == "aes" else xml
        return Answer(sealed, mimetype="application/xml")

    def _apology(self, incoming: Incoming) -> str:
        try:
            return self._once.apology(incoming)
        except Exception:  # The words without the number are better than none.
            _log.exception("no telephone number could be read")
            return replies.say("general.failed_plain")


def _refused(bad: BadEnvelope) -> Answer:
    return Answer("", _STATUS.get(bad.reason, 400))
