"""Look into a packed workbook before anybody unpacks it whole.

A few kilobytes can unpack to gigabytes, and one cell in the last row and column makes a reader lay out the whole sheet
in memory. Sizes that a file states about itself are not believed: the bytes are counted as they come out.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from canteen.foundation.errors import Invalid

_LARGEST = 96 * 1024 * 1024
_MOST_CELLS = 4_000_000
_PIECE = 1 << 20
_LONGEST_PLACE = 24
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,4})(\d{1,8})["']""")


def refuse_hostile(content: bytes) -> None:
    """Refuse ``seniors.roster_too_large`` for a workbook beyond measure; ``seniors.roster_unreadable`` for a torn one.

    Measure is 96 MB unpacked, and four million cells in the rectangle that a sheet spans.
    """
    left = _LARGEST
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for member in packed.infolist():
                left = _walk(packed, member, left)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError) as error:
        raise Invalid("seniors.roster_unreadable") from error


def _walk(packed: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> int:
    member.file_size = _LARGEST + 1  # Else the reader stops where the file claims to end, and a lie goes unseen.
    last_row = last_column = 0
    before = b""
    with packed.open(member) as opened:
        while piece := opened.read(_PIECE):
            left -= len(piece)
            if left < 0:
                raise Invalid("seniors.roster_too_large")
            for column, row in _PLACE.findall(before + piece):
                last_row, last_column = max(last_row, int(row)), max(last_column, _number(column))
            if last_row * last_column > _MOST_CELLS:
                raise Invalid("seniors.roster_too_large")
            before = piece[-_LONGEST_PLACE:]
    return left


def _number(column: bytes) -> int:
    number = 0
    for letter in column:
        number = number * 26 + letter - 64
    return number
