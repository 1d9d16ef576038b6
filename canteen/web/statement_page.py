"""Lay out a statement and the meals behind each of its numbers.

Every number that can be opened is a link that carries the filter and the end of the entries it was drawn from, so that
the page behind it shows the same sum even when meals come in meanwhile.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flask import request, url_for

from canteen import settlement
from canteen.foundation.clock import CHINA
from canteen.foundation.money import capital_yuan, grouped_yuan
from canteen.settlement import Check, Line, Row, StatementView, Sums

_PAGE = 50
_SERIES = ("dine_in", "delivery", "pickup")


@cache
def words() -> dict[str, Any]:
    """Return what the accounting pages say."""
    return tomllib.loads(Path(__file__).with_name("accounting.toml").read_text("utf-8"))


def embedding() -> dict[str, Any]:
    """Return what keeps a page within the start page on the way from link to link."""
    return {"embed": "1"} if request.args.get("embed") else {}


def statement(view: StatementView, *, parts: Sequence[int], by: str, may_freeze: bool) -> dict[str, Any]:
    """Return the context of the statement page."""
    return {
        "embed": bool(embedding()),
        "crumbs": _crumbs(view, parts),
        "title": words()["title"].format(canteen=view.canteen_name),
        "subtitle": _subtitle(view),
        "steps": _steps(view, by),
        "boxes": _boxes(view),
        "purses": [settlement.purse_name(purse) for purse in view.purses],
        "price_head": words()["price_with_fee" if view.total.fee_fen else "price"],
        "deductions": [words()["deduction"]] if _has_discount(view) else [],
        "rows": [_row(view, row) for row in view.rows],
        "total": _cells(view, words()["total"], view.total, {}),
        "due_fen": view.total.due_fen,
        "capital": capital_yuan(view.total.due_fen),
        "asides": [{"label": words()["operator"].format(name=name), "fen": fen} for _, name, fen in view.operator],
        "checks": [_check(view, check) for check in view.checks],
        "chart": chart(view.month, view.days),
        "signatures": words()["signatures"],
        "signing_href": url_for("web.signatures", ref=view.ref) if view.is_frozen else None,
        "frozen": _frozen(view, by),
        "freeze": _freeze(view) if may_freeze and not view.is_frozen and view.lines else None,
        "excel_href": _link(view, "web.statement_workbook"),
        "meals_href": _link(view, "web.statement_meals"),
    }


def meals(view: StatementView, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return the context of the page with the meals behind one number."""
    chosen = {name: asked[name] for name in ("group", "category", "mode", "column") if name in asked}
    lines = settlement.chosen(view, **chosen)
    sums = settlement.add_up(lines, len(view.purses))
    discount = [words()["deduction"]] if _has_discount(view) else []
    return {
        "embed": bool(embedding()),
        "crumbs": [*_crumbs(view, ()), {"label": words()["meals_title"], "href": None}],
        "title": words()["meals_title"],
        "subtitle": _chosen_name(view, chosen, lines),
        "purses": [*(settlement.purse_name(purse) for purse in view.purses), *discount],
        "rows": [_line(line, bool(discount)) for line in _page_of(lines, _page(asked))],
        "sums": {
            "price_fen": sums.price_fen + sums.fee_fen,
            "purse_fens": [*sums.purse_fens, *([sums.discount_fen] if discount else [])],
            "own_fen": sums.own_fen,
        },
        "agreement": _agreement(view, chosen, lines),
        "legend": words()["legend"] if any(_is_marked(line) for line in lines) else "",
        "page": _pager(view, chosen, len(lines), _page(asked)),
        "excel_href": _link(view, "web.statement_workbook"),
    }


def chart(month: str, counts: Sequence[tuple[date, str, int]]) -> dict[str, Any]:
    """Return the bars of a month's days; what a supplement takes back on a day shows as nothing."""
    first, until = settlement.bounds(month)
    named = {(day, mode): count for day, mode, count in counts}
    series = [mode for mode in _SERIES if any((day, mode) in named for day, _, _ in counts)] or [_SERIES[0]]
    days = [first + timedelta(days=number) for number in range((until - first).days)]
    names = [words()[mode] for mode in series]
    return {
        "month_label": settlement.month_name(month),
        "days": [
            {"label": str(day.day), "values": [max(named.get((day, mode), 0), 0) for mode in series]} for day in days
        ],
        "series": names,
        "title": words()["chart"].format(month=settlement.month_name(month), series="、".join(names)),
    }


def _link(view: StatementView, endpoint: str, **chosen: str) -> str:
    span = {"part": view.part, "version": view.version} if view.is_frozen else {"upto": view.up_to_seq}
    filters: dict[str, Any] = {**span, **chosen, **embedding()}
    return url_for(endpoint, canteen_ref=view.canteen_ref, month=view.month, **filters)


def _crumbs(view: StatementView, parts: Sequence[int]) -> list[dict[str, Any]]:
    here = {"canteen_ref": view.canteen_ref, "month": view.month, **embedding()}
    crumbs: list[dict[str, Any]] = [
        {"label": settlement.month_name(view.month), "href": url_for("web.statements", month=view.month)}
    ]
    shown = settlement.part_name(view)
    for part in parts:
        if not view.is_frozen or part != view.part:
            other = words()["frozen"] + f" {part}"
            crumbs.append({"label": other, "href": url_for("web.statement", part=part, **here)})
    crumbs.append({"label": shown if view.is_frozen else f"{shown} {words()['draft']}", "href": None})
    return crumbs


def _subtitle(view: StatementView) -> str:
    parts = [settlement.month_name(view.month), settlement.part_name(view)]
    parts.append(words()["number"].format(ref=view.ref) if view.is_frozen else words()["draft"])
    return " · ".join([*parts, words()["documents"].format(documents=settlement.documents_of(view))])


def _steps(view: StatementView, by: str) -> list[dict[str, str]]:
    said = words()["steps"]
    failed = sum(not check.passed for check in view.checks)
    at = f"{view.drawn_at.astimezone(CHINA):%m-%d %H:%M}"
    posted = said["posted_note"].format(first=view.from_seq, last=view.up_to_seq)
    checked = said["checked_note"].format(passed=len(view.checks) - failed, failed=failed)
    frozen = said["frozen_note"].format(at=at, by=by) if view.is_frozen else said["open_note"]
    now = "now" if failed or not view.lines else "done"
    return [
        {"label": said["posted"], "note": posted, "state": "done" if view.lines else "now"},
        {"label": said["checked"], "note": checked, "state": now if not view.is_frozen else "done"},
        {
            "label": said["frozen"],
            "note": frozen,
            "state": "done" if view.is_frozen else "now" if now == "done" else "todo",
        },
    ]


def _boxes(view: StatementView) -> list[dict[str, Any]]:
    said, total = words()["boxes"], view.total
    tenders = " · ".join(f"{settlement.said('tenders', one)} {grouped_yuan(fen)}" for one, fen in view.tenders)
    apart = [(group, count) for group, count in view.trays if group != "meal"]
    named = "，".join(said["part"].format(group=settlement.row_name(group, ""), count=count) for group, count in apart)
    due = {"label": said["due"], "value": f"¥ {grouped_yuan(total.due_fen)}", "note": capital_yuan(total.due_fen)}
    return [
        due | {"href": None},
        {
            "label": said["meals"],
            "value": f"{total.meals:,}",
            "note": said["apart"].format(named=named) if named else "",
            "href": _link(view, "web.statement_meals", column="count") if total.meals else None,
        },
        {"label": said["own"], "value": f"¥ {grouped_yuan(total.own_fen)}", "note": tenders, "href": None},
        {"label": said["people"], "value": f"{total.people:,}", "note": "", "href": None},
    ]


def _row(view: StatementView, row: Row) -> dict[str, Any]:
    chosen = {"group": row.group, "category": row.category}
    modes = [
        _cells(view, settlement.said("modes", part.mode), part.sums, chosen | {"mode": part.mode}) for part in row.modes
    ]
    return _cells(view, settlement.row_name(row.group, row.category), row.sums, chosen) | {"modes": modes}


def _cells(view: StatementView, label: str, sums: Sums, chosen: dict[str, str]) -> dict[str, Any]:
    def money(fen: int, column: str) -> dict[str, Any]:
        return {"fen": fen, "href": _link(view, "web.statement_meals", **chosen, column=column) if fen else None}

    count = _link(view, "web.statement_meals", **chosen, column="count") if sums.meals else None
    return {
        "label": label,
        "people": sums.people,
        "meals": {"count": sums.meals, "href": count},
        "price": money(sums.price_fen + sums.fee_fen, "price"),
        "purses": [money(fen, purse.key) for purse, fen in zip(view.purses, sums.purse_fens, strict=True)],
        "deductions": [money(sums.discount_fen, "discount")] if _has_discount(view) else [],
        "own": money(sums.own_fen, "own"),
        "modes": [],
    }


def _check(view: StatementView, check: Check) -> dict[str, Any]:
    said, verdicts = words()["checks"], words()["verdicts"]
    figures = {name: grouped_yuan(of) if name.endswith("_fen") else str(of) for name, of in check.figures}
    verdict, tone, href = verdicts["passed" if check.passed else "failed"], "ok" if check.passed else "bad", None
    if check.code == "extra_trays" and figures["trays"] != "0":
        verdict, tone = said["extra_trays_verdict"].format_map(figures), "warn"
        href = _link(view, "web.statement_meals", group="extra")
    detail = said[f"{check.code}_detail"].format_map(figures)
    return {"label": said[check.code], "verdict": verdict, "tone": tone, "detail": detail, "href": href}


def _frozen(view: StatementView, by: str) -> dict[str, Any] | None:
    if not view.is_frozen:
        return None
    at = f"{view.drawn_at.astimezone(CHINA):%m-%d %H:%M}"
    return {"at": at, "by": by, "hash": view.digest, "version": view.version}


def _freeze(view: StatementView) -> dict[str, str]:
    action = url_for("web.freeze_statement", canteen_ref=view.canteen_ref, month=view.month)
    return {"action": action, **words()["freeze"]}


def _has_discount(view: StatementView) -> bool:
    return any(line.discount_fen for line in view.lines)


def _chosen_name(view: StatementView, chosen: Mapping[str, str], lines: Sequence[Line]) -> str:
    path = [view.canteen_name, settlement.month_name(view.month)]
    if "group" in chosen:
        path.append(settlement.row_name(chosen["group"], chosen.get("category", "")))
    if chosen.get("mode"):
        path.append(settlement.said("modes", chosen["mode"]))
    if column := chosen.get("column"):
        path.append(f"{_column_name(view, column)} {_amount(column, _sum(view, lines, column))}")
    return " › ".join(path)


def _agreement(view: StatementView, chosen: Mapping[str, str], lines: Sequence[Line]) -> dict[str, Any]:
    """Compare the sum of the lines shown with the cell of the statement that led here."""
    column = chosen.get("column") or "count"
    shown, cell = _sum(view, lines, column), _cell(view, chosen, column)
    said = words()["columns"]["agrees" if shown == cell else "differs"]
    amount, stated = _amount(column, shown), _amount(column, cell)
    return {"ok": shown == cell, "text": said.format(column=_column_name(view, column), amount=amount, cell=stated)}


def _cell(view: StatementView, chosen: Mapping[str, str], column: str) -> int:
    rows = [row for row in view.rows if row.group == chosen.get("group", row.group)]
    rows = [row for row in rows if row.category == chosen.get("category", row.category)]
    if "group" not in chosen and "category" not in chosen and not chosen.get("mode"):
        return _of_sums(view, view.total, column)
    mode = chosen.get("mode")
    parts = [part.sums for row in rows for part in row.modes if part.mode == mode] if mode else [r.sums for r in rows]
    return sum(_of_sums(view, sums, column) for sums in parts)


def _of_sums(view: StatementView, sums: Sums, column: str) -> int:
    plain = {
        "count": sums.meals,
        "price": sums.price_fen + sums.fee_fen,
        "own": sums.own_fen,
        "discount": sums.discount_fen,
    }
    keys = [purse.key for purse in view.purses]
    return sums.purse_fens[keys.index(column)] if column in keys else plain.get(column, 0)


def _sum(view: StatementView, lines: Sequence[Line], column: str) -> int:
    return sum(settlement.amount_in(view, line, column) for line in lines)


def _amount(column: str, amount: int) -> str:
    return f"{amount:,}" if column == "count" else grouped_yuan(amount)


def _column_name(view: StatementView, column: str) -> str:
    purses = {purse.key: settlement.purse_name(purse) for purse in view.purses}
    return purses.get(column) or str(words()["columns"].get(column, column))


def _line(line: Line, has_discount: bool) -> dict[str, Any]:
    mark, means = settlement.mark_of(line), settlement.said("means", line.means)
    return {
        "day": f"{line.service_date:%m-%d}",
        "meal": settlement.said("meals", line.meal),
        "name": line.person_masked,
        "id_tail": f"…{line.document_tail}" if line.document_tail else "",
        "mode": settlement.said("modes", line.mode),
        "time": f"{line.happened_at.astimezone(CHINA):%H:%M:%S}",
        "means": f"{means} · {mark}" if mark else means,
        "price_fen": line.price_fen + line.fee_fen,
        "purse_fens": [*line.purse_fens, *([line.discount_fen] if has_discount else [])],
        "own_fen": line.own_fen,
        "reference": line.ref,
        "href": url_for("web.meal", ref=line.ref, **embedding()),
        "marked": _is_marked(line),
    }


def _is_marked(line: Line) -> bool:
    return line.kind != "meal" or line.group in ("extra", "prior")


def _page(asked: Mapping[str, str]) -> int:
    text = asked.get("page", "1")
    return max(int(text), 1) if text.isdecimal() and len(text) < 9 else 1


def _page_of(lines: Sequence[Line], page: int) -> Sequence[Line]:
    return lines[(page - 1) * _PAGE : page * _PAGE]


def _pager(view: StatementView, chosen: Mapping[str, str], count: int, page: int) -> dict[str, Any]:
    def href(other: int) -> str:
        return _link(view, "web.statement_meals", **chosen, page=str(other))

    first, last = (page - 1) * _PAGE + 1, min(page * _PAGE, count)
    said = words()["page"] if count else words()["no_lines"]
    return {
        "text": said.format(first=first, last=last, count=f"{count:,}"),
        "prev_href": href(page - 1) if page > 1 else None,
        "next_href": href(page + 1) if last < count else None,
    }
