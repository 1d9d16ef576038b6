"""What the document of talks shows is what the official account says and does today."""

from __future__ import annotations

import os
from pathlib import Path

from canteen import tables
from canteen.foundation.db import EVERYWHERE
from tests.bot.transcripts import Stage, written

DOCUMENT = Path(__file__).parents[2] / "docs" / "transcripts.md"


def test_the_talks_of_the_document_go_as_they_are_written_down(database, village, phone, show_time):
    with database.transaction(EVERYWHERE) as session:
        canteen = session.get(tables.places.Canteen, village.canteen_id)
        canteen.latitude_e6, canteen.longitude_e6 = 22_540_000, 114_050_000
    text = DOCUMENT.read_text("utf-8")

    replayed = written(text, Stage(database, village, phone, show_time))

    if os.environ.get("WRITE_TRANSCRIPTS"):
        DOCUMENT.write_text(replayed, "utf-8")
    assert replayed == text
