"""Compare two versions of a statement line by line: what came, what changed, what went, in fen by purse. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from canteen.settlement.statement import TENDERS, Difference, Line, StatementView

ADDED, CHANGED, REMOVED = "added", "changed", "removed"


def differences(earlier: StatementView, later: StatementView) -> tuple[Difference, ...]:
    """Return every line in which two versions differ, in the order of days; none where they say the same."""
    before = {_key(line): line for line in earlier.lines}
    after = {_key(line): line for line in later.lines}
    found = []
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        if old is None or new is None or _said(earlier, old) != _said(later, new):
            found.append(_difference(earlier, old, later, new))
    return tuple(sorted(found, key=lambda one: (one.service_date, one.ref, one.kind)))


def content_of_differences(found: Iterable[Difference]) -> list[dict[str, Any]]:
    """Write differences as the canonical text of a statement holds them; names stay out."""
    return [
        {
            "change": one.change,
            "ref": one.ref,
            "kind": one.kind,
            "on": one.service_date.isoformat(),
            "count": one.count,
            "price_fen": one.price_fen,
            "fee_fen": one.fee_fen,
            "purse_fens": [list(purse) for purse in one.purse_fens],
            "discount_fen": one.discount_fen,
            "own_fen": one.own_fen,
            "operator_fen": one.operator_fen,
            "tender_fens": list(one.tender_fens),
        }
        for one in found
    ]


def _key(line: Line) -> tuple[str, str]:
    return line.ref, line.kind


def _said(view: StatementView, line: Line) -> tuple[Any, ...]:
    """Return everything that a line states, with purses by name instead of by place."""
    return (
        line.group, line.category, line.count, line.seqs, line.price_fen, line.fee_fen, _purses(view, line),
        line.discount_fen, line.own_fen, line.operator_fens, line.tender_fens,
    )  # fmt: skip


def _purses(view: StatementView, line: Line) -> tuple[tuple[str, int], ...]:
    named = zip((purse.key for purse in view.purses), line.purse_fens, strict=True)
    return tuple(sorted((key, fen) for key, fen in named if fen))


def _difference(earlier: StatementView, old: Line | None, later: StatementView, new: Line | None) -> Difference:
    shown = new or old
    if shown is None:
        raise ValueError("one of the two lines must be there")
    return Difference(
        change=ADDED if old is None else REMOVED if new is None else CHANGED,
        ref=shown.ref,
        kind=shown.kind,
        service_date=shown.service_date,
        meal=shown.meal,
        person_masked=shown.person_masked,
        count=_less(old, new, "count"),
        price_fen=_less(old, new, "price_fen"),
        fee_fen=_less(old, new, "fee_fen"),
        purse_fens=_purses_less(earlier, old, later, new),
        discount_fen=_less(old, new, "discount_fen"),
        own_fen=_less(old, new, "own_fen"),
        operator_fen=_less(old, new, "operator_fen"),
        tender_fens=_tenders_less(old, new),
    )


def _less(old: Line | None, new: Line | None, name: str) -> int:
    return (getattr(new, name) if new else 0) - (getattr(old, name) if old else 0)


def _purses_less(
    earlier: StatementView, old: Line | None, later: StatementView, new: Line | None
) -> tuple[tuple[str, int], ...]:
    before = dict(_purses(earlier, old)) if old else {}
    after = dict(_purses(later, new)) if new else {}
    changed = {key: after.get(key, 0) - before.get(key, 0) for key in before.keys() | after.keys()}
    return tuple(sorted((key, fen) for key, fen in changed.items() if fen))


def _tenders_less(old: Line | None, new: Line | None) -> tuple[int, ...]:
    empty = (0,) * len(TENDERS)
    pairs = zip(new.tender_fens if new else empty, old.tender_fens if old else empty, strict=True)
    return tuple(now - then for now, then in pairs)
