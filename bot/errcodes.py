"""Know what each error number of WeChat means for a notice, as `errcodes.toml` states it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from canteen.foundation.clock import CHINA

Then = Literal["again", "next", "never"]
_WAITS = {"": timedelta(), "minute": timedelta(minutes=1), "hour": timedelta(hours=1)}


@dataclass(frozen=True)
class Policy:
    """Say what follows from an error number."""

    then: Then
    reason: str
    marks: str = ""
    wait: str = ""
    alarm: bool = False

    def not_before(self, at: datetime) -> datetime | None:
        """Return before which instant nothing is worth trying; None where any will do."""
        if self.wait == "midnight":
            local = at.astimezone(CHINA)
            midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
            return midnight.astimezone(UTC)
        return at + _WAITS[self.wait] if self.wait else None


def _stated() -> dict[int, Policy]:
    rows = tomllib.loads(Path(__file__).with_name("errcodes.toml").read_text(encoding="utf-8"))
    return {
        code: Policy(**{name: value for name, value in row.items() if name != "codes"})
        for row in rows.values()
        for code in row["codes"]
    }


POLICIES = _stated()


def policy(errcode: int) -> Policy:
    """Return what follows from an error number; one that nobody stated may pass."""
    return POLICIES.get(errcode, Policy("again", "wechat.no_answer"))
