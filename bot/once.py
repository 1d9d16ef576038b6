"""Take each delivery once, and hold the database's lock for no longer than the writing takes.

A turn is first taken as a look: no transaction, single statements. What is left to write is the delivery, its reply,
what was talked about, and what the turn leaves behind (the number of a meal code, a notice): one short transaction. A
turn that turns out to act by the verbs (an order on a yes, a call for help) is taken again inside a transaction which
writes the delivery first, so that its key and its effect stand or fall together. Either way the key decides which of
several deliveries at once counts; the others, and late ones, get the reply that is stored. Whoever is overtaken twice
by other messages of the same person takes the lock first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot import accounts, conversation, memory, reports
from bot.dialogue.turn import Desk, Turn
from bot.envelope import Incoming
from bot.understanding import Act
from canteen import notices, tickets
from canteen.foundation.db import EVERYWHERE, Database, OnlyLooking, connection_of, vault_of

_LOOKS = 2
_ALWAYS_ACTS = reports.EVENTS | {"unsubscribe"}
_TRIES = 4


class Busy(Exception):
    """Say that other messages of the same person kept coming in between."""


def _nothing() -> None: ...


@dataclass(frozen=True)
class Worker:
    """Hold how to call the worker after a commit: to look into the outbox, to fetch what was spoken."""

    deliver_soon: Callable[[], None] = _nothing
    fetch_soon: Callable[[], None] = _nothing


@dataclass
class _Look:
    """Hold what a look found before it ended: what is known, and the acts that the message was understood as."""

    known: memory.Known | None = None
    acts: list[Act] | None = None


class Once:
    """Answer messages and events of one official account."""

    def __init__(self, database: Database, desk: Desk, worker: Worker) -> None:
        self._database = database
        self._desk = desk
        self._worker = worker

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
            return conversation.apology(session, self._desk, self._known(session, incoming))

    def _take(self, incoming: Incoming, at: datetime) -> str:
        look = _Look()
        try:
            with self._database.glancing(EVERYWHERE) as session:
                text = self._look(session, look, incoming, at)
        except OnlyLooking:
            return self._act(incoming, at, look)
        self._tell_worker(session)
        return text

    def _look(self, session: Session, look: _Look, incoming: Incoming, at: datetime) -> str:
        look.known = known = self._known(session, incoming)
        if known is None or incoming.event in _ALWAYS_ACTS:
            raise OnlyLooking
        if known.reply is not None:
            return _opened(session, known.reply)
        turn = conversation.begin(session, self._desk, incoming, known, at, is_look=True)
        look.acts = conversation.understood(turn, incoming)
        text = conversation.answer(turn, incoming, look.acts)
        reply, state = _sealed(session, text), _sealed(session, turn.state.to_json())
        connection, key = connection_of(session), incoming.key
        if turn.leaves or not memory.leave(connection, known, key=key, reply=reply, state=state, at=at):
            with self._database.acting_on(connection):
                memory.claim(connection, key=key, reply=reply, at=at)
                _leave_behind(turn)
                memory.keep(connection, known, state=state, at=at)
        return text

    def _act(self, incoming: Incoming, at: datetime, look: _Look) -> str:
        with self._database.transaction(EVERYWHERE) as session:
            connection = connection_of(session)
            memory.claim(connection, key=incoming.key, reply="", at=at)
            known = look.known or self._held(session, incoming, at)
            if incoming.event == "unsubscribe":
                accounts.left(session, known.account_id)
                return ""
            if incoming.event in reports.EVENTS:
                reports.note(session, self._desk.templates, incoming, account_id=known.account_id, at=at)
                return ""
            turn = conversation.begin(session, self._desk, incoming, known, at, is_look=False)
            acts = conversation.understood(turn, incoming) if look.acts is None else look.acts
            text = conversation.answer(turn, incoming, acts)
            session.flush()
            _leave_behind(turn)
            memory.answer(connection, key=incoming.key, reply=_sealed(session, text))
            memory.keep(connection, known, state=_sealed(session, turn.state.to_json()), at=at)
        self._tell_worker(session)
        return text

    def _tell_worker(self, session: Session) -> None:
        if notices.were_enqueued(session):
            self._worker.deliver_soon()
        if tickets.is_recording_awaited(session):
            self._worker.fetch_soon()

    def _held(self, session: Session, incoming: Incoming, at: datetime) -> memory.Known:
        """Return what is known of an account, met now at the latest; nobody else changes it until the end."""
        account = accounts.meet(session, appid=self._desk.appid, openid=incoming.openid, at=at)
        return memory.held(connection_of(session), account)

    def _stored(self, incoming: Incoming) -> str:
        with self._database.glancing(EVERYWHERE) as session:
            known = self._known(session, incoming)
            return _opened(session, known.reply or "") if known else ""

    def _known(self, session: Session, incoming: Incoming) -> memory.Known | None:
        appid = self._desk.appid
        return memory.recall(connection_of(session), appid=appid, openid=incoming.openid, key=incoming.key)


def _leave_behind(turn: Turn) -> None:
    """Write what the turn leaves behind; `memory.Overtaken` where it was found on what is no longer so."""
    if not all(write() for write in turn.leaves):
        raise memory.Overtaken


def _sealed(session: Session, text: str) -> str:
    return vault_of(session).seal(text) if text else ""


def _opened(session: Session, sealed: str) -> str:
    return vault_of(session).open(sealed) if sealed else ""
