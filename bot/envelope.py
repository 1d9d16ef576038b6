"""Open what WeChat sends and close what we answer.

Nothing else sees a signature, a key or XML.

Whatever is wrong with a delivery (signature, age, size, cipher, XML) becomes one exception, `BadEnvelope`. Message
crypto is that of wechatpy, but its signature check (not constant in time) and its parser (no limits) are not used.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from xml.parsers import expat

from wechatpy.crypto import PrpCrypto

from canteen.foundation.settings import WechatSettings

MAX_BYTES = 64 * 1024
MAX_REPLY_BYTES = 2_048
WINDOW = timedelta(minutes=10)
KINDS = frozenset({"text", "voice", "image", "video", "shortvideo", "location", "link", "event"})

_LONGEST_MEDIA_ID = 200
_MAX_DEPTH = 8
_MAX_NODES = 300
_DEGREES = re.compile(r"-?\d{1,3}(?:\.\d{1,12})?", re.ASCII)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class BadEnvelope(Exception):
    """Say why a delivery was not opened.

    The reasons: ``signature``, ``stale``, ``size``, ``plain``, ``cipher``, ``form``.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Incoming:
    """Hold one message or event as it came, texts trimmed; a place in millionths of a degree.

    ``kind`` is ``other`` for a type that is not known yet. ``menu_id`` names the tappable choice that produced a text.
    ``media_id`` names a recording that can be fetched for three days. Reports of the platform carry a ``status`` of the
    message with that number, or list what they are about.
    """

    kind: str
    openid: str
    account: str
    created_at: datetime
    msg_id: str = ""
    text: str = ""
    recognition: str = ""
    event: str = ""
    event_key: str = ""
    ticket: str = ""
    menu_id: str = ""
    latitude_e6: int | None = None
    longitude_e6: int | None = None
    media_id: str = ""
    status: str = ""
    msg_number: str = ""
    listed: tuple[dict[str, str], ...] = ()

    @property
    def key(self) -> str:
        """Name this delivery; a repeat of it has the same name."""
        about = self.event_key or self.msg_number
        own = ("m", self.msg_id) if self.msg_id else ("e", _unix(self.created_at), self.event, about)
        return hashlib.sha256("\0".join((self.account, self.openid, *own)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Reply:
    """Hold what is answered at once; an empty text says nothing."""

    text: str = ""

    def xml(self, to: Incoming, at: datetime) -> str:
        """Write the reply as the platform wants it, harmless whatever the text."""
        return (
            f"<xml><ToUserName><![CDATA[{harmless(to.openid)}]]></ToUserName>"
            f"<FromUserName><![CDATA[{harmless(to.account)}]]></FromUserName>"
            f"<CreateTime>{_unix(at)}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
            f"<Content><![CDATA[{harmless(self.text)}]]></Content></xml>"
        )


def harmless(text: str) -> str:
    """Make a text harmless in XML and short enough for the platform.

    It is cut to the limit of bytes at a character boundary.
    """
    clean = _CONTROL.sub("", text)
    while "]]>" in clean:
        clean = clean.replace("]]>", "]] ")
    return clean.encode()[:MAX_REPLY_BYTES].decode(errors="ignore")


class _Cipher(PrpCrypto):  # type: ignore[misc]  # The library has no types.
    """Begin each message with sixteen signs that nobody can foresee; the library's own can be foreseen."""

    def get_random_string(self) -> str:
        return secrets.token_hex(8)


class Envelope:
    """Open and seal deliveries of one official account."""

    def __init__(self, settings: WechatSettings) -> None:
        self._token = settings.token
        self._appid = settings.appid
        self._accepts_plain = settings.accepts_plain
        keys = [settings.aes_key, settings.aes_key_old]
        self._ciphers = [_Cipher(base64.b64decode(key + "=")) for key in keys if key]

    def check(self, query: Mapping[str, str], at: datetime) -> None:
        """Refuse a query whose signature or age is wrong."""
        self._compare(query.get("signature", ""), query)
        stamp = query.get("timestamp", "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 10):
            raise BadEnvelope("stale")
        if abs(at - datetime.fromtimestamp(int(stamp), UTC)) > WINDOW:
            raise BadEnvelope("stale")

    def open(self, body: bytes, query: Mapping[str, str], at: datetime) -> Incoming:
        """Verify, decrypt and read one delivery."""
        self.check(query, at)
        if len(body) > MAX_BYTES:
            raise BadEnvelope("size")
        if query.get("encrypt_type", "raw") == "aes":
            outer = _nodes(body)
            encrypted = _required(outer, "Encrypt")
            self._compare(query.get("msg_signature", ""), query, encrypted)
            return read(self._decrypt(encrypted).encode())
        if not self._accepts_plain:
            raise BadEnvelope("plain")
        return read(body)

    def seal(self, xml: str, at: datetime) -> str:
        """Encrypt and sign a reply with the present key; a repeated reply is sealed anew."""
        encrypted = self._ciphers[0].encrypt(xml, self._appid).decode()
        stamp, nonce = _unix(at), secrets.token_hex(8)
        return (
            f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt>"
            f"<MsgSignature><![CDATA[{signature(self._token, stamp, nonce, encrypted)}]]></MsgSignature>"
            f"<TimeStamp>{stamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
        )

    def _compare(self, given: str, query: Mapping[str, str], *more: str) -> None:
        expected = signature(self._token, query.get("timestamp", ""), query.get("nonce", ""), *more)
        if not hmac.compare_digest(expected.encode(), given.encode(errors="replace")):
            raise BadEnvelope("signature")

    def _decrypt(self, encrypted: str) -> str:
        for cipher in self._ciphers:
            try:
                return str(cipher.decrypt(encrypted, self._appid))
            except Exception:  # noqa: S112 - Garbage raises anything at all in there; the next key may still fit.
                continue
        raise BadEnvelope("cipher")


def signature(*parts: str) -> str:
    """Return the platform's signature of texts: SHA-1 of them sorted."""
    return hashlib.sha1("".join(sorted(parts)).encode(errors="replace")).hexdigest()  # noqa: S324 - The protocol's.


def read(xml: bytes) -> Incoming:
    """Read the XML of a message or event, strictly.

    BadEnvelope for anything out of shape.
    """
    reader = _read(xml)
    nodes = reader.nodes
    kind = _required(nodes, "MsgType")
    event = nodes.get("Event", "")
    if kind == "event" and not event:
        raise BadEnvelope("form")
    msg_id = "" if kind == "event" else nodes.get("MsgId", "")
    return Incoming(
        kind=kind if kind in KINDS else "other",
        openid=_short(_required(nodes, "FromUserName")),
        account=_short(_required(nodes, "ToUserName")),
        created_at=_created(_required(nodes, "CreateTime")),
        msg_id=_number(msg_id),
        text=nodes.get("Content", ""),
        recognition=nodes.get("Recognition", ""),
        event=event,
        event_key=nodes.get("EventKey", ""),
        ticket=nodes.get("Ticket", ""),
        menu_id=nodes.get("bizmsgmenuid", ""),
        latitude_e6=_degrees(nodes.get("Location_X", ""), 90),
        longitude_e6=_degrees(nodes.get("Location_Y", ""), 180),
        media_id=nodes.get("MediaId", "")[:_LONGEST_MEDIA_ID],
        status=nodes.get("Status", ""),
        msg_number=_number(nodes.get("MsgID", "")),
        listed=tuple(reader.listed),
    )


def _nodes(xml: bytes) -> dict[str, str]:
    return _read(xml).nodes


def _read(xml: bytes) -> _Reader:
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    parser.StartDoctypeDeclHandler = reader.doctype
    try:
        parser.Parse(xml.decode(), True)
    except (UnicodeDecodeError, expat.ExpatError, ValueError):
        raise BadEnvelope("form") from None
    return reader


class _Reader:
    """Gather the text of the root's children, and of the children of each ``List`` below them.

    Refuse a DOCTYPE, repeated children, depth and crowds.
    """

    def __init__(self) -> None:
        self.nodes: dict[str, str] = {}
        self.listed: list[dict[str, str]] = []
        self._is_listing = False
        self._depth = 0
        self._count = 0
        self._text: list[str] = []

    def start(self, name: str, _attributes: Mapping[str, str]) -> None:
        self._depth += 1
        self._count += 1
        wrong_root = self._depth == 1 and name != "xml"
        repeated = self._depth == 2 and name in self.nodes
        if wrong_root or repeated or self._depth > _MAX_DEPTH or self._count > _MAX_NODES:
            raise BadEnvelope("form")
        if self._depth in (2, 4):
            self._text = []
        elif self._depth == 3:
            self._is_listing = name == "List"
            if self._is_listing:
                self.listed.append({})

    def end(self, name: str) -> None:
        if self._depth == 2:
            self.nodes[name] = "".join(self._text).strip()
        elif self._depth == 4 and self._is_listing:
            self.listed[-1][name] = "".join(self._text).strip()
        self._depth -= 1

    def characters(self, text: str) -> None:
        if self._depth in (2, 4):
            self._text.append(text)

    def doctype(self, *_declaration: object) -> None:
        raise BadEnvelope("form")


def _required(nodes: Mapping[str, str], name: str) -> str:
    value = nodes.get(name, "")
    if not value:
        raise BadEnvelope("form")
    return value


def _short(name: str) -> str:
    if len(name) > 120:
        raise BadEnvelope("form")
    return name


def _number(text: str) -> str:
    if text and not (text.isascii() and text.isdigit() and len(text) <= 20):
        raise BadEnvelope("form")
    return text


def _degrees(text: str, most: int) -> int | None:
    """Read a coordinate; what is none says nothing of a place."""
    if not _DEGREES.fullmatch(text):
        return None
    value = round(float(text) * 1_000_000)
    return value if abs(value) <= most * 1_000_000 else None


def _created(text: str) -> datetime:
    if len(_number(text)) > 10:
        raise BadEnvelope("form")
    return datetime.fromtimestamp(int(text), UTC)


def _unix(at: datetime) -> str:
    return str(int(at.timestamp()))
