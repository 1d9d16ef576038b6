"""Issue and check access tokens, tickets and single-use codes.

Real time counts here, not the demo clock: tokens belong to the connection.
They live in memory only; after a restart old ones answer 40001 and the client
fetches a new one, as it must be able to.
"""

import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from bot.simulator.errcodes import WxError

LIFETIME = 7200
CODE_LIFETIME = 300
_KEEP_LONGER_THAN = 300
_DAILY = {"token": 2_000, "menu/create": 1_000}
_DAILY_OTHERS = 100_000


@dataclass
class _Token:
    value: str
    appid: str
    kind: str
    expires_at: float


@dataclass
class _Code:
    kind: str
    user: str
    expires_at: float
    used: bool = False


class Credentials:
    """Keep the tokens of both accounts and the codes of log-ins."""

    def __init__(self, secrets_by_appid: dict[str, str], *, now: Callable[[], float] = time.monotonic) -> None:
        self._secrets = secrets_by_appid
        self._now = now
        self._lock = threading.Lock()
        self._tokens: dict[tuple[str, str], _Token] = {}
        self._codes: dict[str, _Code] = {}
        self._calls: Counter[tuple[int, str]] = Counter()

    def check_secret(self, appid: str, secret: str) -> None:
        """Check an account's secret; 41002, 40013, 41004 or 40125 if not."""
        if not appid:
            raise WxError(41002)
        if appid not in self._secrets:
            raise WxError(40013)
        if not secret:
            raise WxError(41004)
        if not secrets.compare_digest(self._secrets[appid].encode(), secret.encode()):
            raise WxError(40125)

    def new_token(self, appid: str) -> tuple[str, int]:
        """Issue a token; the one before is dead at once."""
        with self._lock:
            return self._issue(appid, "token")

    def stable_token(self, appid: str, *, force: bool = False) -> tuple[str, int]:
        """Repeat the stable token until its last five minutes, or force one."""
        with self._lock:
            held = self._tokens.get((appid, "stable"))
            left = held.expires_at - self._now() if held else 0
            if held and left > _KEEP_LONGER_THAN and not force:
                return held.value, int(left)
            return self._issue(appid, "stable")

    def check_token(self, value: str) -> str:
        """Give the appid of a live token; 41001, 40001 or 42001 if not."""
        if not value:
            raise WxError(41001)
        with self._lock:
            for token in self._tokens.values():
                if token.value == value:
                    if token.expires_at <= self._now():
                        raise WxError(42001)
                    return token.appid
        raise WxError(40001)

    def expire_tokens(self) -> None:
        """End the life of every token, for tests of refreshing."""
        with self._lock:
            for token in self._tokens.values():
                token.expires_at = self._now()

    def new_code(self, kind: str, user: str) -> str:
        """Issue a code that one log-in may use within five minutes."""
        with self._lock:
            code = secrets.token_urlsafe(24)
            self._codes[code] = _Code(kind, user, self._now() + CODE_LIFETIME)
            return code

    def use_code(self, kind: str, value: str) -> str:
        """Give the user of a code, once; 41008, 40029 or 40163 if not."""
        if not value:
            raise WxError(41008)
        with self._lock:
            code = self._codes.get(value)
            if code is None or code.kind != kind or code.expires_at <= self._now():
                raise WxError(40029)
            if code.used:
                raise WxError(40163)
            code.used = True
            return code.user

    def count(self, call: str) -> None:
        """Count a call of the day; 45009 beyond the quota."""
        with self._lock:
            day = int(self._now() // 86400)
            self._calls[day, call] += 1
            if self._calls[day, call] > _DAILY.get(call, _DAILY_OTHERS):
                raise WxError(45009)

    def _issue(self, appid: str, kind: str) -> tuple[str, int]:
        value = f"{secrets.randbelow(90) + 10}_{secrets.token_urlsafe(96)}"
        self._tokens[appid, kind] = _Token(value, appid, kind, self._now() + LIFETIME)
        return value, LIFETIME
