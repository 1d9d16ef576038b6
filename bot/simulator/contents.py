"""Read what the account wants to say, and refuse what the platform refuses.

The result is what the page shows: the same shape for passive replies, service
messages and notices.
"""

from collections.abc import Callable
from typing import Any

from bot.simulator.errcodes import WxError

_TEXT_LIMIT = 2048
_FIELD_LIMITS = {
    "thing": 20,
    "number": 32,
    "phrase": 5,
    "name": 20,
    "character_string": 32,
    "letter": 32,
    "phone_number": 17,
}
_OTHER_FIELDS = 200


def custom(kind: str, body: dict[str, Any], *, knows_media: Callable[[str], bool]) -> dict[str, Any]:
    """Read a service message: text, image, msgmenu or one article."""
    part = body.get(kind)
    if kind not in {"text", "image", "msgmenu", "news"} or not isinstance(part, dict):
        raise WxError(40008)
    if kind == "text":
        return {"text": _text(part.get("content"))}
    if kind == "image":
        media_id = str(part.get("media_id", ""))
        if not knows_media(media_id):
            raise WxError(40007)
        return {"media_id": media_id}
    return _menu_content(part) if kind == "msgmenu" else _news_content(part)


def _menu_content(part: dict[str, Any]) -> dict[str, Any]:
    choices = part.get("list")
    if not isinstance(choices, list) or not choices:
        raise WxError(47001)
    return {
        "head": str(part.get("head_content", "")),
        "choices": [{"id": str(one.get("id", "")), "text": _text(one.get("content"))} for one in choices],
        "tail": str(part.get("tail_content", "")),
    }


def _news_content(part: dict[str, Any]) -> dict[str, Any]:
    articles = part.get("articles")
    if not isinstance(articles, list) or len(articles) != 1:
        raise WxError(45008)
    names = {"title": "title", "description": "description", "url": "url", "picture": "picurl"}
    return {"articles": [{ours: str(one.get(theirs, "")) for ours, theirs in names.items()} for one in articles]}


def notice(body: dict[str, Any]) -> dict[str, Any]:
    """Read a template message or a subscribed notice; long values answer 47003."""
    if not body.get("template_id"):
        raise WxError(40037)
    data = body.get("data")
    if not isinstance(data, dict) or not data:
        raise WxError(47003)
    lines = [{"name": str(name), "value": _field(str(name), value)} for name, value in data.items()]
    url = body.get("url") or body.get("page") or ""
    return {"template_id": str(body["template_id"]), "lines": lines, "url": str(url)}


def _field(name: str, value: Any) -> str:
    text = str(value.get("value", "")) if isinstance(value, dict) else ""
    kind = name.rstrip("0123456789")
    most = _FIELD_LIMITS.get(kind, _OTHER_FIELDS)
    if not text or len(text) > most or "\n" in text:
        raise WxError(47003, f"data.{name}.value")
    return text


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise WxError(44004)
    if len(value.encode("utf-8", "replace")) > _TEXT_LIMIT:
        raise WxError(45002)
    return value
