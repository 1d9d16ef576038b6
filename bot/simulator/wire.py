"""Sign and encrypt as the platform does in its safe mode.

A signature is the SHA-1 of the sorted, joined parts. A message is AES-256-CBC
with the key base64(EncodingAESKey + "="), the first half of the key as the
vector, PKCS#7 padding to 32 bytes; the clear text is sixteen random bytes,
the length as four big-endian bytes, the XML and the appid.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import struct

from cryptography.hazmat.primitives.ciphers import Cipher as BlockCipher
from cryptography.hazmat.primitives.ciphers import algorithms, modes

_BLOCK = 32
_HEAD = 16


class WireError(ValueError):
    """Say that something on the wire is not as the platform demands."""


def signature(*parts: str) -> str:
    """Sign the parts, in whatever order they come."""
    joined = "".join(sorted(parts)).encode()
    return hashlib.sha1(joined, usedforsecurity=False).hexdigest()


def same(one: str, other: str) -> bool:
    """Compare two signatures without telling how far they agree."""
    return hmac.compare_digest(one.encode(), other.encode())


class Cipher:
    """Encrypt and decrypt messages of one account."""

    def __init__(self, aes_key: str, appid: str) -> None:
        key = base64.b64decode(aes_key + "=")
        self._block = BlockCipher(algorithms.AES(key), modes.CBC(key[:16]))
        self._appid = appid.encode()

    def encrypt(self, text: str, *, prefix: bytes | None = None) -> str:
        """Encrypt a text; only tests give the sixteen leading bytes."""
        head = prefix if prefix is not None else secrets.token_bytes(_HEAD)
        body = text.encode()
        clear = head + struct.pack("!I", len(body)) + body + self._appid
        encryptor = self._block.encryptor()
        sealed = encryptor.update(_pad(clear)) + encryptor.finalize()
        return base64.b64encode(sealed).decode("ascii")

    def decrypt(self, encrypted: str) -> str:
        """Decrypt a text and insist on padding, length and appid."""
        clear = _unpad(self._open(encrypted))
        if len(clear) < _HEAD + 4:
            raise WireError("the decrypted text is too short")
        (length,) = struct.unpack("!I", clear[_HEAD : _HEAD + 4])
        rest = clear[_HEAD + 4 :]
        if rest[length:] != self._appid or length > len(rest):
            raise WireError("the appid at the end does not match")
        try:
            return rest[:length].decode()
        except UnicodeDecodeError as error:
            raise WireError("the decrypted text is not UTF-8") from error

    def _open(self, encrypted: str) -> bytes:
        try:
            sealed = base64.b64decode(encrypted, validate=True)
        except (binascii.Error, ValueError) as error:
            raise WireError("Encrypt is not base64") from error
        if not sealed or len(sealed) % 16:
            raise WireError("Encrypt has not whole blocks")
        decryptor = self._block.decryptor()
        return decryptor.update(sealed) + decryptor.finalize()


def _pad(clear: bytes) -> bytes:
    count = _BLOCK - len(clear) % _BLOCK
    return clear + bytes([count]) * count


def _unpad(padded: bytes) -> bytes:
    count = padded[-1]
    if not 1 <= count <= _BLOCK or padded[-count:] != bytes([count]) * count:
        raise WireError("the padding is wrong")
    return padded[:-count]
