"""Write messages as XML and read the answers of the account.

Reading is strict where the platform is: wrong recipients, an unknown type or a
text over 2,048 bytes count as a malformed answer, which the user sees as a
failure of the account.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as ET

from bot.simulator.wire import WireError

SIZE_LIMIT = 64 * 1024
TEXT_LIMIT = 2048
_DEPTH_LIMIT = 8
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class Reply:
    """Hold one passive reply as the user will see it."""

    kind: str
    content: dict[str, Any] = field(default_factory=dict)


def render(fields: Mapping[str, Any]) -> str:
    """Write a message; texts as CDATA, whole numbers bare, mappings nested."""
    return f"<xml>{_inside(fields)}</xml>"


def _inside(fields: Mapping[str, Any]) -> str:
    return "".join(f"<{name}>{_value(value)}</{name}>" for name, value in fields.items())


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return _inside(value)
    if isinstance(value, int | float):
        return str(value)
    clean = _CONTROL.sub("", str(value)).replace("]]>", "]]]]><![CDATA[>")
    return f"<![CDATA[{clean}]]>"


def parse(text: str) -> dict[str, Any]:
    """Read an XML message into nested dictionaries; repeats become lists."""
    if len(text.encode()) > SIZE_LIMIT:
        raise WireError("the answer is too large")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise WireError("the answer declares a document type")
    try:
        root = ET.fromstring(text)  # noqa: S314 - no declarations, limited size.
    except ET.ParseError as error:
        raise WireError("the answer is not XML") from error
    if root.tag != "xml":
        raise WireError("the answer has no xml root")
    return _children(root)


def _children(element: ET.Element, depth: int = 0) -> dict[str, Any]:
    if depth > _DEPTH_LIMIT:
        raise WireError("the answer is nested too deeply")
    found: dict[str, Any] = {}
    for child in element:
        value: Any = _children(child, depth + 1) if len(child) else (child.text or "")
        if child.tag in found:
            earlier = found[child.tag]
            value = [*earlier, value] if isinstance(earlier, list) else [earlier, value]
        found[child.tag] = value
    return found


def read_reply(xml: str, *, openid: str, original_id: str) -> Reply:
    """Read a decrypted passive reply; whatever breaks the rules is refused."""
    fields = parse(xml)
    if fields.get("ToUserName") != openid or fields.get("FromUserName") != original_id:
        raise WireError("the answer names the wrong sender or recipient")
    if not str(fields.get("CreateTime", "")).strip().isdigit():
        raise WireError("the answer has no CreateTime")
    kind = str(fields.get("MsgType", ""))
    reader = _READERS.get(kind)
    if reader is None:
        raise WireError(f"the answer has the unknown type {kind[:40]!r}")
    return Reply(kind=kind, content=reader(fields))


def _read_text(fields: dict[str, Any]) -> dict[str, Any]:
    text = fields.get("Content")
    if not isinstance(text, str) or not text.strip():
        raise WireError("the text of the answer is empty")
    if len(text.encode()) > TEXT_LIMIT:
        raise WireError("the text of the answer is over 2048 bytes")
    return {"text": text}


def _read_image(fields: dict[str, Any]) -> dict[str, Any]:
    image = fields.get("Image")
    media_id = image.get("MediaId") if isinstance(image, dict) else None
    if not media_id:
        raise WireError("the picture of the answer has no MediaId")
    return {"media_id": media_id}


def _read_news(fields: dict[str, Any]) -> dict[str, Any]:
    articles = fields.get("Articles")
    items = articles.get("item") if isinstance(articles, dict) else None
    found = items if isinstance(items, list) else [items]
    if not all(isinstance(item, dict) for item in found):
        raise WireError("the articles of the answer are missing")
    if str(fields.get("ArticleCount")) != str(len(found)):
        raise WireError("ArticleCount does not match the articles")
    return {"articles": [_article(item) for item in found if isinstance(item, dict)]}


def _article(item: dict[str, Any]) -> dict[str, str]:
    names = {"title": "Title", "description": "Description", "url": "Url", "picture": "PicUrl"}
    return {ours: str(item.get(theirs, "")) for ours, theirs in names.items()}


def _read_transfer(fields: dict[str, Any]) -> dict[str, Any]:
    return {"text": "已转人工客服"} if fields else {}


_READERS = {
    "text": _read_text,
    "image": _read_image,
    "news": _read_news,
    "transfer_customer_service": _read_transfer,
}
