"""Give each test a small world to apply in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from canteen import seniors
from canteen.foundation.db import EVERYWHERE, Database
from tests import builders as make


@pytest.fixture
def person_id(database: Database, nation: None) -> int:
    """Register somebody who may apply."""
    with database.transaction(EVERYWHERE) as session:
        key = make.a_senior(session)
        seniors.give_consent(
            session, person_id=key, kind="data", text_version="2026-01", given_by="张秀英", at=make.BEFORE
        )
        return key


@pytest.fixture
def session(database: Database, person_id: int) -> Iterator[Session]:
    """Act with a view of everything."""
    assert person_id
    with database.transaction(EVERYWHERE) as opened:
        yield opened
