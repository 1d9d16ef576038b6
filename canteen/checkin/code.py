"""Write and read the codes that name a person: long digits for scanning, nothing else.

Decimal digits only, so that no input method, keyboard layout or full-width punctuation can spoil a scan; the first
digit names the format, whose length is fixed. Format 1, the *page code* (183 digits, at most QR version 5-M): key id,
then 75 bytes as one number - six for the person's reference, two for day and meal, three for the minute of expiry,
and a raw 64-byte ECDSA P-256 signature over format, key id and body, which a browser can check offline. Format 2, the
*card code* (51 digits, QR 3-Q): key id, then four bytes of serial and a 128-bit truncated HMAC-SHA-256, checked on
the server only, since a secret on every telephone is none.
"""

from __future__ import annotations

import hmac
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from canteen.foundation.references import number_of, reference_of

PAGE, CARD = "1", "2"
PAGE_LENGTH, CARD_LENGTH, NUMBER_LENGTH = 183, 51, 8
# Each keeps its place: codes name it by number.
MEALS = ("breakfast", "lunch", "dinner", "snack")

_BODY = struct.Struct(">6sH3s")
_SIGNATURE_BYTES = 64
_MAC_BYTES = 16
_EPOCH_DAY = date(2020, 1, 1)
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_HASH = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)


@dataclass(frozen=True)
class Keys:
    """Hold the signing keys of page codes and the secrets of cards, by key id; the first one is used for new codes."""

    code: Mapping[str, bytes]
    card: Mapping[str, bytes]


@dataclass(frozen=True)
class PageCode:
    """Say who is meant, for which meal, until when."""

    person_ref: str
    service_date: date
    meal: str
    expires_at: datetime


class ForgedCode(Exception):
    """Say that a code has the right form but not our signature."""


def write_page_code(keys: Keys, code: PageCode) -> str:
    """Return the digits of a signed page code; the expiry counts in whole minutes, rounded up."""
    key_id = next(iter(keys.code))
    body = _pack(code)
    r, s = decode_dss_signature(_signer(keys.code[key_id]).sign(_signed(key_id, body), _HASH))
    return _digits(PAGE, key_id, body + r.to_bytes(32) + s.to_bytes(32), PAGE_LENGTH)


def read_page_code(keys: Keys, digits: str) -> PageCode:
    """Return what a page code says, or raise `ForgedCode`."""
    key_id, raw = _undigits(digits, _BODY.size + _SIGNATURE_BYTES)
    if key_id not in keys.code:
        raise ForgedCode
    body, signature = raw[: _BODY.size], raw[_BODY.size :]
    encoded = encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
    try:
        _signer(keys.code[key_id]).public_key().verify(encoded, _signed(key_id, body), _HASH)
        return _unpack(body)
    except (InvalidSignature, ValueError, OverflowError) as error:
        raise ForgedCode from error


def public_keys(keys: Keys) -> dict[str, str]:
    """Return the public keys by id, as uncompressed points in hexadecimal, for checking offline."""
    return {key_id: _point(scalar) for key_id, scalar in keys.code.items()}


def write_card_code(keys: Keys, serial: int) -> str:
    """Return the digits printed on a card."""
    key_id = next(iter(keys.card))
    body = serial.to_bytes(4)
    return _digits(CARD, key_id, body + _mac(keys.card[key_id], key_id, body), CARD_LENGTH)


def read_card_code(keys: Keys, digits: str) -> int:
    """Return the serial of a card, or raise `ForgedCode`."""
    key_id, raw = _undigits(digits, 4 + _MAC_BYTES)
    body, mac = raw[:4], raw[4:]
    if key_id not in keys.card or not hmac.compare_digest(mac, _mac(keys.card[key_id], key_id, body)):
        raise ForgedCode
    return int.from_bytes(body)


def card_codes(keys: Keys, serial: int) -> list[str]:
    """Return every form in which a card may be printed: the digits under each key that is still listed."""
    return [write_card_code(Keys(keys.code, {key_id: secret}), serial) for key_id, secret in keys.card.items()]


def sign_text(keys: Keys, purpose: str, text: str) -> tuple[str, str]:
    """Return the key id and the raw signature, in hexadecimal, of a text that is signed for one purpose.

    The purpose stands before the text and begins with no digit, so that nothing signed here is ever a page code.
    """
    key_id = next(iter(keys.code))
    r, s = decode_dss_signature(_signer(keys.code[key_id]).sign(f"{purpose}\n{text}".encode(), _HASH))
    return key_id, (r.to_bytes(32) + s.to_bytes(32)).hex()


def plain_digits(text: str) -> str:
    """Return what was typed or scanned with blanks and hyphens dropped and full-width digits made plain."""
    kept = (character for character in text if not character.isspace() and character not in "-－—")
    return "".join(str(int(one)) if one.isdecimal() else one for one in kept)


def _pack(code: PageCode) -> bytes:
    day_and_meal = (code.service_date - _EPOCH_DAY).days * 4 + MEALS.index(code.meal)
    minutes = -((_EPOCH - code.expires_at) // timedelta(minutes=1))
    return _BODY.pack(number_of(code.person_ref).to_bytes(6), day_and_meal, minutes.to_bytes(3))


def _unpack(body: bytes) -> PageCode:
    reference, day_and_meal, minutes = _BODY.unpack(body)
    days, meal = divmod(day_and_meal, 4)
    return PageCode(
        person_ref=reference_of("P", int.from_bytes(reference)),
        service_date=_EPOCH_DAY + timedelta(days=days),
        meal=MEALS[meal],
        expires_at=_EPOCH + timedelta(minutes=int.from_bytes(minutes)),
    )


def _signed(key_id: str, body: bytes) -> bytes:
    return f"{PAGE}{key_id}".encode() + body


def _mac(secret: bytes, key_id: str, body: bytes) -> bytes:
    return hmac.digest(secret, f"{CARD}{key_id}".encode() + body, "sha256")[:_MAC_BYTES]


def _digits(form: str, key_id: str, raw: bytes, length: int) -> str:
    return form + key_id + str(int.from_bytes(raw)).rjust(length - 2, "0")


def _undigits(digits: str, size: int) -> tuple[str, bytes]:
    try:
        return digits[1], int(digits[2:]).to_bytes(size)
    except OverflowError as error:
        raise ForgedCode from error


@lru_cache(maxsize=8)
def _signer(scalar: bytes) -> ec.EllipticCurvePrivateKey:
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    return ec.derive_private_key(int.from_bytes(scalar) % (order - 1) + 1, ec.SECP256R1())


def _point(scalar: bytes) -> str:
    numbers = _signer(scalar).public_key().public_numbers()
    return "04" + numbers.x.to_bytes(32).hex() + numbers.y.to_bytes(32).hex()
