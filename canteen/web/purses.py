"""Keep budgets and charity pots on a screen: what each purse may spend, how far it goes, what a pot has left."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, redirect, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import ledger, settlement, tables, treasury
from canteen.foundation import clock
from canteen.foundation.db import scope_of
from canteen.foundation.errors import Denied, Invalid
from canteen.foundation.money import fen, grouped_yuan
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.settlement import Outlook
from canteen.web import forms
from canteen.web.policy_words import concerns, is_within
from canteen.web.register_page import cell, entry, form, page, panel, row, tell, words

_WIDE, _HIGH, _FOOT = 720, 150, 20
_MOST_MOVES = 30
Purse = tables.ledger.Funder


def add_to(blueprint: Blueprint) -> None:
    """Add budgets and pots and what is sent from them."""
    blueprint.get("/policies/purses")(purses)
    blueprint.post("/policies/purses/budget")(grant_budget)
    blueprint.post("/policies/purses/pot")(open_pot)
    blueprint.post("/policies/purses/move")(move_pot)


@audience("policies.read")
def purses() -> str:
    """Show budgets with their outlook, pots with their balance, and the latest moves."""
    today, may_edit = clock.today(), actor().may("policies.publish")
    with house().database.reading(actor().scope) as session:
        known = _known(session)
        own = [(one.code, one.name) for one in known.values() if is_within(scope_of(session), one.region_code or "")]
        panels = [
            _budgets(session, known, own if may_edit else [], today),
            _pots(session, known, own if may_edit else []),
            _moves(session, known, own if may_edit else []),
        ]
    return page("purses", panels)


def _known(session: Session) -> dict[str, Purse]:
    """Return the purses that concern the scope."""
    rows = session.scalars(select(Purse).order_by(Purse.code))
    return {one.code: one for one in rows if one.region_code and concerns(scope_of(session), one.region_code)}


def outlooks(session: Session, today: date) -> list[tuple[str, Outlook]]:
    """Return name and outlook of each purse that concerns the scope and has a budget this year."""
    known = _known(session)
    granted = ledger.budgets(session, year=today.year)
    amounts = {one.funder_code: one.amount_fen for one in granted if one.funder_code in known}
    found = settlement.outlooks(session.connection(), budgets=amounts, year=today.year, on=today)
    return [(known[one.funder_code].name, one) for one in found]


def _budgets(session: Session, known: dict[str, Purse], own: list[tuple[str, str]], today: date) -> dict[str, Any]:
    said = words()["purses"]
    documents = {one.funder_code: one.document for one in ledger.budgets(session, year=today.year)}
    rows = [_budget(name, one, documents[one.funder_code]) for name, one in outlooks(session, today)]
    new = None
    if own:
        fields = [
            entry("funder", options=own),
            entry("year", value=str(today.year)),
            entry("amount"),
            entry("document"),
        ]
        new = form(url_for("web.grant_budget"), "记下预算", fields)
    title = said["budgets"].format(year=today.year)
    return panel(title, said["budgets_heads"], rows, empty=said["budgets_empty"], form=new)


def _budget(name: str, one: Outlook, document: str) -> dict[str, Any]:
    said = words()["purses"]
    if one.is_over:
        until, tone = said["over"], "bad"
    elif one.runs_out_on is not None:
        until, tone = one.runs_out_on.isoformat(), "warn"
    else:
        until, tone = said["enough"] if one.spent_fen else said["unused"], "ok"
    daily = grouped_yuan(one.window_fen // one.window_days)
    figures = _figures(one.budget_fen, one.spent_fen, one.left_fen)
    return row(name, *figures, daily, cell(until, tone=tone), document, chart=_chart(name, one))


def _figures(*amounts: int) -> list[dict[str, Any]]:
    return [cell(grouped_yuan(amount), "n") for amount in amounts]


def _chart(name: str, one: Outlook) -> dict[str, Any]:
    """Draw what was spent as a line over the year, the budget as a level, and the present rate as a dashed line."""
    first, days = date(one.year, 1, 1), 366
    top = max(one.budget_fen, one.spent_fen, 1) * 11 // 10
    spent = [(0, 0), *(((day - first).days, fen) for day, fen in one.total)]
    last = spent[-1]
    ahead = [last, (days, last[1] + one.window_fen * (days - last[0]) // one.window_days)]
    said = words()["purses"]["chart"]
    return {
        "width": _WIDE,
        "height": _HIGH + _FOOT,
        "title": said.format(
            name=name, year=one.year, spent=grouped_yuan(one.spent_fen), amount=grouped_yuan(one.budget_fen)
        ),
        "spent": " ".join(_point(day, fen, top) for day, fen in spent),
        "ahead": " ".join(_point(day, min(fen, top), top) for day, fen in ahead),
        "limit": _HIGH - one.budget_fen * _HIGH // top,
        "labels": [
            {"x": month * _WIDE // 12, "y": _HIGH + 15, "text": f"{month + 1} 月", "anchor": ""} for month in range(12)
        ],
    }


def _point(day: int, amount: int, top: int) -> str:
    return f"{day * _WIDE // 366},{_HIGH - amount * _HIGH // top}"


def _pots(session: Session, known: dict[str, Purse], own: list[tuple[str, str]]) -> dict[str, Any]:
    said, held = words()["purses"], [one for one in ledger.pots(session) if one.funder_code in known]
    rows = [row(one.name, *_figures(one.pledged_fen, one.received_fen, one.used_fen, one.balance_fen)) for one in held]
    closed = [option for option in own if option[0] not in {one.funder_code for one in held}]
    new = form(url_for("web.open_pot"), "开善款账", [entry("funder", options=closed)]) if closed else None
    return panel(said["pots"], said["pots_heads"], rows, empty=said["pots_empty"], form=new)


def _moves(session: Session, known: dict[str, Purse], own: list[tuple[str, str]]) -> dict[str, Any]:
    said, held = words()["purses"], [one for one in ledger.pots(session) if one.funder_code in known]
    moved = [one for pot in held for one in ledger.pot_moves(session, funder_code=pot.funder_code, limit=_MOST_MOVES)]
    rows = [
        row(one.day.isoformat(), known[one.funder_code].name, said[one.kind], cell(grouped_yuan(one.amount_fen), "n"),
            one.evidence, one.giver)
        for one in sorted(moved, key=lambda one: -one.id)[:_MOST_MOVES]
    ]  # fmt: skip
    open_pots = [option for option in own if option[0] in {one.funder_code for one in held}]
    kinds = [(kind, said[kind]) for kind in ("receipt", "pledge")]
    new = None
    if open_pots:
        fields = [entry("funder", options=open_pots), entry("kind", options=kinds), entry("amount"), entry("voucher"),
                  entry("giver"), entry("day", kind="date", value=clock.today().isoformat())]  # fmt: skip
        new = form(url_for("web.move_pot"), "记一笔", fields)
    return panel(said["moves"], said["moves_heads"], rows, empty=said["moves_empty"], form=new)


@audience("policies.publish")
@forms.shown_again(purses)
def grant_budget() -> BaseResponse:
    """State the budget of a purse for a year."""
    year, amount = forms.needed("year"), _amount()
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        raise Invalid("ledger.budget_malformed")
    with house().database.transaction(actor().scope) as session:
        ledger.grant_budget(
            session, funder_code=_own(session), year=int(year), amount_fen=amount, document=forms.needed("document"),
            actor=forms.me(), at=clock.now(),
        )  # fmt: skip
    tell("budget_granted", year=year)
    return redirect(url_for("web.purses"), 303)


@audience("policies.publish")
@forms.shown_again(purses)
def open_pot() -> BaseResponse:
    """Open a pot for a purse."""
    with house().database.transaction(actor().scope) as session:
        ledger.open_pot(session, funder_code=_own(session), actor=forms.me(), at=clock.now())
    tell("pot_opened")
    return redirect(url_for("web.purses"), 303)


@audience("policies.publish")
@forms.shown_again(purses)
def move_pot() -> BaseResponse:
    """Note what was pledged or received."""
    amount, day = _amount(), forms.needed_day("day")
    if day > clock.today() + timedelta(days=1):
        raise Invalid("ledger.pot_amount")
    with house().database.transaction(actor().scope) as session:
        told: dict[str, Any] = {
            "funder_code": _own(session), "amount_fen": amount, "voucher": forms.needed("voucher"),
            "giver": forms.needed("giver"), "day": day, "actor": forms.me(), "at": clock.now(),
        }  # fmt: skip
        if forms.chosen("kind", ("receipt", "pledge")) == "receipt":
            treasury.receive(session, **told)
        else:
            ledger.move(session, kind="pledge", **told)
    tell("pot_moved")
    return redirect(url_for("web.purses"), 303)


def _own(session: Session) -> str:
    """Return the purse that was chosen, if it is of a region in reach."""
    found = session.get(Purse, forms.needed("funder"))
    if found is None or not is_within(scope_of(session), found.region_code or ""):
        raise Denied("office.outside_scope", region=forms.typed("funder"))
    return found.code


def _amount() -> int:
    try:
        amount = fen(forms.needed("amount").replace(",", ""))
    except ValueError:
        raise Invalid("ledger.pot_amount") from None
    if not 0 <= amount < 10**13:
        raise Invalid("ledger.pot_amount")
    return amount
