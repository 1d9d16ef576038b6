"""Say the canteen's notices over WeChat: as service messages to people who wrote or tapped within 48 hours.

Runs in the worker, outside of any transaction. What WeChat answers decides: a passing failure is tried again later, a
closed window or an unfollowed account never.
"""

from __future__ import annotations

from typing import Any

from bot import accounts, replies
from bot.client import NO_ANSWER, NOT_JSON, Client, WechatError
from canteen import checkin
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.errors import CanteenError, NotFound, Refused, Unavailable

_NEVER = {
    40003: "wechat.bad_openid",
    43004: "wechat.unfollowed",
    43101: "wechat.no_grant",
    45015: "wechat.window_closed",
    45047: "wechat.count_used_up",
    47003: "wechat.bad_value",
    48001: "wechat.no_permission",
    48004: "wechat.banned",
    50002: "wechat.user_limited",
}
_LATER = {-1: "wechat.busy", NO_ANSWER: "wechat.no_answer", NOT_JSON: "wechat.no_sense", 45009: "wechat.quota",
          45011: "wechat.too_fast"}  # fmt: skip


class WechatChannel:
    """Send notices to accounts named ``wechat:<id>``."""

    def __init__(self, database: Database, client: Client) -> None:
        self._database = database
        self._client = client

    def send(self, account: str, kind: str, content: dict[str, Any]) -> None:
        """Say it now; Unavailable where a later try may help, another refusal where it never will."""
        openid = self._openid(account)
        try:
            if kind == "meal_code":
                self._send_code(openid, content)
            else:
                self._client.send_text(openid, replies.notice(kind, content))
        except WechatError as error:
            raise refusal(error) from None

    def _send_code(self, openid: str, content: dict[str, Any]) -> None:
        media_id = self._client.upload_image(checkin.qr_png(content["digits"]))
        self._client.send_image(openid, media_id)

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
    if error.errcode in _NEVER:
        return Refused(_NEVER[error.errcode], errcode=error.errcode)
    return Unavailable(_LATER.get(error.errcode, "wechat.unknown"), errcode=error.errcode)
