"""Give each test the places of the data file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from canteen import places
from canteen.foundation.db import EVERYWHERE, Database


@pytest.fixture
def database(database: Database) -> Database:
    """Open a database of its own with all regions."""
    with database.transaction(EVERYWHERE) as session:
        places.load_regions(session)
    return database


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """Act with a view of everything."""
    with database.transaction(EVERYWHERE) as opened:
        yield opened
