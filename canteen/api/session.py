"""Log in: the code of ``wx.login`` for a token."""

from __future__ import annotations

from flask import Response
from marshmallow import Schema, fields, validate

from canteen.api.accounts import accounts
from canteen.api.fields import Instant
from canteen.api.resource import Resource, shown
from canteen.http.auth import PUBLIC, audience
from canteen.http.limits import limited

session = Resource("session", "Log in.")


class LogIn(Schema):
    """Take what ``wx.login`` gave."""

    code = fields.String(
        required=True,
        validate=validate.Regexp("^[A-Za-z0-9_-]{1,128}$"),
        metadata={"description": "The code of `wx.login`; good once, for five minutes.", "example": "0a1B2c3D4e5F"},
    )


class Token(Schema):
    """Give the token that opens everything else."""

    token = fields.String(
        required=True,
        metadata={
            "description": "Sent with every other call as `Authorization: Bearer …`.",
            "example": "kX2vQm7TzR4nW8pLs1BdYc6HgJf0AeUoIi9NtMyZqE4",
        },
    )
    expires_at = Instant(
        required=True, metadata={"description": "Log in again then.", "example": "2026-12-23T08:00:00+08:00"}
    )


@session.route("/session", methods=["POST"])
@session.gives(Token, 201, public=True)
@session.refuses("api.no_log_in", "wechat.bad_code", "wechat.no_answer")
@session.takes(LogIn)
@audience(PUBLIC)
@limited("60/minute")
def log_in(wanted: dict[str, str]) -> Response:
    """Log in with the code of wx.login.

    The account that answers is the one the official account knows as well. Whom it may act for is decided by binding,
    with the slip that the canteen prints.
    """
    token, expires_at = accounts().log_in(wanted["code"])
    return shown(Token(), {"token": token, "expires_at": expires_at}, 201)
