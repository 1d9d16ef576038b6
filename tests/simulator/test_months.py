"""Months lived at random by a seed keep every invariant, equal the model, and end alike on both databases."""

from __future__ import annotations

from pathlib import Path

from canteen.foundation.db import Database
from tests import sqlite
from tests.simulator.life import Shape, ends, live
from tests.worlds import Worlds, opened

SHORT = Shape(months=1, days=3, acts=12)


def test_months_at_random_keep_the_books_and_end_alike(database: Database, nation: None, tmp_path: Path) -> None:
    lived = live(database, seed=1, shape=SHORT)
    assert {"redeem", "upload", "freeze", "accept", "close", "paid"} <= set(lived.acts)
    if database.engine.dialect.name == "postgresql":
        with Worlds(sqlite.Template(tmp_path)).copy("nation") as url:
            other = opened(url)
            live(other, seed=1, shape=SHORT)
            assert ends(other) == ends(database)
            other.dispose()
