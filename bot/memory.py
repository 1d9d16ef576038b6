"""Remember who wrote, what was seen and what was being talked about.

One statement reads all of it; what a turn leaves behind is written by two. The row of a conversation has a revision:
whoever finds another than the one it read was overtaken by another message of the same person and takes its turn again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, case, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from bot.tables import Conversation, SeenMessage, WechatAccount
from canteen.foundation.prepared import Insertion, Prepared

_HEARD_EVERY = timedelta(minutes=10)


class Repeated(Exception):
    """Say that this delivery was seen before."""


class Overtaken(Exception):
    """Say that another message of the same person came in between."""


@dataclass(frozen=True, slots=True)
class Known:
    """Hold what is known of a delivery's account, and of the delivery where it was seen before.

    ``reply`` is sealed and None for a delivery that is new; ``revision`` is 0 where nothing was talked about.
    """

    account_id: int
    follows: bool
    heard_at: datetime
    state: str = ""
    revision: int = 0
    talked_at: datetime | None = None
    reply: str | None = None

    def is_stale(self, at: datetime) -> bool:
        """Tell whether it has to be noted that the account was heard."""
        return at - self.heard_at > _HEARD_EVERY or not self.follows


def recall(connection: Connection, *, appid: str, openid: str, key: str) -> Known | None:
    """Return what is known, None where the account never wrote before."""
    row = _KNOWN.first(connection, {"appid": appid, "openid": openid, "key": key})
    if row is None:
        return None
    return Known(
        row.id, row.follows, row.heard_at, row.state_sealed or "", row.revision or 0, row.updated_at, row.reply
    )


def held(connection: Connection, account: WechatAccount) -> Known:
    """Return what is known of an account, and hold its conversation until the end of the act."""
    row = _HELD.first(connection, {"account_id": account.id})
    talked = (row.state_sealed, row.revision, row.updated_at) if row else ("", 0, None)
    return Known(account.id, account.follows, account.heard_at, *talked)


def claim(connection: Connection, *, key: str, reply: str, at: datetime) -> None:
    """Note a delivery as seen, with its sealed reply; `Repeated` where it was."""
    try:
        _SEEN.run(connection, [{"key": key, "reply": reply, "seen_at": at}])
    except IntegrityError:
        raise Repeated from None


def leave(connection: Connection, known: Known, *, key: str, reply: str, state: str, at: datetime) -> bool:
    """Claim a delivery and keep what was talked about by one statement; False where this needs an act of several.

    `Overtaken` where the delivery was seen, or another message came in between; nothing is written then.
    """
    if connection.dialect.name != "postgresql" or known.is_stale(at):
        return False
    values = {"account_id": known.account_id, "state_sealed": state, "revision": known.revision + 1, "at": at}
    try:
        _LEFT.run(connection, {**values, "key": key, "reply": reply})
    except IntegrityError:
        raise Overtaken from None
    return True


def answer(connection: Connection, *, key: str, reply: str) -> None:
    """Keep the sealed reply to a delivery that was claimed before it was known."""
    _REPLY.run(connection, {"seen": key, "reply": reply})


def keep(connection: Connection, known: Known, *, state: str, at: datetime) -> None:
    """Keep what was talked about, sealed; `Overtaken` where it is not what was read."""
    values = {"account_id": known.account_id, "state_sealed": state, "revision": known.revision + 1, "updated_at": at}
    if _TALKED[connection.dialect.name].run(connection, values) != 1:
        raise Overtaken
    if known.is_stale(at):
        _HEARD.run(connection, {"account_id": known.account_id, "at": at})


_KNOWN = Prepared(
    select(
        WechatAccount.id, WechatAccount.follows, WechatAccount.heard_at,
        Conversation.state_sealed, Conversation.revision, Conversation.updated_at,
        SeenMessage.reply,
    )
    .outerjoin(Conversation, Conversation.account_id == WechatAccount.id)
    .outerjoin(SeenMessage, SeenMessage.key == bindparam("key"))
    .where(WechatAccount.appid == bindparam("appid"), WechatAccount.openid == bindparam("openid"))
)  # fmt: skip
_HELD = Prepared(
    select(Conversation.state_sealed, Conversation.revision, Conversation.updated_at)
    .where(Conversation.account_id == bindparam("account_id"))
    .with_for_update()
)
_SEEN = Insertion(SeenMessage)
_REPLY = Prepared(update(SeenMessage).where(SeenMessage.key == bindparam("seen")).values(reply=bindparam("reply")))
_HEARD = Prepared(
    update(WechatAccount)
    .where(WechatAccount.id == bindparam("account_id"))
    .values(follows=True, heard_at=bindparam("at"))
)


def _talked(put: Any) -> Prepared:
    """Write the row of a conversation, or the next revision of the one that was read."""
    new = put.excluded
    fresh = {"state_sealed": new.state_sealed, "revision": new.revision, "updated_at": new.updated_at}
    return Prepared(
        put.inline().on_conflict_do_update(
            index_elements=[Conversation.account_id], set_=fresh, where=Conversation.revision == new.revision - 1
        )
    )


_TALKED = {"sqlite": _talked(sqlite.insert(Conversation)), "postgresql": _talked(postgresql.insert(Conversation))}


def _left() -> Prepared:
    """Write a delivery and, in the same statement, the next revision; one that is not the next violates NOT NULL."""
    seen = (
        postgresql.insert(SeenMessage)
        .values(key=bindparam("key"), reply=bindparam("reply"), seen_at=bindparam("at"))
        .returning(SeenMessage.seen_at)
        .cte("seen")
    )
    columns = (Conversation.account_id, Conversation.state_sealed, Conversation.revision)
    given = [bindparam(column.key, type_=column.type) for column in columns]
    talked = postgresql.insert(Conversation).from_select(
        [*columns, Conversation.updated_at], select(*given, seen.c.seen_at)
    )
    new = talked.excluded
    next_one = case((Conversation.revision == new.revision - 1, new.revision))
    fresh = {"state_sealed": new.state_sealed, "revision": next_one, "updated_at": new.updated_at}
    return Prepared(talked.on_conflict_do_update(index_elements=[Conversation.account_id], set_=fresh))


_LEFT = _left()
