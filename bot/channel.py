"""Say the canteen's notices over WeChat.

They go as service messages to people who wrote or tapped within 48 hours.

Runs in the worker, outside of any transaction. What WeChat answers decides: a passing failure is tried again later, a
closed window or an unfollowed account never.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from bot import accounts, replies
from bot.client import Client, WechatError
from canteen import checkin
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.errors import CanteenError, NotFound, Refused, Unavailable

_NEVER = frozenset({40003, 43101, 47003, 48001, 48004, 50002})


class WechatChannel:
    """Send notices to accounts named ``wechat:<id>``."""

    def __init__(self, database: Database, client: Client, keys: checkin.Keys) -> None:
        self._database = database
        self._client = client
        self._keys = keys

    def send(self, account: str, kind: str, content: dict[str, Any]) -> None:
        """Say it now.

        Unavailable where a later try may help, another refusal where it never will.
        """
        openid = self._openid(account)
        try:
            if kind == "meal_code":
                self._send_code(openid, content)
            else:
                self._client.send_text(openid, replies.notice(kind, content))
        except WechatError as error:
            raise refusal(error) from None

    def _send_code(self, openid: str, content: dict[str, Any]) -> None:
        media_id = self._client.upload_image(checkin.qr_png(self._digits(content)))
        self._client.send_image(openid, media_id)

    def _digits(self, content: dict[str, Any]) -> str:
        """Sign the code that was asked for; one that was enqueued by an older version is signed already."""
        if "digits" in content:
            return str(content["digits"])
        day, expires_at = date.fromisoformat(content["day"]), datetime.fromisoformat(content["expires_at"])
        return checkin.write_page_code(
            self._keys, checkin.PageCode(content["person"], day, content["meal"], expires_at)
        )

    def _openid(self, name: str) -> str:
        with self._database.reading(EVERYWHERE) as session:
            account = accounts.of_opaque(session, name)
            if account is None:
                raise NotFound("wechat.no_such_account")
            if not account.follows:
                raise Refused("wechat.unfollowed")
            return account.openid


def refusal(error: WechatError) -> CanteenError:
    """Tell from WeChat's code whether trying again may help; an unknown code may."""
    if error.errcode == 45015:
        return Refused("wechat.window_closed", errcode=error.errcode)
    if error.errcode == 45047:
        return Refused("wechat.count_used_up", errcode=error.errcode)
    if error.errcode == 43004:
        return Refused("wechat.unfollowed", errcode=error.errcode)
    if error.errcode in _NEVER:
        return Refused("wechat.not_sent", errcode=error.errcode)
    return Unavailable("wechat.no_answer", errcode=error.errcode)
