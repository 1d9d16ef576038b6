"""Say what a list is about, and which columns such a list has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from canteen import seniors
from canteen.foundation.errors import Invalid

DEATH = "death"
KNOWN = {
    "category": ("name", "document", "valid_from", "valid_to"),
    "scheme": ("name", "document", "valid_from", "valid_to"),
    DEATH: ("name", "document", "died_on"),
}
_NEEDED = {DEATH: ("name", "document", "died_on")}


@dataclass(frozen=True)
class Terms:
    """Say for which region a list is, what it speaks of, on which day it was drawn up, and whether it is full.

    ``holds_until`` is the first day on which the list holds no more where a row does not say: the next re-check.
    """

    region_code: str
    kind: str
    value: str
    list_day: date
    is_full: bool
    on: date
    holds_until: date | None = None

    def __post_init__(self) -> None:
        """Refuse ``eligibility.recheck_terms``: a kind that is none, a full list of deaths, a day ahead."""
        ends_early = self.holds_until is not None and self.holds_until <= self.on
        if (
            self.kind not in KNOWN
            or not self.value.strip()
            or (self.kind == DEATH and self.is_full)
            or self.list_day > self.on
            or ends_early
        ):
            raise Invalid("eligibility.recheck_terms")


def columns_of(session: Session, terms: Terms) -> seniors.roster.Columns:
    """Return the columns of such a list, with what was told of headings for the region."""
    told = seniors.roster.told_columns(session, region_code=terms.region_code, list_kind=terms.kind)
    return seniors.roster.Columns(KNOWN[terms.kind], _NEEDED.get(terms.kind, ("name", "document")), told)
