"""Lay out the versions of a statement: which there are, how one differs from the one before, the way to the next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from canteen import settlement
from canteen.foundation import clock
from canteen.settlement import Difference, StatementView
from canteen.web.statement_page import embedding, words

_TONES = {"added": "ok", "changed": "warn", "removed": "bad"}


def of(session: Session, view: StatementView, *, may_freeze: bool) -> dict[str, Any]:
    """Return what the statement page shows of versions."""
    listed = (
        settlement.versions(session, canteen_id=view.canteen_id, month=view.month, part=view.part)
        if view.is_frozen
        else ()
    )
    return {
        "versions": [_version(view, one) for one in listed] if len(listed) > 1 else [],
        "is_old": view.state == "superseded",
        "differences": _differences(view) if view.earlier_ref else None,
        "supersede": _next(session, view) if may_freeze and view.state == "frozen" else None,
    }


def _version(view: StatementView, one: Any) -> dict[str, Any]:
    said = words()["versions"]["current" if one.state == "frozen" else "superseded"]
    here = {"canteen_ref": view.canteen_ref, "month": view.month, **embedding()}
    href = url_for("web.statement", part=one.part, version=one.version, **here)
    return {"label": said.format(version=one.version), "href": None if one.version == view.version else href}


def _next(session: Session, view: StatementView) -> dict[str, str] | None:
    """Offer the next version of the last part, where something came since and the month is not closed."""
    draft = settlement.draft(session, canteen_id=view.canteen_id, month=view.month, at=clock.now())
    state = settlement.month_states(session, canteen_ids=[view.canteen_id], month=view.month)[view.canteen_id]
    if not draft.lines or draft.part != view.part + 1 or state in ("closed", "approved"):
        return None
    said = words()["versions"]
    return {
        "action": url_for("web.supersede_statement", canteen_ref=view.canteen_ref, month=view.month),
        "label": said["label"],
        "question": said["question"].format(count=len(draft.lines)),
        "ref": view.ref,
    }


def _differences(view: StatementView) -> dict[str, Any]:
    found = view.differences
    return {
        "title": f"{words()['versions']['heading']}（{view.earlier_ref}）",
        "purses": [settlement.purse_name(purse) for purse in view.purses],
        "deductions": any(one.discount_fen for one in found),
        "rows": [_row(view, one) for one in found],
        "sums": _sums(view, found),
    }


def _row(view: StatementView, one: Difference) -> dict[str, Any]:
    kind = settlement.said("kinds", one.kind) if one.kind != "meal" else ""
    return {
        "change": f"{words()['versions']['changes'][one.change]} {kind}".strip(),
        "tone": _TONES[one.change],
        "day": f"{one.service_date:%m-%d}",
        "meal": settlement.said("meals", one.meal),
        "name": one.person_masked,
        "ref": one.ref,
        "href": url_for("web.meal", ref=one.ref, **embedding()),
        **_sums(view, [one]),
    }


def _sums(view: StatementView, found: Sequence[Difference]) -> dict[str, Any]:
    return {
        "count": sum(one.count for one in found),
        "price_fen": sum(one.price_fen + one.fee_fen for one in found),
        "purse_fens": [sum(one.purse(purse.key) for one in found) for purse in view.purses],
        "discount_fen": sum(one.discount_fen for one in found),
        "own_fen": sum(one.own_fen for one in found),
        "operator_fen": sum(one.operator_fen for one in found),
    }
