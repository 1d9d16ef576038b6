"""Draw a frozen statement again from the books, and compare it byte for byte."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from canteen.settlement.canonical import content_of
from canteen.settlement.freeze import frozen, statement


@dataclass(frozen=True, slots=True)
class Reproduction:
    """Hold both digests, and the parts of the statement that differ."""

    ref: str
    digest: str
    rebuilt_digest: str
    differing: tuple[str, ...]

    @property
    def is_equal(self) -> bool:
        """Tell whether content and workbook are what was frozen."""
        return self.digest == self.rebuilt_digest and not self.differing


def reproduce(session: Session, *, ref: str) -> Reproduction:
    """Rebuild the canonical JSON of a frozen statement from ledger and redemptions, and compare the digests.

    The workbook is compared with its own digest: it shows names as they were then, which may change.
    """
    kept = statement(session, ref=ref)
    rebuilt = content_of(frozen(session, statement=kept))
    differing = [] if rebuilt == kept.content else _differing(kept.content, rebuilt)
    if hashlib.sha256(kept.content.encode()).hexdigest() != kept.digest:
        differing.append("digest")
    if hashlib.sha256(kept.workbook).hexdigest() != kept.workbook_digest:
        differing.append("workbook")
    return Reproduction(ref, kept.digest, hashlib.sha256(rebuilt.encode()).hexdigest(), tuple(differing))


def _differing(kept: str, rebuilt: str) -> list[str]:
    one: dict[str, Any] = json.loads(kept)
    other: dict[str, Any] = json.loads(rebuilt)
    return [name for name in sorted(one.keys() | other.keys()) if one.get(name) != other.get(name)] or ["form"]
