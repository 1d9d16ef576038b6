"""Call WeChat with one client per process and one token for all of them.

The library's own token keeping is replaced (`bot/token.py`). A call that is told that its token is dead tries once more
with another token, never twice. Nothing here may be called inside a transaction or a webhook.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

import requests
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException
from wechatpy.session import SessionStorage

from bot.token import TokenStore, Unfetched
from canteen.foundation.settings import WechatSettings

TIMEOUT = (2, 4)
DEAD_TOKEN = frozenset({40001, 40014, 42001})
NO_ANSWER = -2
NOT_JSON = -3
LONGEST_SCENE = 2_592_000
_RID = re.compile(r"rid: ?([\w-]{4,60})")


class WechatError(Exception):
    """Carry WeChat's error code.

    ``NO_ANSWER`` where there was none, ``NOT_JSON`` where it made no sense.
    """

    def __init__(self, errcode: int, rid: str = "") -> None:
        super().__init__(f"WeChat says {errcode} {rid}".rstrip())
        self.errcode = errcode
        self.rid = rid


class Client(WeChatClient):  # type: ignore[misc]  # The library has no types.
    """Speak to the official account's interface; every failure is a `WechatError`."""

    def __init__(self, settings: WechatSettings, store: TokenStore) -> None:
        super().__init__(settings.appid, settings.secret, session=SessionStorage(), timeout=TIMEOUT, auto_retry=False)
        self._settings = settings
        self._store = store
        self._key = f"token:{settings.appid}"
        self.API_BASE_URL = f"{settings.api_root}cgi-bin/"
        self.wxa.API_BASE_URL = settings.api_root

    @property
    def access_token(self) -> str:
        """Return a token that lives."""
        return self._store.fresh(self._key) or self._another(None)

    def send_text(self, openid: str, text: str) -> None:
        """Send a service message of text."""
        self._custom({"touser": openid, "msgtype": "text", "text": {"content": text}})

    def send_image(self, openid: str, media_id: str) -> None:
        """Send a service message of a picture that was uploaded."""
        self._custom({"touser": openid, "msgtype": "image", "image": {"media_id": media_id}})

    def send_choices(self, openid: str, head: str, choices: Mapping[str, str], tail: str = "") -> None:
        """Send a service message with choices to tap, by id."""
        listed = [{"id": key, "content": label} for key, label in choices.items()]
        content = {"head_content": head, "list": listed, "tail_content": tail}
        self._custom({"touser": openid, "msgtype": "msgmenu", "msgmenu": content})

    def send_template(self, openid: str, template_id: str, data: Mapping[str, Mapping[str, str]]) -> str:
        """Send a template message and return its number."""
        return self._noticed("message/template/send", openid, template_id, data)

    def send_subscription(self, openid: str, template_id: str, data: Mapping[str, Mapping[str, str]]) -> str:
        """Send a notice that the follower subscribed to, and return its number; empty where none is told."""
        return self._noticed("message/subscribe/bizsend", openid, template_id, data)

    def upload_image(self, picture: bytes) -> str:
        """Upload a PNG for three days and return its media id."""
        files = {"media": ("code.png", io.BytesIO(picture), "image/png")}
        return str(self.post("media/upload", params={"type": "image"}, files=files)["media_id"])

    def create_menu(self, buttons: list[dict[str, Any]]) -> None:
        """Replace the menu under the conversation."""
        self.post("menu/create", data={"button": buttons})

    def temporary_scene(self, scene: str, seconds: int) -> str:
        """Return the address that a code for a senior's slip leads to; 30 days at most."""
        life = max(60, min(seconds, LONGEST_SCENE))
        return self._scene({"expire_seconds": life, "action_name": "QR_STR_SCENE"}, scene)

    def permanent_scene(self, scene: str) -> str:
        """Return the address that a canteen's poster leads to.

        There are 100,000 for ever, so none for a person.
        """
        return self._scene({"action_name": "QR_LIMIT_STR_SCENE"}, scene)

    def _scene(self, request: dict[str, Any], scene: str) -> str:
        answer = self.post("qrcode/create", data={**request, "action_info": {"scene": {"scene_str": scene}}})
        return str(answer["url"])

    def _noticed(self, endpoint: str, openid: str, template_id: str, data: Mapping[str, Mapping[str, str]]) -> str:
        answer = self.post(endpoint, data={"touser": openid, "template_id": template_id, "data": data})
        return str(answer.get("msgid") or "")

    def _custom(self, message: dict[str, Any]) -> None:
        self.post("message/custom/send", data=message)

    def _request(self, method: str, url_or_endpoint: str, **kwargs: Any) -> Any:
        """Call once, and once more where the token turns out to be dead."""
        token = self.access_token
        try:
            return self._attempt(method, url_or_endpoint, token, kwargs)
        except WechatError as error:
            if error.errcode not in DEAD_TOKEN:
                raise
        for part in (kwargs.get("files") or {}).values():
            part[1].seek(0)
        return self._attempt(method, url_or_endpoint, self._another(token), kwargs)

    def _another(self, dead: str | None) -> str:
        try:
            return self._store.once(self._key, dead, self._stable_token)
        except Unfetched:
            raise WechatError(NO_ANSWER) from None

    def _attempt(self, method: str, endpoint: str, token: str, kwargs: Mapping[str, Any]) -> Any:
        fresh = {**kwargs, "params": {**(kwargs.get("params") or {}), "access_token": token}}
        with _one_error():
            answer = super()._request(method, endpoint, **fresh)
        if not isinstance(answer, dict):
            raise WechatError(NOT_JSON)
        return answer

    def _stable_token(self) -> tuple[str, int]:
        body = {"grant_type": "client_credential", "appid": self.appid, "secret": self.secret, "force_refresh": False}
        answer = call(self._http, "POST", f"{self.API_BASE_URL}stable_token", json=body)
        return str(answer["access_token"]), int(answer["expires_in"])


def open_miniprogram(settings: WechatSettings, code: str) -> dict[str, Any]:
    """Exchange the code of ``wx.login`` for openid and unionid.

    The session key stays where it is.
    """
    params = {
        "appid": settings.miniprogram_appid,
        "secret": settings.miniprogram_secret,
        "js_code": code,
        "grant_type": "authorization_code",
    }
    answer = _exchanged(f"{settings.api_root}sns/jscode2session", params)
    return {"openid": str(answer["openid"]), "unionid": answer.get("unionid")}


def open_page(settings: WechatSettings, code: str) -> str:
    """Exchange the code that a page came back with for the openid; it works once.

    The page's own access token stays where it is: it is not the token of the interface.
    """
    params = {
        "appid": settings.appid, "secret": settings.secret, "code": code, "grant_type": "authorization_code",
    }  # fmt: skip
    return str(_exchanged(f"{settings.api_root}sns/oauth2/access_token", params)["openid"])


def _exchanged(address: str, params: Mapping[str, str]) -> dict[str, Any]:
    with requests.Session() as http:
        answer = call(http, "GET", address, params=params)
    if not answer.get("openid"):
        raise WechatError(NOT_JSON)
    return answer


def call(http: requests.Session, method: str, url: str, **request: Any) -> dict[str, Any]:
    """Call an address outside the library and return the answer.

    Every failure is a `WechatError`.
    """
    with _one_error():
        response = http.request(method, url, timeout=TIMEOUT, **request)
        response.raise_for_status()
        answer = response.json()
    if not isinstance(answer, dict):
        raise WechatError(NOT_JSON)
    if answer.get("errcode"):
        raise WechatError(int(answer["errcode"]), _rid(answer.get("errmsg")))
    return answer


def _rid(errmsg: object) -> str:
    """Find the number of the request, by which the platform's support finds it again."""
    found = _RID.search(str(errmsg or ""))
    return found[1] if found else ""


class _one_error:  # noqa: N801 - It reads as a word in a with statement.
    """Turn whatever the library and the network raise into a `WechatError`."""

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, WeChatClientException):
            errcode = error.errcode if isinstance(error.errcode, int) else NO_ANSWER
            raise WechatError(errcode, _rid(error.errmsg)) from None
        if isinstance(error, requests.exceptions.JSONDecodeError):
            raise WechatError(NOT_JSON) from None
        if isinstance(error, requests.RequestException):
            # The original names the address, which carries the token.
            raise WechatError(NO_ANSWER) from None
