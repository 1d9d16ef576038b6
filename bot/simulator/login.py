"""Serve log-ins: web pages by redirect, the mini-program by code.

A code belongs to one user and works once, within five minutes. Who taps a link
in the chat is remembered in a cookie just before the page opens, as the WeChat
browser knows its owner; without one a page asks who it is.
"""

import base64
import secrets
from urllib.parse import urlencode, urlsplit, urlunsplit

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from bot.simulator.errcodes import Refusal, WxError
from bot.simulator.world import here

blueprint = Blueprint("login", __name__)
# The silent one, and the one that would ask the user; both give the openid.
_SCOPES = ("snsapi_base", "snsapi_userinfo")
_COOKIE = "wechat_simulator_user"


@blueprint.get("/open/<key>")
def open_link(key: str) -> BaseResponse:
    """Open a link as a user, if it is the account's or the canteen's own."""
    user = here().account.user(key)
    url = request.args.get("url", "")
    if not _is_ours(url) and not here().account.knows_link(user, url):
        raise Refusal("link.unknown", 404)
    if not url.startswith(("http://", "https://")):
        raise Refusal("link.unknown", 404)
    answer = redirect(url)
    answer.set_cookie(_COOKIE, key, httponly=True, samesite="Lax")
    return answer


@blueprint.get("/connect/oauth2/authorize")
def authorize() -> BaseResponse | str:
    """Send the user back to the page with a code."""
    if request.args.get("appid") != here().settings.appid:
        raise Refusal("oauth.invalid_appid", 400)
    target = request.args.get("redirect_uri", "")
    if not _is_ours(target):
        raise Refusal("oauth.10003_redirect_uri_domain", 400)
    if request.args.get("response_type") != "code" or request.args.get("scope") not in _SCOPES:
        raise Refusal("oauth.10005_scope", 400)
    state = request.args.get("state", "")
    if not state.isalnum() or not state.isascii() or len(state) > 128:
        raise Refusal("oauth.invalid_state", 400)
    key = request.args.get("user") or request.cookies.get(_COOKIE, "")
    users = here().account.users()
    if key not in {user.key for user in users}:
        query = request.args.to_dict()
        return render_template("who.html", users=users, link=lambda user: "?" + urlencode({**query, "user": user}))
    code = here().credentials.new_code("oauth", key)
    return redirect(_with_query(target, code=code, state=state))


@blueprint.get("/sns/oauth2/access_token")
def exchange_code() -> Response:
    """Tell whose code it was."""
    args = request.args
    here().credentials.check_secret(args.get("appid", ""), args.get("secret", ""))
    if args.get("grant_type") != "authorization_code":
        raise WxError(40002)
    if args.get("appid") != here().settings.appid:
        raise WxError(40013)
    user = here().account.user(here().credentials.use_code("oauth", args.get("code", "")))
    value, seconds = here().credentials.new_token(f"oauth:{user.key}")
    return jsonify(
        access_token=value,
        expires_in=seconds,
        refresh_token=value[::-1],
        openid=user.openid,
        scope="snsapi_base",
        unionid=user.unionid,
    )


@blueprint.get("/sns/jscode2session")
def exchange_mini_code() -> Response:
    """Tell whose mini-program code it was."""
    args = request.args
    here().credentials.check_secret(args.get("appid", ""), args.get("secret", ""))
    if args.get("appid") != here().settings.mini_appid:
        raise WxError(40013)
    user = here().account.user(here().credentials.use_code("mini", args.get("js_code", "")))
    key = base64.b64encode(secrets.token_bytes(16)).decode("ascii")
    return jsonify(openid=user.mini_openid, session_key=key, unionid=user.unionid)


def _is_ours(url: str) -> bool:
    wanted, ours = urlsplit(url), urlsplit(here().settings.public_url)
    return (wanted.scheme, wanted.netloc) == (ours.scheme, ours.netloc)


def _with_query(url: str, **extra: str) -> str:
    parts = urlsplit(url)
    query = f"{parts.query}&{urlencode(extra)}" if parts.query else urlencode(extra)
    return urlunsplit(parts._replace(query=query, fragment=""))
