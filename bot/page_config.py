"""Sign what a page must show WeChat before it may use the camera of WeChat's own scanner."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from bot.client import Client


def page_config(client: Client, *, url: str, at: datetime) -> dict[str, str | int]:
    """Return appid, time, nonce and signature for one address, as ``wx.config`` wants them.

    WeChat signs the address that the browser has, without what follows ``#``; `WechatError` where it gives no ticket.
    """
    nonce, stamp = secrets.token_hex(8), int(at.timestamp())
    return {
        "appId": client.appid,
        "timestamp": stamp,
        "nonceStr": nonce,
        "signature": signature(client.page_ticket(), nonce=nonce, timestamp=stamp, url=url),
    }


def signature(ticket: str, *, nonce: str, timestamp: int, url: str) -> str:
    """Return the SHA-1 over the four parts in WeChat's order, raw values."""
    address = url.partition("#")[0]
    told = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={address}"
    return hashlib.sha1(told.encode(), usedforsecurity=False).hexdigest()
