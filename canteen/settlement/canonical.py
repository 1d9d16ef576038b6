"""Write a statement as the one text whose digest freezes it.

Only what the books and the counter can tell again goes in: references, whole fen, ISO dates. Names of people, canteens
and funders stay out; they may be corrected or erased while the statement stays provable.
"""

from __future__ import annotations

from typing import Any

from canteen.foundation import canonical
from canteen.settlement.differences import content_of_differences
from canteen.settlement.statement import TENDERS, Line, Row, StatementView, Sums

RECIPE = "statement/1"
RECIPE_OF_VERSIONS = "statement/2"


def recipe_of(view: StatementView) -> str:
    """Name how the text is made up: a version that supersedes another lists its differences too."""
    return RECIPE_OF_VERSIONS if view.earlier_ref else RECIPE


def content_of(view: StatementView) -> str:
    """Return the canonical JSON of a statement."""
    return canonical.text(_content(view) | _against_earlier(view))


def _against_earlier(view: StatementView) -> dict[str, Any]:
    if not view.earlier_ref:
        return {}
    return {"supersedes": view.earlier_ref, "differences": content_of_differences(view.differences)}


def _content(view: StatementView) -> dict[str, Any]:
    return {
        "recipe": recipe_of(view),
        "canteen": view.canteen_ref,
        "month": view.month,
        "part": view.part,
        "version": view.version,
        "entries": [view.from_seq, view.up_to_seq],
        "chain": view.chain_hash,
        "purses": [purse.key for purse in view.purses],
        "documents": [[one.policy, one.version, one.document, one.digest] for one in view.documents],
        "rows": [_row(row) for row in view.rows],
        "total": _sums(view.total),
        "trays": dict(view.trays),
        "operator": [[code, fen] for code, _, fen in view.operator],
        "tenders": dict(view.tenders),
        "days": [[day.isoformat(), mode, count] for day, mode, count in view.days],
        "lines": [_line(line) for line in view.lines],
    }


def _row(row: Row) -> dict[str, Any]:
    modes = [{"mode": part.mode, "sums": _sums(part.sums)} for part in row.modes]
    return {"group": row.group, "category": row.category, "sums": _sums(row.sums), "modes": modes}


def _sums(sums: Sums) -> dict[str, Any]:
    return {
        "people": sums.people,
        "meals": sums.meals,
        "price_fen": sums.price_fen,
        "fee_fen": sums.fee_fen,
        "purse_fens": list(sums.purse_fens),
        "discount_fen": sums.discount_fen,
        "own_fen": sums.own_fen,
        "operator_fen": sums.operator_fen,
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "ref": line.ref,
        "kind": line.kind,
        "group": line.group,
        "category": line.category,
        "count": line.count,
        "entries": list(line.seqs),
        "person": line.person_ref,
        "on": line.service_date.isoformat(),
        "meal": line.meal,
        "mode": line.mode,
        "means": line.means,
        "at": line.happened_at.isoformat(timespec="microseconds"),
        "price_fen": line.price_fen,
        "fee_fen": line.fee_fen,
        "purse_fens": list(line.purse_fens),
        "discount_fen": line.discount_fen,
        "own_fen": line.own_fen,
        "operator": [[code, fen] for code, fen in line.operator_fens],
        "tenders": {tender: fen for tender, fen in zip(TENDERS, line.tender_fens, strict=True) if fen},
    }
