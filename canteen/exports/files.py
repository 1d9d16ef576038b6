"""Write exported files whole or not at all, and the file of a city for its night."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from canteen import places
from canteen.exports.city import city_lines, city_text, read_city
from canteen.foundation.db import EVERYWHERE, Database

# A truth that comes late changes the days behind it: each file states so many of them again.
DAYS_AGAIN = 35


def write_whole(target: Path, content: bytes) -> None:
    """Put a file where it belongs when all of it is written; only its owner may read it."""
    draft = target.with_name(target.name + ".part")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_bytes(content)
    draft.replace(target)


def write_city(
    database: Database, folder: Path, *, last: date, at: datetime, region_code: str = ""
) -> tuple[Path, int]:  # fmt: skip
    """Write the figures of the days up to a day, and return the file with its number of lines as read back."""
    first, until = last - timedelta(days=DAYS_AGAIN - 1), last + timedelta(days=1)
    with database.reading(EVERYWHERE) as session:
        listed = places.canteens_in(session, region_prefixes=[region_code])
        lines = city_lines(session, canteen_ids=[one.id for one in listed], first=first, until=until)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"city-{last.isoformat()}.json"
    write_whole(path, city_text(lines, first=first, until=until, at=at).encode())
    return path, len(read_city(path.read_text("utf-8")))
