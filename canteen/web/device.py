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
    """Return the name of the browser that asks.

    One without a name is given one with this answer; each page that is opened prolongs the life of a name.
    """
    if "device" not in g:
        kept = request.cookies.get(_COOKIE, "")
        is_known = _NAME.fullmatch(kept) is not None
        g.device = kept if is_known else secrets.token_urlsafe(16)
        if not is_known or request.method == "GET":
            after_this_request(_keep)
    return str(g.device)


def _keep(response: BaseResponse) -> BaseResponse:
    response.set_cookie(
        _COOKIE, g.device, max_age=_LIFE, secure=house().settings.production, httponly=True, samesite="Lax"
    )
    return response
