"""Tell browsers apart by a random name in a cookie, so that an undo can be left to the device that served."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

from flask import after_this_request, g, request
from werkzeug.wrappers import Response as BaseResponse

from canteen.http.current import house

_COOKIE = "device"
_LIFE = timedelta(days=400)
_NAME = re.compile(r"[\w-]{16,40}", re.ASCII)


def name() -> str:
    """Return the name of the browser that asks; one without a name is given one with this answer."""
    if "device" not in g:
        kept = request.cookies.get(_COOKIE, "")
        g.device = kept if _NAME.fullmatch(kept) else secrets.token_urlsafe(16)
        after_this_request(_keep)
    return str(g.device)


def _keep(response: BaseResponse) -> BaseResponse:
    response.set_cookie(
        _COOKIE, g.device, max_age=_LIFE, secure=house().settings.production, httponly=True, samesite="Lax"
    )
    return response
