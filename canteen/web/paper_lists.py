"""Lay out the lists that hang out or go along with a payment: the service payment list, the public notice.

Both add up the frozen statement; the notice names people masked, as the law on personal information asks.
"""

from __future__ import annotations

import io
from typing import Any

from flask import Blueprint, request, send_file, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import settlement
from canteen.foundation.money import capital_yuan, grouped_yuan
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.settlement import Line, Row, StatementView
from canteen.web.register_page import cell, page, panel, row, words
from canteen.web.register_workbook import workbook

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def add_to(blueprint: Blueprint) -> None:
    """Add both lists."""
    blueprint.get("/accounting/signing/<ref>/list")(payment_list)
    blueprint.get("/accounting/signing/<ref>/notice")(public_list)


@audience("statements.read")
def payment_list(ref: str) -> str | BaseResponse:
    """Show what purses pay for, by category of people, way of taking the meal, and purse."""
    view = _view(ref)
    said, purses = words()["payment_list"], [settlement.purse_name(purse) for purse in view.purses]
    heads = said["heads"].format(purses=" ".join(f"#{name.replace(' ', '')}" for name in purses))
    rows = [_listed(of, part) for of in view.rows for part in (of.modes or (of,))]
    total = view.total
    rows.append(
        row(said["total"], "", _count(total.people), _count(total.meals), *map(_money, total.purse_fens),
            _money(total.due_fen), _money(total.operator_fen), _money(total.due_fen + total.operator_fen))
    )  # fmt: skip
    whole = total.due_fen + total.operator_fen
    remark = said["capital"].format(capital=capital_yuan(whole))
    return _answer("payment_list", view, [panel(said["title"], heads, rows, empty=said["empty"], remark=remark)])


@audience("statements.read")
def public_list(ref: str) -> str | BaseResponse:
    """Show who had how many meals and how much subsidy, names masked, to be printed and hung out."""
    view, said = _view(ref), words()["public_list"]
    people: dict[str, list[Line]] = {}
    for line in view.lines:
        if line.person_ref:
            people.setdefault(line.person_ref, []).append(line)
    found = [(lines[-1].person_masked, sum(one.count for one in lines), _due(lines)) for lines in people.values()]
    rows = [
        row(str(number), name, _count(meals), _money(due))
        for number, (name, meals, due) in enumerate(sorted(found), start=1)
    ]
    meals, due = sum(one[1] for one in found), sum(one[2] for one in found)
    rows.append(row(said["total"], "", _count(meals), _money(due)))
    return _answer("public_list", view, [panel(said["title"], said["heads"], rows, empty=said["empty"])])


def _view(ref: str) -> StatementView:
    with house().database.reading(actor().scope) as session:
        return _frozen(session, ref)


def _frozen(session: Session, ref: str) -> StatementView:
    return settlement.frozen(session, statement=settlement.statement(session, ref=ref))


def _answer(name: str, view: StatementView, panels: list[dict[str, Any]]) -> str | BaseResponse:
    month = settlement.month_name(view.month)
    if request.args.get("format") == "xlsx":
        file = f"{view.canteen_name}{month}{words()[name]['file']}.xlsx"
        return send_file(io.BytesIO(workbook(panels, at=view.drawn_at)), _WORKBOOK, as_attachment=True,
                         download_name=file)  # fmt: skip
    ways = [
        {"label": words()["signatures"]["excel"], "href": url_for(f"web.{name}", ref=view.ref, format="xlsx")},
        {"label": words()["signatures"]["back"], "href": url_for("web.signatures", ref=view.ref)},
    ]
    told = {"canteen": view.canteen_name, "month": month, "ref": view.ref, "digest": view.digest[:16]}
    return page(name, panels, ways=ways, **told)


def _listed(of: Row, part: Row) -> dict[str, Any]:
    sums = part.sums
    mode = settlement.said("modes", part.mode) if part.mode else ""
    return row(
        settlement.row_name(of.group, of.category), mode, _count(sums.people), _count(sums.meals),
        *map(_money, sums.purse_fens), _money(sums.due_fen), _money(sums.operator_fen),
        _money(sums.due_fen + sums.operator_fen),
    )  # fmt: skip


def _due(lines: list[Line]) -> int:
    return sum(sum(line.purse_fens) for line in lines)


def _count(count: int) -> dict[str, Any]:
    return cell(f"{count:,}", "n")


def _money(amount: int) -> dict[str, Any]:
    return cell(grouped_yuan(amount), "n")
