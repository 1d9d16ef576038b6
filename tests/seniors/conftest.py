"""Give each test an empty register in the places of the data file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from canteen import places
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.secrecy import Vault, development_key
from canteen.tables import metadata


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Open a database of its own with all regions."""
    opened = Database(f"sqlite:///{tmp_path / 'canteen.db'}", Vault({"1": development_key("DATA_KEYS")}))
    metadata.create_all(opened.engine)
    with opened.transaction(EVERYWHERE) as session:
        places.load_regions(session)
    yield opened
    opened.dispose()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """Act with a view of everything."""
    with database.transaction(EVERYWHERE) as opened:
        yield opened
