"""Read a table that somebody sent: a workbook or a comma-separated list."""

from __future__ import annotations

from contextlib import closing
from pathlib import PurePath

from flask import request

from canteen.foundation.errors import Invalid

LARGEST = 10 * 1024 * 1024
_KINDS = (".xlsx", ".xls", ".csv")
_LONGEST_NAME = 120


def sent_table(field: str = "file", *, largest: int = LARGEST) -> tuple[str, bytes]:
    """Return name and content of the file of a field.

    Refuses ``form.missing``, ``office.upload_kind`` for what is no table, ``office.upload_too_large`` in bytes.
    """
    file = request.files.get(field)
    if file is None or not file.filename:
        raise Invalid("form.missing")
    with closing(file):
        name = PurePath(file.filename.replace("\\", "/")).name[:_LONGEST_NAME]
        if not name.lower().endswith(_KINDS):
            raise Invalid("office.upload_kind")
        content = file.stream.read(largest + 1)
    if len(content) > largest:
        raise Invalid("office.upload_too_large")
    return name, content
