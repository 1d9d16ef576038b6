r"""Serve the interface that official accounts call: ``/cgi-bin/...``.

Answers have the platform's shape: always HTTP 200, errors as ``errcode`` and
``errmsg``. As on the real platform, ``\uXXXX`` escapes in a body are not
decoded: whoever sends escaped Chinese sees backslashes on the phone.
"""

import io
import json
import re
import secrets
import time
from collections.abc import Callable
from typing import Any

import qrcode
from flask import Blueprint, Response, jsonify, request

from bot.simulator import contents, menu
from bot.simulator.errcodes import WxError
from bot.simulator.records import User
from bot.simulator.world import here

blueprint = Blueprint("api", __name__)

_OPEN = {"api.token", "api.stable_token", "api.show_qrcode"}
_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\u")
_MESSAGES = "message/"
_MONTH = 2_592_000
_PICTURE_LIMIT = 10 * 1024 * 1024
_SIGNS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif", b"BM": "image/bmp"}


@blueprint.before_request
def _check_token() -> None:
    path = request.path.removeprefix("/cgi-bin/")
    here().credentials.count(path)
    if request.endpoint not in _OPEN:
        here().credentials.check_token(request.args.get("access_token", ""))
    if not path.startswith(_MESSAGES):
        here().faults.meet(path)


@blueprint.app_errorhandler(WxError)
def _answer_error(error: WxError) -> Response:
    # The platform ends each refusal with the number of the request, to be told to its support.
    rid = f"{int(time.time()):x}-{secrets.token_hex(4)}-{secrets.token_hex(4)}"
    return jsonify(errcode=error.errcode, errmsg=f"{error.errmsg} rid: {rid}")


@blueprint.get("/cgi-bin/token")
def token() -> Response:
    """Issue an access token; the one before dies."""
    if request.args.get("grant_type") != "client_credential":
        raise WxError(40002)
    appid = request.args.get("appid", "")
    here().credentials.check_secret(appid, request.args.get("secret", ""))
    value, seconds = here().credentials.new_token(appid)
    return jsonify(access_token=value, expires_in=seconds)


@blueprint.post("/cgi-bin/stable_token")
def stable_token() -> Response:
    """Issue or repeat the stable access token."""
    body = _body()
    if body.get("grant_type") != "client_credential":
        raise WxError(40002)
    appid = str(body.get("appid", ""))
    here().credentials.check_secret(appid, str(body.get("secret", "")))
    value, seconds = here().credentials.stable_token(appid, force=body.get("force_refresh") is True)
    return jsonify(access_token=value, expires_in=seconds)


@blueprint.post("/cgi-bin/media/upload")
def upload_media() -> Response:
    """Keep an uploaded picture and give its media id."""
    if request.args.get("type") != "image":
        raise WxError(40004)
    upload = request.files.get("media")
    if upload is None:
        raise WxError(41005)
    data = upload.stream.read(_PICTURE_LIMIT + 1)
    if len(data) > _PICTURE_LIMIT:
        raise WxError(40006)
    media_id = here().account.add_media(data, _picture_type(data))
    return jsonify(type="image", media_id=media_id, created_at=here().clock.timestamp())


@blueprint.get("/cgi-bin/media/get")
def get_media() -> Response:
    """Give back a picture, or what somebody spoke."""
    found = here().account.media(request.args.get("media_id", ""))
    if found is None:
        raise WxError(40007)
    return Response(found[0], mimetype=found[1])


@blueprint.post("/cgi-bin/message/custom/send")
def send_custom() -> Response:
    """Write to a user within the windows that the user opened."""
    body = _body()
    user = here().account.by_openid(body.get("touser"))
    kind = str(body.get("msgtype", ""))
    return _send(
        f"custom/{kind}",
        user,
        body,
        kind=kind,
        shown=lambda: contents.custom(kind, body, knows_media=_knows_media),
        windowed=True,
    )


@blueprint.post("/cgi-bin/message/template/send")
def send_template() -> Response:
    """Send a template message to a follower."""
    body = _body()
    user = here().account.by_openid(body.get("touser"))
    return _send("template", user, body, kind="template", shown=lambda: contents.notice(body))


@blueprint.post("/cgi-bin/message/subscribe/bizsend")
def send_subscription() -> Response:
    """Send a subscribed notice; each needs an acceptance by the user."""
    body = _body()
    user = here().account.by_openid(body.get("touser"))
    return _send("subscribe", user, body, kind="subscribe", shown=lambda: contents.notice(body), granted=True)


@blueprint.post("/cgi-bin/menu/create")
def create_menu() -> Response:
    """Replace the custom menu, if it keeps the limits."""
    here().account.set_menu(menu.checked(_body()))
    return _fine()


@blueprint.get("/cgi-bin/menu/get")
def get_menu() -> Response:
    """Give the custom menu."""
    buttons = here().account.menu()
    if not buttons:
        raise WxError(46003)
    return jsonify(menu={"button": buttons})


@blueprint.get("/cgi-bin/menu/delete")
def delete_menu() -> Response:
    """Remove the custom menu."""
    here().account.set_menu([])
    return _fine()


@blueprint.post("/cgi-bin/qrcode/create")
def create_qrcode() -> Response:
    """Make a code that carries a scene."""
    body = _body()
    action = str(body.get("action_name", ""))
    scene = _scene(action, body)
    permanent = action.startswith("QR_LIMIT")
    seconds = min(max(_whole(body.get("expire_seconds", 60)), 60), _MONTH)
    at = here().clock.timestamp()
    made = here().account.create_scene(scene, permanent=permanent, seconds=seconds, at=at)
    answer: dict[str, Any] = {"ticket": made.ticket, "url": f"{here().settings.own_url}/q/{made.token}"}
    if not permanent:
        answer["expire_seconds"] = seconds
    return jsonify(answer)


@blueprint.get("/cgi-bin/showqrcode")
def show_qrcode() -> Response:
    """Draw a code as PNG."""
    ticket = request.args.get("ticket", "")
    scene = next((known for known in here().account.scenes() if known.ticket == ticket), None)
    if scene is None:
        return Response("ticket unknown", status=404, mimetype="text/plain")
    drawn = io.BytesIO()
    qrcode.make(f"{here().settings.own_url}/q/{scene.token}").save(drawn)
    return Response(drawn.getvalue(), mimetype="image/png")


@blueprint.get("/cgi-bin/user/info")
def user_info() -> Response:
    """Tell what the platform tells about a user: no name, no picture."""
    user = here().account.by_openid(request.args.get("openid"))
    if not user.following:
        return jsonify(subscribe=0, openid=user.openid, unionid=user.unionid)
    return jsonify(
        subscribe=1,
        openid=user.openid,
        unionid=user.unionid,
        language="zh_CN",
        subscribe_time=user.followed_at,
        remark="",
        groupid=0,
        tagid_list=[],
        subscribe_scene="ADD_SCENE_QR_CODE" if user.scene else "ADD_SCENE_SEARCH",
        qr_scene=int(user.scene) if user.scene.isdigit() else 0,
        qr_scene_str="" if user.scene.isdigit() else user.scene,
    )


@blueprint.get("/cgi-bin/ticket/getticket")
def get_ticket() -> Response:
    """Give the ticket that web pages sign their configuration with."""
    if request.args.get("type") != "jsapi":
        raise WxError(40097)
    value, seconds = here().credentials.stable_token("jsapi")
    return jsonify(errcode=0, errmsg="ok", ticket=value, expires_in=seconds)


def _send(
    record: str,
    user: User,
    body: dict[str, Any],
    *,
    kind: str,
    shown: Callable[[], dict[str, Any]],
    windowed: bool = False,
    granted: bool = False,
) -> Response:
    account, at = here().account, here().clock.timestamp()
    try:
        content = shown()
        here().faults.meet(request.path.removeprefix("/cgi-bin/"))
        if not user.following:
            raise WxError(43004)
        if windowed:
            account.spend_window(user, at=at)
        if granted:
            account.spend_grant(user.openid, str(body.get("template_id", "")))
    except WxError as error:
        account.record_sent(record, user.openid, body, at=at, errcode=error.errcode)
        raise
    account.say(user.openid, side="account", kind=kind, content=content, at=at)
    sent = account.record_sent(record, user.openid, body, at=at, errcode=0)
    if windowed:
        return jsonify(errcode=0, errmsg="ok")
    if here().settings.reports:
        here().acts.report_soon(user, sent)
    return jsonify(errcode=0, errmsg="ok", msgid=sent.seq)


def _scene(action: str, body: dict[str, Any]) -> str:
    info = body.get("action_info")
    scene = info.get("scene") if isinstance(info, dict) else None
    if not isinstance(scene, dict):
        raise WxError(40053)
    if action in {"QR_STR_SCENE", "QR_LIMIT_STR_SCENE"}:
        text = scene.get("scene_str")
        if isinstance(text, str) and 1 <= len(text) <= 64:
            return text
    elif action in {"QR_SCENE", "QR_LIMIT_SCENE"}:
        most = 100_000 if action == "QR_LIMIT_SCENE" else 2**32 - 1
        if 1 <= _whole(scene.get("scene_id")) <= most:
            return str(scene["scene_id"])
    raise WxError(40053)


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise WxError(40053)
    return value


def _knows_media(media_id: str) -> bool:
    return here().account.media(media_id) is not None


def _picture_type(data: bytes) -> str:
    for sign, content_type in _SIGNS.items():
        if data.startswith(sign):
            return content_type
    raise WxError(40005)


def _body() -> dict[str, Any]:
    try:
        raw = request.get_data().decode()
        body = json.loads(_ESCAPE.sub(r"\1\\\\u", raw))
    except ValueError as error:
        raise WxError(47001) from error
    if not isinstance(body, dict):
        raise WxError(47001)
    return body


def _fine() -> Response:
    return jsonify(errcode=0, errmsg="ok")
