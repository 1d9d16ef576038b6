"""Know the thresholds of the rules: as shipped, and as regions state them; the nearest region's statement holds."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import audit
from canteen.anomalies.tables import AnomalyThreshold
from canteen.foundation.errors import Invalid


@dataclass(frozen=True, slots=True)
class RuleThresholds:
    """Name a rule and its thresholds; ``is_on`` is False where a region turned it off."""

    rule: str
    name: str
    limits: Mapping[str, int]
    is_on: bool = True


@cache
def shipped_thresholds() -> dict[str, RuleThresholds]:
    """Return the thresholds that the house ships, by rule."""
    found = tomllib.loads(Path(__file__).with_name("thresholds.toml").read_text("utf-8"))
    return {
        rule: RuleThresholds(rule, one["name"], {key: value for key, value in one.items() if key != "name"})
        for rule, one in found.items()
    }


def thresholds(session: Session, *, region_code: str) -> dict[str, RuleThresholds]:
    """Return the thresholds that hold in a region: of its own, else of the district, city or province above."""
    rows = session.scalars(select(AnomalyThreshold).order_by(AnomalyThreshold.id))
    stated: dict[tuple[str, str], AnomalyThreshold] = {(row.region_code, row.rule): row for row in rows}
    above = [region_code, *(region_code[:digits].ljust(12, "0") for digits in (9, 6, 4, 2))]
    found = {}
    for rule, one in shipped_thresholds().items():
        row = next((stated[code, rule] for code in above if (code, rule) in stated), None)
        found[rule] = one if row is None else RuleThresholds(rule, one.name, {**one.limits, **row.limits}, row.is_on)
    return found


def state_thresholds(
    session: Session, *, region_code: str, rule: str, limits: Mapping[str, int], is_on: bool, reason: str, actor: str,
    at: datetime,
) -> None:  # fmt: skip
    """State a region's thresholds of a rule, or turn it off, with the reason; what was stated before is kept.

    Refuses ``anomalies.no_such_rule``, ``anomalies.threshold_malformed``, ``anomalies.reason_missing``.
    """
    shipped = shipped_thresholds().get(rule)
    if shipped is None:
        raise Invalid("anomalies.no_such_rule")
    if set(limits) - set(shipped.limits) or any(value < 0 for value in limits.values()):
        raise Invalid("anomalies.threshold_malformed")
    if not reason.strip():
        raise Invalid("anomalies.reason_missing")
    session.add(
        AnomalyThreshold(
            region_code=region_code, rule=rule, limits=dict(limits), is_on=is_on, reason=reason.strip(), actor=actor,
            at=at,
        )
    )  # fmt: skip
    session.flush()
    audit.record(
        session, chain=f"region:{region_code[:6]}", at=at, actor=actor, action="anomaly.threshold", subject=rule,
        region=region_code, limits=dict(limits), is_on=is_on, reason=reason.strip(),
    )  # fmt: skip
