"""Say what the pages of policies say: states, people, places, the sentence of a mistake."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import places, subsidy, tables
from canteen.foundation.db import Scope
from canteen.foundation.money import yuan
from canteen.subsidy import PriceTable, Published

SOON, VERY_SOON = 60, 14


@cache
def words() -> dict[str, Any]:
    """Return what the pages of policies say."""
    return tomllib.loads(Path(__file__).with_name("policies.toml").read_text(encoding="utf-8"))


def concerns(scope: Scope, region_code: str) -> bool:
    """Tell whether a policy of a region holds within a scope, be it made there, above or below."""
    own = places.prefix(region_code)
    return scope.everywhere or any(own.startswith(one) or one.startswith(own) for one in scope.region_prefixes)


def is_within(scope: Scope, region_code: str) -> bool:
    """Tell whether a region lies in a scope, so that its policies may be written there."""
    return scope.everywhere or region_code.startswith(scope.region_prefixes or ("-",))


def state_of(policy: subsidy.Policy, text: str, today: date) -> str:
    """Say how a standing policy stands today."""
    until = policy.versions[-1].valid_until
    if policy.versions[0].valid_from > today:
        return "not_yet"
    if until is not None and until <= today:
        return "ended"
    if until is not None and (until - today).days <= SOON:
        return "soon"
    return "prolonged" if "prolonged_by:" in text else "in_force"


def staff_names(session: Session) -> dict[str, str]:
    """Return the names of those who act, by how the books name them."""
    staff = tables.access.Staff
    return {f"staff:{row.ref}": row.name for row in session.execute(select(staff.ref, staff.name))}


def told(problem: Any) -> dict[str, Any]:
    """Lay a mistake out: where, what, and how to mend it."""
    says, _, mend = subsidy.mended(problem).partition("。改法：")
    return {"line": problem.line, "says": says.partition(": ")[2] or says.partition(" ")[2] or says, "mend": mend}


def version_label(version: subsidy.PolicyVersion) -> str:
    """Name a version with its first and its last day."""
    first, until = version.valid_from, version.valid_until
    if until is None:
        return str(words()["version_label"]).format(version=version.version, first=first)
    last = until - timedelta(days=1)
    return str(words()["version_until"]).format(version=version.version, first=first, last=last)


def priced(
    published: Published, policy: subsidy.Policy, sample: subsidy.Sample, like: PriceTable | None = None
) -> PriceTable:
    """Price the table of a policy with the register and the calendar of its day."""
    register = published.register.on(sample.on)
    return subsidy.prices(policy, sample, register=register, calendar=published.calendar, like=like)


def table_of(table: PriceTable, published: Published, before: PriceTable | None = None) -> dict[str, Any]:
    """Lay a table of sample prices out, with what it was before where that is given."""
    said, sample = words(), table.sample
    options = said["form"]["options"]
    caption = said["sample"].format(
        day=sample.on, meal=options[sample.meal], mode=options[sample.mode], price=yuan(sample.price_fen)
    )
    kinds = published.register.names.kinds
    rows = []
    for number, (codes, cells) in enumerate(table.rows):
        old = before.rows[number][1] if before is not None and number < len(before.rows) else ()
        rows.append(
            {
                "label": said["joint"].join(kinds[code].name for code in codes) or said["none"],
                "cells": [_cell(cell, old[place] if place < len(old) else None) for place, cell in enumerate(cells)],
            }
        )
    return {"caption": caption, "ages": list(table.ages), "rows": rows}


def _cell(cell: Any, old: Any) -> dict[str, Any]:
    moved = 0 if old is None else cell.own_fen - old.own_fen
    return {
        "own": yuan(cell.own_fen),
        "given": yuan(cell.given_fen),
        "was": "" if not moved else yuan(old.own_fen),
        "tone": "" if not moved else "bad" if moved > 0 else "ok",
    }
