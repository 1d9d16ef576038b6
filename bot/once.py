"""Take each delivery once, and hold the database's lock for no longer than the writing takes.

A turn is first taken as a look: no transaction, single statements. Most turns are no more than that; what is left to
write is the delivery, its reply and what was talked about, in one short transaction. A turn that turns out to act (an
order on a yes, a code, a call for help) is taken again inside a transaction which writes the delivery first, so that
its key and its effect stand or fall together. Either way the key decides which of several deliveries at once counts;
the others, and late ones, get the reply that is stored. Whoever is overtaken twice by other messages of the same
person takes the lock first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from bot import accounts, conversation, memory
from bot.dialogue.turn import Desk
from bot.envelope import Incoming
from bot.understanding import Act
from canteen import notices
from canteen.foundation.db import EVERYWHERE, Database, OnlyLooking, connection_of, vault_of

_LOOKS = 2
_TRIES = 4


class Busy(Exception):
    """Say that other messages of the same person kept coming in between."""


@dataclass
class _Look:
    """Hold what a look found: the reply and the talk, sealed, or the acts that the message was understood as."""

    known: memory.Known | None = None
    text: str | None = None
    reply: str = ""
    state: str = ""
    acts: list[Act] | None = None


class Once:
    """Answer messages and events of one official account."""

    def __init__(self, database: Database, desk: Desk, deliver_soon: Callable[[], None]) -> None:
        self._database = database
        self._desk = desk
        self._deliver_soon = deliver_soon

    def reply(self, incoming: Incoming, at: datetime) -> str:
        """Return what is said; the same delivery again gets the same. `Busy` where no turn could be finished."""
        for number in range(_TRIES):
            try:
                return self._take(incoming, at) if number < _LOOKS else self._act(incoming, at, _Look())
            except memory.Overtaken:
                continue
            except memory.Repeated:
                return self._stored(incoming)
        raise Busy

    def apology(self, incoming: Incoming) -> str:
        """Say kindly that something went wrong, and whom this person may call."""
        with self._database.glancing(EVERYWHERE) as session:
            return conversation.apology(session, self._desk, self._known(connection_of(session), incoming))

    def _take(self, incoming: Incoming, at: datetime) -> str:
        with self._database.looking() as connection:
            look = self._look(connection, incoming, at)
            if look.text is not None and look.known is not None:
                if look.known.reply is None:
                    with self._database.acting_on(connection):
                        memory.claim(connection, key=incoming.key, reply=look.reply, at=at)
                        memory.keep(connection, look.known, state=look.state, at=at)
                return look.text
        return self._act(incoming, at, look)

    def _look(self, connection: Connection, incoming: Incoming, at: datetime) -> _Look:
        look = _Look(known=self._known(connection, incoming))
        if look.known is None or incoming.event == "unsubscribe":
            return look
        try:
            with self._database.glancing_on(connection, EVERYWHERE) as session:
                if look.known.reply is not None:
                    look.text = _opened(session, look.known.reply)
                    return look
                turn = conversation.begin(session, self._desk, incoming, look.known, at, is_look=True)
                look.acts = conversation.understood(turn, incoming)
                text = conversation.answer(turn, incoming, look.acts)
                look.reply, look.state = _sealed(session, text), _sealed(session, turn.state.to_json())
        except OnlyLooking:
            return look
        look.text = text
        return look

    def _act(self, incoming: Incoming, at: datetime, look: _Look) -> str:
        with self._database.transaction(EVERYWHERE) as session:
            connection = connection_of(session)
            memory.claim(connection, key=incoming.key, reply="", at=at)
            known = look.known or self._held(session, incoming, at)
            if incoming.event == "unsubscribe":
                accounts.left(session, known.account_id)
                return ""
            turn = conversation.begin(session, self._desk, incoming, known, at, is_look=False)
            acts = conversation.understood(turn, incoming) if look.acts is None else look.acts
            text = conversation.answer(turn, incoming, acts)
            session.flush()
            memory.answer(connection, key=incoming.key, reply=_sealed(session, text))
            memory.keep(connection, known, state=_sealed(session, turn.state.to_json()), at=at)
            is_more_to_say = notices.were_enqueued(session)
        if is_more_to_say:
            self._deliver_soon()
        return text

    def _held(self, session: Session, incoming: Incoming, at: datetime) -> memory.Known:
        """Return what is known of an account, met now at the latest; nobody else changes it until the end."""
        account = accounts.meet(session, appid=self._desk.appid, openid=incoming.openid, at=at)
        return memory.held(connection_of(session), account)

    def _stored(self, incoming: Incoming) -> str:
        with self._database.glancing(EVERYWHERE) as session:
            known = self._known(connection_of(session), incoming)
            return _opened(session, known.reply or "") if known else ""

    def _known(self, connection: Connection, incoming: Incoming) -> memory.Known | None:
        return memory.recall(connection, appid=self._desk.appid, openid=incoming.openid, key=incoming.key)


def _sealed(session: Session, text: str) -> str:
    return vault_of(session).seal(text) if text else ""


def _opened(session: Session, sealed: str) -> str:
    return vault_of(session).open(sealed) if sealed else ""
