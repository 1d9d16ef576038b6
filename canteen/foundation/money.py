"""Count money in whole fen, and let the parts always sum to the whole.

This is the only place where money is rounded. Amounts are ``int`` fen; rates are ``Fraction`` or ``Decimal`` read
from text, never ``float``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

_YUAN = re.compile(r"(-?)(\d{1,12})(?:\.(\d{1,2}))?", re.ASCII)
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_UNITS = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def fen(text: str) -> int:
    """Read a yuan amount such as ``"12.50"`` as whole fen.

    Raises ValueError for anything else than digits with at most two decimals.
    """
    match = _YUAN.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"not an amount in yuan: {text!r}")
    sign, whole, cents = match.groups()
    amount = int(whole) * 100 + int((cents or "").ljust(2, "0"))
    return -amount if sign else amount


def yuan(amount_fen: int) -> str:
    """Write fen as yuan with two decimals, without separators: ``"1234.50"``."""
    sign = "-" if amount_fen < 0 else ""
    return f"{sign}{abs(amount_fen) // 100}.{abs(amount_fen) % 100:02d}"


def spoken_yuan(amount_fen: int) -> str:
    """Write fen the way people say it, without needless zeros: ``"6"``, ``"6.5"``, ``"6.05"``."""
    text = yuan(amount_fen)
    return text.rstrip("0").rstrip(".")


def grouped_yuan(amount_fen: int) -> str:
    """Write fen for a table of accounts: ``"12,345.60"``."""
    sign = "-" if amount_fen < 0 else ""
    return f"{sign}{abs(amount_fen) // 100:,}.{abs(amount_fen) % 100:02d}"


def round_half_up(amount: Fraction | Decimal | int) -> int:
    """Round an exact amount to whole fen, halves away from zero."""
    exact = Fraction(amount)
    magnitude = (abs(exact) + Fraction(1, 2)).__floor__()
    return magnitude if exact >= 0 else -magnitude


def round_down(amount: Fraction | Decimal | int) -> int:
    """Round an exact amount to whole fen, towards zero."""
    exact = Fraction(amount)
    magnitude = abs(exact).__floor__()
    return magnitude if exact >= 0 else -magnitude


def share_once(total_fen: int, weights: Sequence[int]) -> list[int]:
    """Split a total that is split only once, by largest remainder; earlier parts win ties.

    Raises ValueError where no weight is positive or one is negative.
    """
    whole = _checked(weights)
    if total_fen < 0:
        return [-part for part in share_once(-total_fen, weights)]
    parts = [total_fen * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total_fen * weights[i] % whole), i))
    for i in by_remainder[: total_fen - sum(parts)]:
        parts[i] += 1
    return parts


def share_each_time(total_fen: int, weights: Sequence[int], key: str) -> list[int]:
    """Split an amount that is split again for every meal, without favouring any payer.

    Systematic rounding: boundaries ``floor((total * W_i + u) / S)`` with ``u`` drawn from the key. Every part is the
    floor or the ceiling of its quota, the sum is exact, and over many keys no payer gains. The key of a meal is
    ``person ref | service date | meal``. Raises ValueError as `share_once` does.
    """
    whole = _checked(weights)
    if total_fen < 0:
        return [-part for part in share_each_time(-total_fen, weights, key)]
    offset = int.from_bytes(hashlib.sha256(key.encode()).digest()) % whole
    parts, reached, weight_so_far = [], 0, 0
    for weight in weights:
        weight_so_far += weight
        boundary = (total_fen * weight_so_far + offset) // whole
        parts.append(boundary - reached)
        reached = boundary
    return parts


def capital_yuan(amount_fen: int) -> str:
    """Write fen in the capital characters of Chinese vouchers: ``"肆万零玖佰叁拾元整"``.

    Follows the rules for filling in negotiable instruments (支付结算办法, annex 1): 整 after a whole amount, one 零
    for any gap, 零 between yuan and fen where no jiao stands.
    """
    sign = "负" if amount_fen < 0 else ""
    whole, rest = divmod(abs(amount_fen), 100)
    jiao, cent = divmod(rest, 10)
    text = _capital_integer(whole) + "元" if whole else ""
    if not rest:
        return sign + (text or "零元") + "整"
    if jiao:
        text += _DIGITS[jiao] + "角"
    elif text:
        text += "零"
    text += _DIGITS[cent] + "分" if cent else "整"
    return sign + text


def _checked(weights: Sequence[int]) -> int:
    whole = sum(weights)
    if whole <= 0 or any(weight < 0 for weight in weights):
        raise ValueError(f"weights must be whole, none negative and one positive: {list(weights)!r}")
    return whole


def _capital_integer(number: int) -> str:
    text, gap = "", False
    for position in range(len(str(number)) - 1, -1, -1):
        digit = number // 10**position % 10
        group, unit = divmod(position, 4)
        if digit:
            text += ("零" if gap else "") + _DIGITS[digit] + _UNITS[unit]
            gap = False
        else:
            gap = bool(text)
        if unit == 0 and group and number // 10**position % 10_000:
            text += _GROUPS[group]
    return text
