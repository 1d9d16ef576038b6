"""Say the canteen's notices over WeChat, by the ways that are open to the account, one after the other.

Runs in the worker, outside of any transaction. What WeChat answers decides (`bot/errcodes.toml`): the same way later,
the next way now, or no way at all. Each attempt is told to the house with its outcome.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from bot import accounts
from bot.client import WechatError
from bot.errcodes import Policy, policy
from bot.templates import Way
from bot.ways import Letter, Reached, Ways
from canteen.foundation.db import EVERYWHERE, Database
from canteen.notices import Outcome, Try

NO_WAY = "wechat.no_way"
_log = structlog.get_logger("bot.channel")


@dataclass
class _Course:
    """Hold what was tried so far, and before when nothing is worth trying again."""

    tries: list[Try] = field(default_factory=list)
    not_before: datetime | None = None

    def outcome(self) -> Outcome:
        """Say what became of it when every way was refused."""
        code = self.tries[-1].outcome if self.tries else NO_WAY
        return Outcome("again" if self.not_before else "never", code, tuple(self.tries), self.not_before)


class WechatChannel:
    """Send notices to accounts named ``wechat:<id>``."""

    def __init__(self, database: Database, ways: Ways) -> None:
        self._database = database
        self._ways = ways

    def send(self, account: str, kind: str, content: dict[str, Any], *, at: datetime) -> Outcome:
        """Say it now, by the first way that works."""
        reached = self._reached(account)
        if isinstance(reached, str):
            return Outcome("never", reached)
        letter, course = Letter(reached, kind, content, at), _Course()
        for way, say in self._ways.open_to(letter):
            try:
                number = say(letter)
            except WechatError as error:
                held = self._refused(letter, way, error)
                course.tries.append(Try(way, held.reason))
                if held.then != "next":
                    return Outcome(held.then, held.reason, tuple(course.tries), held.not_before(at))
                course.not_before = held.not_before(at) or course.not_before
            else:
                return Outcome("sent", "sent", (*course.tries, Try(way, "sent", number)))
        return course.outcome()

    def _refused(self, letter: Letter, way: Way, error: WechatError) -> Policy:
        """Look up what follows from a refusal, note what is to be noted, and log it without naming anybody."""
        held = policy(error.errcode)
        tell = _log.error if held.alarm else _log.info
        tell("a notice was refused", way=way, kind=letter.kind, errcode=error.errcode, rid=error.rid)
        if held.marks == "unfollowed":
            with self._database.transaction(EVERYWHERE) as session:
                accounts.left(session, letter.to.account_id)
        elif held.marks == "no_grant":
            self._ways.forget_grants(letter, way)
        return held

    def _reached(self, name: str) -> Reached | str:
        """Find the account to say it to, or the reason why there is none."""
        with self._database.reading(EVERYWHERE) as session:
            account = accounts.of_opaque(session, name)
            if account is None:
                return "wechat.no_such_account"
            if not account.follows:
                return "wechat.unfollowed"
            return Reached(account.id, account.openid, account.heard_at)
