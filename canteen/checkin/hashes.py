"""Hash what a day pack knows people by, and sign what a device must be able to trust without network.

A pack names nobody: a code is hashed with the salt of its canteen and day, and looked up. The salt keeps packs of two
days from being joined; against somebody who holds a pack and tries all eight-digit numbers it protects nothing, but
such a number lives only until the meal is over.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import date

from canteen.checkin.code import Keys

_BYTES = 12


def salt_of(keys: Keys, *, canteen_ref: str, day: date) -> str:
    """Return the salt of a canteen's day, which is the same however often its pack is made."""
    newest = next(iter(keys.code.values()))
    return hmac.digest(newest, f"pack salt|{canteen_ref}|{day.isoformat()}".encode(), "sha256").hex()[:32]


def hashed(salt: str, kind: str, value: str) -> str:
    """Return by what a pack knows a person reference (``person``), a card or a number."""
    return hashlib.sha256(f"{salt}|{kind}|{value}".encode()).digest()[:_BYTES].hex()
