"""Turn passwords into argon2 hashes and compare with them in equal time."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from canteen.foundation.errors import Invalid

SHORTEST = 8

# 19 MiB and two rounds: what OWASP asks for at least, and what a small server in a village hall can bear.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _HASHER.hash("nobody has this password")


def hashed(password: str, *, username: str) -> str:
    """Return the hash to store; refuses a weak one as ``access.password_too_weak``."""
    if len(password) < SHORTEST or password.casefold() == username.casefold():
        raise Invalid("access.password_too_weak", least=SHORTEST)
    return _HASHER.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Compare a password with a hash.

    Without a hash as much time is spent before the no.
    """
    try:
        return _HASHER.verify(password_hash or _NOBODY, password) and password_hash is not None
    except (VerifyMismatchError, InvalidHashError):
        return False
