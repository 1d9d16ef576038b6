"""Fetch the voice messages that nothing could make out, so that the desk can hear them.

Runs in the worker, outside of any transaction; the platform keeps a message for three days.
"""

from __future__ import annotations

import logging

from bot.client import TOO_LONG, Client, WechatError

# The platform has it no more, or it never was a voice message.
_GONE = frozenset({40007, TOO_LONG})
_log = logging.getLogger("bot.voice")


class NotNow(Exception):
    """Say that a sound could not be fetched now, and may be later."""


def fetch(client: Client, media_id: str) -> bytes | None:
    """Return a sound; None where it is not to be had any more. `NotNow` where a later try may help."""
    try:
        return client.download(media_id)
    except WechatError as error:
        if error.errcode in _GONE:
            return None
        _log.warning("a voice message could not be fetched, errcode %s %s", error.errcode, error.rid)
        raise NotNow from None
