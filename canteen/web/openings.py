"""Let a canteen go live in mid-year: look at a workbook, keep what it brings along, have another sign it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import places, tables, treasury
from canteen.foundation import clock
from canteen.foundation.errors import NotFound
from canteen.foundation.money import grouped_yuan
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.treasury import Brought
from canteen.web import forms, overview_page
from canteen.web.register_page import act, cell, entry, form, page, panel, row, tell, words
from canteen.web.sent_tables import sent_table

_TONES = {"none": "", "prepared": "warn", "signed": "ok"}


def add_to(blueprint: Blueprint) -> None:
    """Add the list of canteens, the page of one, and what is sent from it."""
    at = "/accounting/openings/<canteen_ref>"
    blueprint.get("/accounting/openings")(openings)
    blueprint.get(at)(opening)
    blueprint.post(at)(send_opening)
    blueprint.post(f"{at}/sign")(sign_opening)


@audience("statements.read")
def openings() -> str:
    """List the canteens in reach with what they brought along."""
    said = words()["openings"]
    with house().database.reading(actor().scope) as session:
        rows = []
        for one in overview_page.canteens(session):
            found, state = _state(session, one.ref)
            rows.append(
                row(cell(one.name, href=url_for("web.opening", canteen_ref=one.ref)),
                    found.live_on.isoformat() if found else "", found.document if found else "",
                    cell(said["states"][state], tone=_TONES[state]))
            )  # fmt: skip
    return page("openings", [panel(said["canteens"], said["heads"], rows, empty=said["empty"])])


@audience("statements.read")
def opening(canteen_ref: str) -> str:
    """Show what a canteen brought along, and who still has to sign; offer to hand it in where nothing was."""
    said, may = words()["opening"], actor().may("statements.freeze")
    with house().database.reading(actor().scope) as session:
        canteen = places.canteen(session, ref=canteen_ref)
        found, state = _state(session, canteen_ref)
        brought = Brought.read(found.content) if found else Brought((), ())
        accounts = {one.code: one.name for one in session.scalars(select(tables.ledger.Account))}
        funders = {one.code: one.name for one in session.scalars(select(tables.ledger.Funder))}
    balances = [
        row(one.account, accounts[one.account], funders.get(one.funder_code, ""), *_sides(one.amount_fen))
        for one in brought.balances
    ]
    months = [
        row(one.month, funders[one.funder_code], cell(grouped_yuan(one.amount_fen), "n")) for one in brought.months
    ]
    fields = [
        entry("live_on", kind="date"), entry("workbook", kind="file"), entry("document"),
        entry("purpose", options=list(said["purposes"].items())),
    ]  # fmt: skip
    new = None
    if may and state == "none":
        new = form(url_for("web.send_opening", canteen_ref=canteen_ref), said["send"], fields)
    if found is not None and state == "prepared" and may and found.actor != forms.me():
        sign = act("sign_opening", url_for("web.sign_opening", canteen_ref=canteen_ref))
        balances.append(row("", "", "", "", "", acts=[sign]))
    remark = said["remark"].format(day=found.live_on, digest=found.digest[:16]) if found else said["columns"]
    panels = [
        panel(said["balances"], said["balances_heads"], balances, empty=said["empty"], remark=remark, form=new),
        panel(said["months"], said["months_heads"], months, empty=said["months_empty"]),
    ]
    ways = [{"label": words()["openings"]["heading"], "href": url_for("web.openings")}]
    return page("opening", panels, ways=ways, canteen=canteen.name, state=words()["openings"]["states"][state])


@audience("statements.freeze")
@forms.shown_again(opening)
def send_opening(canteen_ref: str) -> BaseResponse:
    """Look at a workbook and keep nothing, or keep what it brings along."""
    _, content = sent_table("workbook")
    live_on = forms.needed_day("live_on")
    if forms.chosen("purpose", ("try", "keep")) == "try":
        with house().database.reading(actor().scope) as session:
            places.canteen(session, ref=canteen_ref)
            brought = treasury.read_opening(session, content=content, live_on=live_on)
        debit = sum(one.amount_fen for one in brought.balances if one.amount_fen > 0)
        tell("opening_tried", rows=len(brought.balances), months=len(brought.months), debit=grouped_yuan(debit))
    else:
        with house().database.transaction(actor().scope) as session:
            treasury.prepare_opening(
                session, canteen_ref=canteen_ref, live_on=live_on, content=content,
                document=forms.typed("document"), actor=forms.me(), at=clock.now(),
            )  # fmt: skip
        tell("opening_kept")
    return redirect(url_for("web.opening", canteen_ref=canteen_ref), 303)


@audience("statements.freeze")
@forms.shown_again(opening)
def sign_opening(canteen_ref: str) -> BaseResponse:
    """Sign as a second person, which books what was brought along."""
    with house().database.transaction(actor().scope) as session:
        seq = treasury.sign_opening(session, canteen_ref=canteen_ref, actor=forms.me(), at=clock.now())
    tell("opening_signed", seq=seq)
    return redirect(url_for("web.opening", canteen_ref=canteen_ref), 303)


def _state(session: Session, canteen_ref: str) -> tuple[tables.treasury.Opening | None, str]:
    try:
        found = treasury.opening(session, canteen_ref=canteen_ref)
    except NotFound:
        return None, "none"
    signed = session.get(tables.treasury.OpeningSignature, found.id)
    return found, "signed" if signed else "prepared"


def _sides(amount_fen: int) -> tuple[Any, Any]:
    text = grouped_yuan(abs(amount_fen))
    return cell(text if amount_fen > 0 else "", "n"), cell(text if amount_fen < 0 else "", "n")
