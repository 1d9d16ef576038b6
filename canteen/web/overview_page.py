"""Lay out what an accountant sees first, and the list of statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen import settlement, tables
from canteen.foundation.clock import CHINA, service_day
from canteen.foundation.db import scope_of
from canteen.foundation.money import capital_yuan, grouped_yuan
from canteen.places import Canteen
from canteen.settlement import MonthSums
from canteen.web import frame, warnings_page
from canteen.web.statement_page import chart, words

_PAGE = 30
_FILTERS = ("month", "canteen", "state")
_TAKEN = ("served", "delivered")
_OPEN = ("placed", "locked")


def canteens(session: Session) -> Sequence[Canteen]:
    """List the canteens of the asker's scope."""
    scope = scope_of(session)
    wanted = select(Canteen).order_by(Canteen.region_code, Canteen.id)
    if not scope.everywhere:
        wanted = wanted.where(Canteen.id.in_(sorted(scope.canteen_ids)))
    return session.scalars(wanted).unique().all()


def overview(session: Session, *, at: datetime) -> dict[str, Any]:
    """Return the context of the overview."""
    on = service_day(at)
    month = settlement.month_of(on)
    listed = canteens(session)
    sums = settlement.month_sums(session, canteen_ids=[one.id for one in listed], month=month)
    orders, stated = _orders(session, on), _stated(session, month)
    rows = [_canteen(one, month, sums.get(one.id), orders, stated.get(one.id, 0)) for one in listed]
    return {
        "day_label": frame.day_label(at),
        "boxes": _boxes(month, list(sums.values()), len(listed)),
        "tasks": [*warnings_page.warnings(session, on), *tasks(session, on)],
        "canteens": rows,
        "chart": chart(month, _days(session, month)),
    }


def statements(session: Session, *, asked: Mapping[str, str], page: int, on: date) -> dict[str, Any]:
    """Return the context of the list: drafts of the month, or of every month that has one, then frozen statements.

    ``asked`` may name a month, a canteen, and which of both kinds: ``draft`` or ``frozen``.
    """
    month, canteen, state = (asked.get(name, "") for name in _FILTERS)
    listed = canteens(session)
    chosen = [one for one in listed if canteen in ("", one.ref)]
    names = {one.id: one for one in chosen}
    kept = [] if state == "draft" else settlement.statements_of(
        session, canteen_ids=names.keys(), month=month, offset=(page - 1) * _PAGE, limit=_PAGE + 1
    )  # fmt: skip
    drafts = _all_drafts(session, chosen, month, on) if page == 1 and state != "frozen" else []
    rows = [_kept(names[one.canteen_id], one) for one in kept[:_PAGE]]
    return {
        "filters": {
            "action": url_for("web.statements"),
            "month": month,
            "canteen": canteen,
            "canteens": [("", words()["all"]), *((one.ref, one.name) for one in listed)],
            "state": state,
            "states": [("", words()["all"]), *words()["statement_states"].items()],
        },
        "rows": [*drafts, *rows],
        "page": _pager(page, asked, has_more=len(kept) > _PAGE, count=len(drafts) + len(rows)),
    }


def _orders(session: Session, on: date) -> Counter[tuple[int, str]]:
    order = tables.orders.Order
    rows = session.execute(
        select(order.canteen_id, order.state, func.count(order.id))
        .where(order.service_date == on)
        .group_by(order.canteen_id, order.state)
    )
    return Counter({(row[0], row[1]): row[2] for row in rows})


def _stated(session: Session, month: str) -> dict[int, int]:
    """Return by canteen the last entry of a month that is stated."""
    kept = tables.settlement.Statement
    rows = session.execute(
        select(kept.canteen_id, func.max(kept.up_to_seq))
        .where(kept.month == month, kept.state == "frozen")
        .group_by(kept.canteen_id)
    )
    return {row[0]: row[1] for row in rows}


def _days(session: Session, month: str) -> list[tuple[date, str, int]]:
    meal, undo = tables.checkin.Redemption, tables.checkin.RedemptionUndo
    first, until = settlement.bounds(month)
    rows = session.execute(
        select(meal.service_date, meal.mode, func.count(meal.id))
        .outerjoin(undo, undo.redemption_ref == meal.ref)
        .where(meal.service_date >= first, meal.service_date < until, undo.redemption_ref.is_(None))
        .group_by(meal.service_date, meal.mode)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _canteen(
    one: Canteen, month: str, sums: MonthSums | None, orders: Counter[tuple[int, str]], stated: int
) -> dict[str, Any]:
    taken, still_open = (sum(orders[one.id, state] for state in states) for states in (_TAKEN, _OPEN))
    found = sums or MonthSums()
    verdict, tone = _verdict(found, stated)
    return {
        "name": one.name,
        "href": url_for("web.statement", canteen_ref=one.ref, month=month),
        "ordered": taken + still_open,
        "served": taken,
        "open": still_open,
        "due_fen": found.due_fen,
        "own_fen": found.own_fen,
        "verdict": words()["verdicts"][verdict],
        "tone": tone,
    }


def _verdict(sums: MonthSums, stated: int) -> tuple[str, str]:
    if not sums.last_seq:
        return "empty", ""
    if sums.last_seq <= stated:
        return "frozen", "ok"
    return ("part", "warn") if stated else ("open", "info")


def _boxes(month: str, sums: Sequence[MonthSums], count: int) -> list[dict[str, Any]]:
    said = words()["boxes"]
    due, own = sum(one.due_fen for one in sums), sum(one.own_fen for one in sums)
    shown = settlement.month_name(month)
    return [
        {"label": said["due"], "value": f"¥ {grouped_yuan(due)}", "note": capital_yuan(due), "href": None},
        {"label": said["meals"], "value": f"{sum(one.meals for one in sums):,}", "note": shown, "href": None},
        {"label": said["own"], "value": f"¥ {grouped_yuan(own)}", "note": shown, "href": None},
        {"label": said["canteens"], "value": str(count), "note": "", "href": url_for("web.statements", month=month)},
    ]


def tasks(session: Session, on: date) -> list[dict[str, Any]]:
    """List what of the last month is still to be frozen."""
    listed = canteens(session)
    last = settlement.month_of(date.fromordinal(on.replace(day=1).toordinal() - 1))
    sums = settlement.month_sums(session, canteen_ids=[one.id for one in listed], month=last)
    stated = _stated(session, last)
    said = words()["tasks"]
    return [
        {
            "label": said["label"].format(canteen=one.name, month=settlement.month_name(last)),
            "note": said["note"],
            "href": url_for("web.statement", canteen_ref=one.ref, month=last),
            "tone": "warn",
        }
        for one in listed
        if one.id in sums and sums[one.id].last_seq > stated.get(one.id, 0)
    ]


def _all_drafts(session: Session, chosen: Sequence[Canteen], month: str, on: date) -> list[dict[str, Any]]:
    ids = [one.id for one in chosen]
    months = [month] if month else settlement.unstated_months(session, canteen_ids=ids, until=settlement.month_of(on))
    return [draft for one in months for draft in _drafts(session, chosen, one)]


def _drafts(session: Session, chosen: Sequence[Canteen], month: str) -> list[dict[str, Any]]:
    sums = settlement.month_sums(session, canteen_ids=[one.id for one in chosen], month=month)
    stated = _stated(session, month)
    return [
        {
            "reference": words()["draft"],
            "href": url_for("web.statement", canteen_ref=one.ref, month=month),
            "canteen": one.name,
            "month_label": settlement.month_name(month),
            "version": 1,
            "meals": sums[one.id].meals,
            "due_fen": sums[one.id].due_fen,
            "own_fen": sums[one.id].own_fen,
            "status": words()["verdicts"]["part" if one.id in stated else "open"],
            "tone": "warn" if one.id in stated else "info",
            "status_at": "",
        }
        for one in chosen
        if one.id in sums and sums[one.id].last_seq > stated.get(one.id, 0)
    ]


def _kept(canteen: Canteen, one: Any) -> dict[str, Any]:
    return {
        "reference": one.ref,
        "href": url_for("web.statement", canteen_ref=canteen.ref, month=one.month, part=one.part),
        "canteen": canteen.name,
        "month_label": settlement.month_name(one.month),
        "version": one.version,
        "meals": one.meal_count,
        "due_fen": one.due_fen,
        "own_fen": one.own_fen,
        "status": words()["frozen"],
        "tone": "ok",
        "status_at": f"{one.frozen_at.astimezone(CHINA):%m-%d %H:%M}",
    }


def _pager(page: int, asked: Mapping[str, str], *, has_more: bool, count: int) -> dict[str, Any]:
    def href(other: int) -> str:
        filters: dict[str, Any] = {name: asked.get(name) or None for name in _FILTERS}
        return url_for("web.statements", **filters, page=other)

    first = (page - 1) * _PAGE + 1
    return {
        "text": words()["shown"].format(first=first, last=first + count - 1) if count else words()["no_lines"],
        "prev_href": href(page - 1) if page > 1 else None,
        "next_href": href(page + 1) if has_more else None,
    }
