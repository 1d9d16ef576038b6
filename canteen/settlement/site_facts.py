"""Know what the grants of a canteen depend on: its area, first day of work, cost of building.

Opening and closing, kind and place stand with the canteen itself; how many people it served is counted, never entered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import cast

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from canteen import audit, places
from canteen.checkin.tables import Redemption, RedemptionUndo
from canteen.foundation import money
from canteen.foundation.db import scope_of
from canteen.foundation.errors import Invalid, NotFound
from canteen.settlement.proposal_tables import SITE_FACTS, SiteFact
from canteen.subsidy import Site


def state_site_fact(
    session: Session,
    *,
    canteen_id: int,
    kind: str,
    value: str,
    valid_from: date,
    valid_until: date | None,
    evidence: str,
    actor: str,
    at: datetime,
) -> SiteFact:
    """State something about a canteen; ``settlement.site_fact_malformed`` for a value that is none of its kind."""
    scope = scope_of(session)
    if not scope.everywhere and canteen_id not in scope.canteen_ids:
        raise NotFound("settlement.no_such_canteen")
    fact = SiteFact(
        canteen_id=canteen_id, kind=kind, value=_checked(kind, value.strip()), valid_from=valid_from,
        valid_until=valid_until, evidence=evidence, entered_at=at, entered_by=actor,
    )  # fmt: skip
    if valid_until is not None and valid_until <= valid_from:
        raise Invalid("settlement.site_fact_malformed", value=valid_until.isoformat())
    session.add(fact)
    session.flush()
    canteen = places.canteen_by_id(session, canteen_id=canteen_id)
    audit.record(
        session, chain=f"canteen:{canteen.ref}", at=at, actor=actor, action="site_fact.state", subject=canteen.ref,
        kind=kind, value=fact.value, valid_from=valid_from.isoformat(), evidence=evidence,
    )  # fmt: skip
    return fact


def _checked(kind: str, value: str) -> str:
    """Return a value in the form that is kept: days as ISO text, a rating in hundredths, cost in whole fen."""
    if kind not in SITE_FACTS or not value:
        raise Invalid("settlement.site_fact_malformed", value=value or kind)
    try:
        if kind == "live_on":
            return date.fromisoformat(value).isoformat()
        if kind == "cost":
            return str(money.fen(value))
    except (ValueError, Invalid):
        raise Invalid("settlement.site_fact_malformed", value=value) from None
    return value


def site_facts_of(session: Session, *, canteen_id: int) -> Sequence[SiteFact]:
    """List what was stated about a canteen, the latest entry first."""
    wanted = select(SiteFact).where(SiteFact.canteen_id == canteen_id)
    return session.scalars(wanted.order_by(SiteFact.id.desc())).all()


def site_on(
    facts: Sequence[SiteFact], standing: Site, on: date, headcount: int | None,
    awarded: tuple[tuple[str, int], ...] = (),
) -> Site:  # fmt: skip
    """Add what was stated to how a canteen stands on a day, as the rules of grants take it; the later entry counts."""
    held: Mapping[str, str] = {
        fact.kind: fact.value
        for fact in reversed(facts)
        if fact.valid_from <= on and (fact.valid_until is None or on < fact.valid_until)
    }
    return replace(
        standing,
        area=held.get("area") or standing.area,
        kind=held.get("site_kind", standing.kind),
        live_on=date.fromisoformat(held["live_on"]) if "live_on" in held else standing.live_on,
        headcount=headcount,
        cost_fen=int(held["cost"]) if "cost" in held else None,
        awards_before=awarded,
    )


def people_served(connection: Connection, *, canteen_id: int, first: date, last: date) -> dict[date, set[int]]:
    """Return who was served at a canteen, day by day; whoever calls has checked the scope."""
    wanted = (
        select(Redemption.service_date, Redemption.person_id)
        .outerjoin(RedemptionUndo, RedemptionUndo.redemption_ref == Redemption.ref)
        .where(
            Redemption.canteen_id == canteen_id, Redemption.service_date.between(first, last),
            Redemption.kind == "meal", Redemption.person_id.is_not(None), RedemptionUndo.redemption_ref.is_(None),
        )
        .distinct()
    )  # fmt: skip
    found: dict[date, set[int]] = {}
    for row in connection.execute(wanted):
        found.setdefault(row.service_date, set()).add(cast(int, row.person_id))
    return found
