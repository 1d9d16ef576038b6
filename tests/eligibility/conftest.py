"""Give each test a small world to apply in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from canteen.foundation.db import EVERYWHERE, Database
from tests import builders as make


@pytest.fixture
def person_id(database: Database, nation: None) -> int:
    """Register somebody who may apply."""
    with database.transaction(EVERYWHERE) as session:
        return make.a_senior(session)


@pytest.fixture
def session(database: Database, person_id: int) -> Iterator[Session]:
    """Act with a view of everything."""
    assert person_id
    with database.transaction(EVERYWHERE) as opened:
        yield opened
