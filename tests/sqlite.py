"""Copy one migrated SQLite file for each test."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from canteen import schema


class Template:
    """Hold a migrated file that nobody opens, and copy it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "template.db"
        self._numbers = itertools.count(1)
        schema.upgrade(f"sqlite:///{self._file}")
        self._file.touch()

    @contextmanager
    def furnish(self, world: str) -> Iterator[str]:
        """Lend a copy to be furnished, of which `copy` makes copies from then on."""
        shutil.copyfile(self._file, self._folder / f"{world}.db")
        yield f"sqlite:///{self._folder / world}.db"

    @contextmanager
    def copy(self, world: str = "") -> Iterator[str]:
        """Lend a fresh copy, of the empty database or of one that was furnished; answers its address."""
        fresh = self._folder / f"{next(self._numbers)}.db"
        shutil.copyfile(self._folder / f"{world}.db" if world else self._file, fresh)
        yield f"sqlite:///{fresh}"
        for path in self._folder.glob(f"{fresh.name}*"):
            path.unlink()
