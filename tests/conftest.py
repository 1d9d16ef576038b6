"""Give every test a database of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from canteen.foundation.db import Database
from canteen.tables import metadata
from tests.edges import app, client, settings

__all__ = ["app", "client", "settings"]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Create the tables once."""
    path = tmp_path_factory.mktemp("template") / "canteen.db"
    opened = Database(f"sqlite:///{path}")
    metadata.create_all(opened.engine)
    opened.dispose()
    return path


@pytest.fixture
def database(template: Path, tmp_path: Path) -> Iterator[Database]:
    """Open a database that no other test has seen."""
    shutil.copyfile(template, tmp_path / "canteen.db")
    opened = Database(f"sqlite:///{tmp_path / 'canteen.db'}")
    yield opened
    opened.dispose()
