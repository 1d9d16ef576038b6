from __future__ import annotations

from datetime import datetime

import pytest

from canteen import audit
from canteen.foundation.clock import CHINA
from canteen.foundation.db import EVERYWHERE


@pytest.mark.both
def test_a_chain_holds_whatever_zone_an_instant_was_stated_in(database):
    with database.transaction(EVERYWHERE) as session:
        for subject in ("one", "two"):
            at = datetime(2026, 11, 24, 10, 40, tzinfo=CHINA)
            audit.record(session, chain="demo", at=at, actor="test", action="demo.step", subject=subject)

    with database.reading(EVERYWHERE) as session:
        assert list(audit.broken_rows(session)) == []
