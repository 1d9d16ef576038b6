"""Hash lists of lines into one root, and prove that one line is among them without showing the others.

The tree of RFC 6962, section 2.1: a leaf is hashed after a zero byte, two nodes after a one byte, so that neither can
pass for the other. Hashes are SHA-256 in hexadecimal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def root(lines: Sequence[str]) -> str:
    """Return the root of the lines in their order; of none it is the hash of nothing."""
    return _root([_leaf(line) for line in lines]).hex()


def inclusion(lines: Sequence[str], place: int) -> list[str]:
    """Return the hashes beside the way from a line (counted from 0) up to the root; IndexError where there is none."""
    if not 0 <= place < len(lines):
        raise IndexError(place)
    return [node.hex() for node in _path([_leaf(line) for line in lines], place)]


def is_included(line: str, place: int, count: int, path: Sequence[str], expected: str) -> bool:
    """Tell whether a line stands at a place of ``count`` lines with this root (RFC 9162, section 2.1.3.2)."""
    if not 0 <= place < count:
        return False
    number, last, node = place, count - 1, _leaf(line)
    for beside in map(bytes.fromhex, path):
        if last == 0:
            return False
        if number % 2 or number == last:
            node = _node(beside, node)
            while number % 2 == 0 and number:
                number, last = number >> 1, last >> 1
        else:
            node = _node(node, beside)
        number, last = number >> 1, last >> 1
    return last == 0 and node.hex() == expected


def _leaf(line: str) -> bytes:
    return hashlib.sha256(b"\x00" + line.encode()).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _root(leaves: Sequence[bytes]) -> bytes:
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256().digest()
    middle = _split(len(leaves))
    return _node(_root(leaves[:middle]), _root(leaves[middle:]))


def _path(leaves: Sequence[bytes], place: int) -> list[bytes]:
    if len(leaves) < 2:
        return []
    middle = _split(len(leaves))
    if place < middle:
        return [*_path(leaves[:middle], place), _root(leaves[middle:])]
    return [*_path(leaves[middle:], place - middle), _root(leaves[:middle])]


def _split(count: int) -> int:
    """Return the largest power of two below the count."""
    return 1 << (count - 1).bit_length() - 1
