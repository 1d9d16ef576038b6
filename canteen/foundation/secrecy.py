"""Keep identity numbers and telephone numbers unreadable at rest, yet findable.

A `Vault` seals a text with AES-256-GCM under the newest key and can open what older keys sealed, so keys rotate
without a night of rewriting. Equality search uses a blind index: a keyed digest under a key derived from a data key,
written with that key's id. What is new is indexed under the newest key and looked for under every listed one; an old
key is dropped once nothing is sealed or indexed under it (docs/operations.md, key rotation). What people see is masked
here too, so that there is one idea of how much may be shown.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class Vault:
    """Seal and open texts under keys named by id; the first key seals, all of them open."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys or any(len(key) != 32 for key in keys.values()):
            raise ValueError("data keys are 32 bytes each, at least one")
        self._ciphers = {name: AESGCM(key) for name, key in keys.items()}
        self._newest = next(iter(keys))
        self._index_keys = {name: hmac.digest(key, b"blind index", "sha256") for name, key in keys.items()}

    def seal(self, text: str) -> str:
        """Return the sealed text as ``key id . base64(nonce + ciphertext)``."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._ciphers[self._newest].encrypt(nonce, text.encode(), self._newest.encode())
        return f"{self._newest}.{base64.b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str) -> str:
        """Return the text that was sealed; ValueError where the key is unknown or a byte was changed."""
        name, _, body = sealed.partition(".")
        raw = base64.b64decode(body)
        if name not in self._ciphers:
            raise ValueError(f"no data key named {name!r}")
        try:
            return self._ciphers[name].decrypt(raw[:_NONCE], raw[_NONCE:], name.encode()).decode()
        except InvalidTag:
            raise ValueError("a sealed text was changed") from None

    @property
    def names(self) -> tuple[str, ...]:
        """Name the keys, the newest first."""
        return tuple(self._ciphers)

    def is_current(self, written: str) -> bool:
        """Tell whether the newest key sealed or indexed it."""
        return written.partition(".")[0] == self._newest

    def index(self, kind: str, text: str) -> str:
        """Return the blind index of a text under the newest key; equal texts of one kind have equal indexes."""
        return f"{self._newest}.{self._digest(self._newest, kind, text)}"

    def indexes(self, kind: str, text: str) -> tuple[str, ...]:
        """Return every form in which the index of a text may be kept, the newest first.

        The last form, without the id of a key, is how indexes were written before keys could be dropped.
        """
        digests = [(name, self._digest(name, kind, text)) for name in self._index_keys]
        return (*(f"{name}.{digest}" for name, digest in digests), digests[-1][1])

    def _digest(self, name: str, kind: str, text: str) -> str:
        return hmac.digest(self._index_keys[name], f"{kind}\0{text}".encode(), "sha256").hex()


def parse_keys(text: str) -> dict[str, bytes]:
    """Read ``2:hex,1:hex`` as keys by id, the newest first; ValueError where it is not that."""
    keys: dict[str, bytes] = {}
    for part in text.split(","):
        name, colon, body = part.strip().partition(":")
        if not colon or not name.isalnum() or name in keys:
            raise ValueError("keys are written id:hex,id:hex with different ids")
        keys[name] = bytes.fromhex(body)
    return keys


def development_key(purpose: str) -> bytes:
    """Derive a key that everybody knows, for machines where nothing is secret."""
    return hashlib.sha256(f"happiness canteen, development only, {purpose}".encode()).digest()


def masked_name(name: str) -> str:
    """Show the first and last character: ``张*英``; of two characters the first."""
    if len(name) <= 1:
        return name
    return name[0] + "*" if len(name) == 2 else name[0] + "*" * (len(name) - 2) + name[-1]


def masked_number(number: str, head: int = 3, tail: int = 4) -> str:
    """Show a few characters at both ends: ``441***********1234``."""
    if len(number) <= head + tail:
        return "*" * len(number)
    return number[:head] + "*" * (len(number) - head - tail) + number[-tail:]
