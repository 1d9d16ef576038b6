"""Tell who opens a page of the official account: WeChat's silent log-in (snsapi_base).

Nothing of the answer is kept but the openid, which leads to an account that was met in a conversation. A stranger's
openid is written down nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from bot import accounts
from bot.client import WechatError, open_page
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.errors import Denied, Unavailable
from canteen.foundation.settings import WechatSettings

# The code is wrong, was used, or is too old: another way round brings a good one.
_BAD_CODE = frozenset({40029, 40163, 41008, 42003})


@dataclass(frozen=True)
class FollowerDoor:
    """Let followers of the official account open its pages."""

    database: Database
    settings: WechatSettings

    def address(self, back: str, state: str) -> str:
        """Return WeChat's page that sends the browser ``back`` with a code and the ``state``."""
        query = {
            "appid": self.settings.appid,
            "redirect_uri": back,
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
        }
        return f"{self.settings.open_root}oauth2/authorize?{urlencode(query)}#wechat_redirect"

    def account_of(self, code: str) -> str | None:
        """Return the account of a code, None for a stranger; refuses ``wechat.bad_code``, ``wechat.no_answer``."""
        try:
            openid = open_page(self.settings, code)
        except WechatError as error:
            if error.errcode in _BAD_CODE:
                raise Denied("wechat.bad_code") from None
            raise Unavailable("wechat.no_answer") from None
        with self.database.reading(EVERYWHERE) as session:
            account = accounts.known(session, appid=self.settings.appid, openid=openid)
            return None if account is None else accounts.opaque(account.id)
