"""Hand messages to the callback as the platform does.

Safe mode, at most five seconds for the whole answer, and the same message up
to three times in all when the answer is missing or malformed. A correct answer
is never followed by another attempt. Tricks show how the account behaves when
the wire is not kind.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import requests

from bot.simulator import envelope
from bot.simulator.clock import DemoClock
from bot.simulator.envelope import Reply
from bot.simulator.records import Attempt
from bot.simulator.settings import Settings
from bot.simulator.wire import Cipher, WireError, same, signature

ATTEMPTS = 3
_OLD_SECONDS = 3600
_GOOD = {"answered", "silent"}


class Trick(StrEnum):
    """Name what may be wrong with a delivery on purpose."""

    NONE = ""
    THRICE = "thrice"
    WRONG_SIGNATURE = "wrong-signature"
    OLD_TIMESTAMP = "old-timestamp"
    PLAIN_BODY = "plain-body"
    SLOW_NETWORK = "slow-network"
    UNKNOWN_TYPE = "unknown-type"


# A forger posts these: one attempt, and nobody's phone shows the answer.
UNHEARD = {Trick.WRONG_SIGNATURE, Trick.OLD_TIMESTAMP, Trick.PLAIN_BODY}


@dataclass(frozen=True)
class Letter:
    """Hold one sealed message: what goes into the address, what into the body."""

    query: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Outcome:
    """Hold what came of a message: all attempts, the reply, and a verdict."""

    attempts: list[Attempt]
    reply: Reply | None
    verdict: str

    @property
    def failed(self) -> bool:
        """Tell whether the user sees the platform's notice of failure."""
        return not any(attempt.outcome in _GOOD for attempt in self.attempts)


class Postman:
    """Seal, post, wait, post again, open the answer."""

    def __init__(self, settings: Settings, clock: DemoClock, *, pause: Callable[[float], None] = time.sleep) -> None:
        self._settings = settings
        self._clock = clock
        self._cipher = Cipher(settings.aes_key, settings.appid)
        self._pause = pause

    def deliver(self, openid: str, fields: dict[str, Any], *, trick: Trick = Trick.NONE) -> Outcome:
        """Hand over one message with as many attempts as it takes."""
        xml = envelope.render(fields)
        attempts: list[Attempt] = []
        replies: list[Reply | None] = []
        for number in range(1, ATTEMPTS + 1):
            if attempts and trick is not Trick.THRICE:
                self._pause(self._settings.pause_seconds)
            attempt, reply = self._once(number, openid, xml, trick)
            attempts.append(attempt)
            replies.append(reply)
            if _is_enough(attempt, trick):
                break
        heard = next((reply for reply in replies if reply is not None), None)
        return Outcome(attempts, heard, _verdict(attempts, replies, trick))

    def _once(self, number: int, openid: str, xml: str, trick: Trick) -> tuple[Attempt, Reply | None]:
        letter = self._seal(openid, xml, trick)
        started = time.monotonic()
        status, answer, reply = 0, "", None
        try:
            status, body = self._post(letter)
            outcome, answer, reply, note = self._open(status, body, openid, trick)
        except requests.Timeout:
            outcome, note = "timeout", f"no answer within {self._settings.reply_seconds:g} s"
        except requests.RequestException as error:
            outcome, note = "unreachable", type(error).__name__
        if trick is Trick.SLOW_NETWORK and number == 1 and outcome in _GOOD:
            outcome, reply, note = "lost", None, "the answer came too late on purpose"
        spent = int((time.monotonic() - started) * 1000)
        return Attempt(number, outcome, status, spent, letter.query, xml, answer, note), reply

    def _seal(self, openid: str, xml: str, trick: Trick) -> Letter:
        age = _OLD_SECONDS if trick is Trick.OLD_TIMESTAMP else 0
        stamp = str(self._clock.timestamp() - age)
        nonce = str(secrets.randbelow(9 * 10**8) + 10**8)
        token = self._settings.token if trick is not Trick.WRONG_SIGNATURE else secrets.token_hex(8)
        query = {
            "signature": signature(token, stamp, nonce),
            "timestamp": stamp,
            "nonce": nonce,
            "openid": openid,
        }
        if trick is Trick.PLAIN_BODY:
            return Letter(query, xml.encode())
        encrypted = self._cipher.encrypt(xml)
        query["encrypt_type"] = "aes"
        query["msg_signature"] = signature(token, stamp, nonce, encrypted)
        sealed = {"ToUserName": self._settings.original_id, "Encrypt": encrypted}
        return Letter(query, envelope.render(sealed).encode())

    def _post(self, letter: Letter) -> tuple[int, bytes]:
        seconds = self._settings.reply_seconds
        deadline = time.monotonic() + seconds
        with requests.Session() as session:
            session.trust_env = False  # A proxy has no business on loopback.
            answer = session.post(
                self._settings.callback_url,
                params=letter.query,
                data=letter.body,
                headers={"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0"},
                timeout=seconds,
                allow_redirects=False,
                stream=True,
            )
            return answer.status_code, _read(answer, deadline)

    def _open(self, status: int, body: bytes, openid: str, trick: Trick) -> tuple[str, str, Reply | None, str]:
        shown = body[:2000].decode("utf-8", "replace")
        if status != 200:
            return "refused", shown, None, f"HTTP {status}"
        if body.strip() in {b"", b"success"}:
            return "silent", shown, None, "nothing to say"
        try:
            xml = self._decrypted(body.decode(), plain=trick is Trick.PLAIN_BODY)
            shown = xml
            reply = envelope.read_reply(xml, openid=openid, original_id=self._settings.original_id)
        except (WireError, UnicodeDecodeError) as error:
            return "malformed", shown, None, str(error)
        return "answered", xml, reply, ""

    def _decrypted(self, body: str, *, plain: bool) -> str:
        sealed = envelope.parse(body)
        if plain and "Encrypt" not in sealed:
            return body
        parts = [str(sealed.get(name, "")).strip() for name in ("TimeStamp", "Nonce", "Encrypt")]
        if not all(parts):
            raise WireError("the answer lacks Encrypt, TimeStamp or Nonce")
        if not same(signature(self._settings.token, *parts), str(sealed.get("MsgSignature", ""))):
            raise WireError("the MsgSignature of the answer is wrong")
        return self._cipher.decrypt(parts[2])


def _read(answer: requests.Response, deadline: float) -> bytes:
    received = b""
    for chunk in answer.iter_content(4096):
        received += chunk
        if time.monotonic() > deadline:
            raise requests.Timeout
        if len(received) > envelope.SIZE_LIMIT:
            break
    return received


def _is_enough(attempt: Attempt, trick: Trick) -> bool:
    if trick in UNHEARD:
        return True
    return trick is not Trick.THRICE and attempt.outcome in _GOOD


def _verdict(attempts: list[Attempt], replies: list[Reply | None], trick: Trick) -> str:
    if trick is Trick.THRICE:
        good = all(attempt.outcome in _GOOD for attempt in attempts)
        alike = good and all(reply == replies[0] for reply in replies)
        return "三次回答一致 · three equal answers" if alike else "三次回答不一致 · answers differ"
    if trick in UNHEARD:
        refused = 400 <= attempts[-1].status < 500
        return "已被拒绝 · refused, as it should be" if refused else "没有被拒绝 · not refused"
    return _VERDICTS.get(attempts[-1].outcome, "失败 · failed")


_VERDICTS = {"answered": "已回复 · answered", "silent": "已收到，无回复 · received, nothing to say"}
