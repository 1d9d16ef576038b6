"""Ask what the columns of a list mean, and keep the answer for the region's next lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from canteen import seniors
from canteen.foundation.secrecy import masked_number
from canteen.web import office

roster = seniors.roster

_MOST = 60
_SAMPLES = 3
_SHOWN = 12
_SHORT = 8


def question(content: bytes, columns: roster.Columns, action: str) -> dict[str, Any] | None:
    """Return what to ask about the columns of a file; None where every heading is understood.

    Refuses ``seniors.roster_no_header`` for a file without any text.
    """
    sheet, header = roster.guess_header(roster.read_sheets(content), columns)
    missing = [roster.title(column) for column in columns.needed if column not in header.places]
    if not missing and not header.strange:
        return None
    return {
        "action": action,
        "missing": missing,
        "strange": list(header.strange),
        "options": [
            ("", office.words()["columns"]["skip"]),
            *((one, roster.title(one)) for one in columns.known),
        ],
        "headings": _headings(sheet, header, columns),
    }


def _headings(sheet: roster.Sheet, header: roster.Header, columns: roster.Columns) -> list[dict[str, Any]]:
    below = sheet.rows[header.index + 1 :]
    asked = []
    for place, cell in enumerate(sheet.rows[header.index][:_MOST]):
        heading = roster.text_of(cell)
        if heading:
            asked.append(
                {"heading": heading, "column": columns.meaning(heading) or "", "samples": _samples(below, place)}
            )
    return asked


def _samples(rows: Sequence[Sequence[roster.Cell]], place: int) -> str:
    cells = (roster.text_of(row[place]) for row in rows if place < len(row))
    found = [_masked(text) for text in cells if text][:_SAMPLES]
    return str(office.words()["many"]).join(found)


def _masked(text: str) -> str:
    if sum(character.isdigit() for character in text) > _SHORT:
        return masked_number(text)
    return text[:_SHOWN]


def told() -> dict[str, str]:
    """Return what the form says of each heading."""
    headings = request.form.getlist("heading")[:_MOST]
    columns = request.form.getlist("column")[:_MOST]
    return dict(zip(headings, columns, strict=False))


def remember(
    session: Session, *, region_code: str, list_kind: str, known: tuple[str, ...], actor: str, at: datetime
) -> None:
    """Keep what the form says for the next lists of a region."""
    roster.remember_columns(
        session, region_code=region_code, list_kind=list_kind, told=told(), known=known, actor=actor, at=at
    )
