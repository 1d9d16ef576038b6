"""Make the public numbers of things: no look-alikes, no words, with a check character.

Integer keys never leave the house; orders, meals, cards and statements are spoken of by these references.
"""

from __future__ import annotations

import secrets

from stdnum import damm, luhn

ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"


def new_reference(prefix: str, length: int = 9) -> str:
    """Draw a reference such as ``D-7KQ2MWX9TC``; the last character checks the others."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(length))
    return f"{prefix}-{body}{luhn.calc_check_digit(body, ALPHABET)}"


def is_reference(text: str, prefix: str) -> bool:
    """Tell whether a text could be a reference of this kind: alphabet and check character fit."""
    head, _, body = text.partition("-")
    return head == prefix and len(body) > 1 and bool(luhn.is_valid(body, ALPHABET))


def with_check_digit(digits: str) -> str:
    """Append the Damm check digit, which finds every single error and every swap of neighbours."""
    return digits + str(damm.calc_check_digit(digits))


def has_check_digit(digits: str) -> bool:
    """Tell whether the last digit checks the others (Damm)."""
    return digits.isascii() and digits.isdigit() and bool(damm.is_valid(digits))


def reference_of(prefix: str, number: int, length: int = 9) -> str:
    """Return the reference whose body is this number written in the alphabet; ValueError where it does not fit."""
    body = ""
    for _ in range(length):
        number, digit = divmod(number, len(ALPHABET))
        body = ALPHABET[digit] + body
    if number:
        raise ValueError("the number has more digits than a reference")
    return f"{prefix}-{body}{luhn.calc_check_digit(body, ALPHABET)}"


def number_of(reference: str) -> int:
    """Return the number that `reference_of` wrote as this reference."""
    number = 0
    for character in reference.partition("-")[2][:-1]:
        number = number * len(ALPHABET) + ALPHABET.index(character)
    return number
