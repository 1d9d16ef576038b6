"""Close months: what is still to be done, the two steps by two people, and the way back from the first."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import exports, places, settlement, tables
from canteen.foundation import clock
from canteen.foundation.money import grouped_yuan
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.settlement import MonthState
from canteen.web import forms, overview_page, statement_page
from canteen.web.kitchen_words import say
from canteen.web.settling import WORKBOOK

_TONES = {"open": "info", "soft_closed": "warn", "closed": "ok", "approved": "ok"}


def add_to(blueprint: Blueprint) -> None:
    """Add the list of months, the page of one, and the three steps."""
    at = "/accounting/months/<canteen_ref>/<month>"
    blueprint.get("/accounting/months")(months)
    blueprint.get(at)(closing_month)
    blueprint.post(f"{at}/soft-close")(soft_close_month)
    blueprint.post(f"{at}/close")(close_month)
    blueprint.post(f"{at}/reopen")(reopen_month)
    blueprint.get(f"{at}/vouchers")(month_vouchers)


@audience("statements.read")
def months() -> str:
    """List how far the canteens in reach are with a month, the last one unless another is asked for."""
    last = settlement.month_of(clock.today().replace(day=1) - timedelta(days=1))
    asked = request.args.get("month", "") or last
    with house().database.reading(actor().scope) as session:
        listed = overview_page.canteens(session)
        states = settlement.month_states(session, canteen_ids=[one.id for one in listed], month=asked)
        return render_template(
            "accounting/months.html",
            action=url_for("web.months"),
            month=asked,
            rows=[_row(one, states[one.id], asked) for one in listed],
        )


@audience("statements.read")
def closing_month(canteen_ref: str, month: str) -> str:
    """Show what stands in the way of closing a month, who did which step, and the next one."""
    with house().database.reading(actor().scope) as session:
        canteen = places.canteen(session, ref=canteen_ref)
        found = settlement.month_state(session, canteen_id=canteen.id, month=month)
        return render_template("accounting/month.html", **_page(session, canteen, found))


@audience("statements.freeze")
@forms.shown_again(closing_month)
def soft_close_month(canteen_ref: str, month: str) -> BaseResponse:
    """Say that the month is done but for what comes late."""
    return _step(canteen_ref, month, "soft_closed", settlement.soft_close_month)


@audience("months.close")
@forms.shown_again(closing_month)
def close_month(canteen_ref: str, month: str) -> BaseResponse:
    """Close the month for good; a second person's act."""
    return _step(canteen_ref, month, "closed", settlement.close_month)


@audience("statements.freeze")
@forms.shown_again(closing_month)
def reopen_month(canteen_ref: str, month: str) -> BaseResponse:
    """Take the first step back, with a reason."""
    return _step(canteen_ref, month, "reopened", settlement.reopen_month, reason=forms.typed("reason"))


@audience("statements.read")
def month_vouchers(canteen_ref: str, month: str) -> BaseResponse:
    """Hand out the vouchers of a month as accounting software takes them in."""
    layout = request.args.get("layout", "")
    with house().database.reading(actor().scope) as session:
        canteen = places.canteen(session, ref=canteen_ref)
        book_id = session.scalars(
            select(tables.ledger.Book.id).where(tables.ledger.Book.canteen_id == canteen.id)
        ).one()
        lines = exports.voucher_lines(session.connection(), book_id=book_id, month=month)
        content = exports.voucher_file(lines, layout=layout, prepared_by=actor().name)
        name = f"{canteen.name}-{month}-{exports.voucher_layouts()[layout].name}.xlsx"
    return send_file(io.BytesIO(content), WORKBOOK, as_attachment=True, download_name=name)


def _step(canteen_ref: str, month: str, told: str, verb: Any, **more: str) -> BaseResponse:
    with house().database.transaction(actor().scope) as session:
        canteen_id = places.canteen(session, ref=canteen_ref).id
        verb(session, canteen_id=canteen_id, month=month, actor=forms.me(), at=clock.now(), **more)
    flash(_words()["told"][told].format(month=settlement.month_name(month)), "ok")
    return redirect(url_for("web.closing_month", canteen_ref=canteen_ref, month=month), 303)


def _words() -> dict[str, Any]:
    said: dict[str, Any] = statement_page.words()["months"]
    return said


def _row(one: places.Canteen, state: str, month: str) -> dict[str, Any]:
    return {
        "name": one.name,
        "href": url_for("web.closing_month", canteen_ref=one.ref, month=month),
        "statement_href": url_for("web.statement", canteen_ref=one.ref, month=month),
        "state": _words()["states"][state],
        "tone": _TONES[state],
    }


def _page(session: Session, canteen: places.Canteen, found: MonthState) -> dict[str, Any]:
    here: dict[str, Any] = {"canteen_ref": canteen.ref, "month": found.month}
    return {
        "title": _words()["title"].format(canteen=canteen.name, month=settlement.month_name(found.month)),
        "crumbs": [
            {"label": _words()["crumb"], "href": url_for("web.months", month=found.month)},
            {"label": canteen.name, "href": None},
        ],
        "steps": _steps(session, found),
        "checks": [_check(check) for check in found.checks],
        "differences": [
            {"seq": one.seq, "day": f"{one.on:%m-%d}", "fen": one.amount_fen, "memo": _memo(one.memo)}
            for one in found.differences
        ],
        "difference_fen": sum(one.amount_fen for one in found.differences),
        "statement_href": url_for("web.statement", **here),
        "files": _files(session, found, here),
        "acts": _acts(found, here),
    }


def _files(session: Session, found: MonthState, here: dict[str, Any]) -> list[dict[str, str]]:
    """Offer the vouchers of a month that has any."""
    entry, book = tables.ledger.JournalEntry, tables.ledger.Book
    wanted = (
        select(entry.seq).join(book, book.id == entry.book_id)
        .where(book.canteen_id == found.canteen_id, entry.month == found.month).limit(1)
    )  # fmt: skip
    if session.scalar(wanted) is None:
        return []
    return [
        {"label": one.name, "href": url_for("web.month_vouchers", **here, layout=one.code)}
        for one in exports.voucher_layouts().values()
    ]


def _steps(session: Session, found: MonthState) -> list[dict[str, str]]:
    said, order = _words()["steps"], ("open", "soft_closed", "closed")
    reached = order.index("closed" if found.state == "approved" else found.state)
    notes = [
        _verdict(found),
        _by(session, found.soft_closed_by, found.soft_closed_at),
        _by(session, found.closed_by, found.closed_at),
    ]
    done = [reached > 0 or found.is_ready, reached >= 1, reached >= 2]
    return [
        {
            "label": said[name],
            "note": note,
            "state": "done" if done[at] else "now" if all(done[:at]) else "todo",
        }
        for at, (name, note) in enumerate(zip(order, notes, strict=True))
    ]


def _verdict(found: MonthState) -> str:
    failed = sum(not check.passed for check in found.checks)
    said = _words()["steps"]
    return str(said["checks"].format(failed=failed) if failed else said["passed"])


def _by(session: Session, who: str, at: Any) -> str:
    if not who:
        return str(_words()["steps"]["waiting"])
    staff = tables.access.Staff
    name = session.scalar(select(staff.name).where(staff.ref == who.removeprefix("staff:"))) or who
    return f"{at.astimezone(clock.CHINA):%m-%d %H:%M} {name}" if at else str(name)


def _check(check: settlement.Check) -> dict[str, str]:
    said, verdicts = _words()["checks"], _words()["verdicts"]
    figures = {name: grouped_yuan(of) if name.endswith("_fen") else str(of) for name, of in check.figures}
    return {
        "label": said[check.code],
        "verdict": verdicts["passed" if check.passed else "failed"],
        "tone": "ok" if check.passed else "bad",
        "detail": said[f"{check.code}_{'detail' if check.passed else 'failed'}"].format_map(figures),
    }


def _acts(found: MonthState, here: dict[str, Any]) -> dict[str, str | None]:
    """Offer the steps that the state and the person's rights allow; who soft-closed is not offered the last one."""
    may, may_close, me = actor().may("statements.freeze"), actor().may("months.close"), forms.me()
    return {
        "soft_close": url_for("web.soft_close_month", **here)
        if may and found.is_ready and found.state == "open"
        else None,
        "reopen": url_for("web.reopen_month", **here) if may and found.state == "soft_closed" else None,
        "close": url_for("web.close_month", **here)
        if may_close and found.state == "soft_closed" and found.soft_closed_by != me
        else None,
        "waits": _words()["waits"]
        if may_close and found.soft_closed_by == me and found.state == "soft_closed"
        else None,
    }


def _memo(memo: str) -> str:
    """Say what an entry was about; that of a count of the till names the count."""
    number = memo.removeprefix("till:")
    return memo if number == memo else say("till", "memo", number=number)
