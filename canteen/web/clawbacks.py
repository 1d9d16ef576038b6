"""Want money back on a page: prepare by one, confirm by another, and see what came of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import treasury
from canteen.foundation import clock
from canteen.foundation.errors import Invalid
from canteen.foundation.money import fen, grouped_yuan
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, overview_page
from canteen.web.register_page import act, cell, entry, form, page, panel, row, tell, words


def add_to(blueprint: Blueprint) -> None:
    """Add the page of clawbacks and what is sent from it."""
    blueprint.get("/accounting/clawbacks")(clawbacks)
    blueprint.post("/accounting/clawbacks")(prepare_clawback)
    blueprint.post("/accounting/clawbacks/<ref>/confirm")(confirm_clawback)


@audience("statements.read")
def clawbacks() -> str:
    """List what was wanted back, on which grounds, by whom, and what is still open of it."""
    with house().database.reading(actor().scope) as session:
        rows = _rows(session)
    said, may = words()["clawbacks"], actor().may("statements.approve")
    fields = [entry("meals"), entry("reason"), entry("document"), entry("penalty", required=False)]
    new = form(url_for("web.prepare_clawback"), said["prepare"], fields) if may else None
    return page("clawbacks", [panel(said["title"], said["heads"], rows, empty=said["empty"], form=new)])


@audience("statements.approve")
@forms.shown_again(clawbacks)
def prepare_clawback() -> BaseResponse:
    """Prepare to want the subsidy of meals back."""
    with house().database.transaction(actor().scope) as session:
        made = treasury.prepare_clawback(
            session, redemption_refs=forms.several("meals"), reason=forms.typed("reason"),
            document=forms.typed("document"), penalty_fen=_penalty(), actor=forms.me(), at=clock.now(),
        )  # fmt: skip
        ref = made.ref
    tell("clawback_prepared", ref=ref)
    return redirect(url_for("web.clawbacks"), 303)


@audience("statements.approve")
@forms.shown_again(lambda ref: clawbacks())
def confirm_clawback(ref: str) -> BaseResponse:
    """Confirm a clawback that somebody else prepared, and book it."""
    with house().database.transaction(actor().scope) as session:
        total = treasury.confirm_clawback(session, ref=ref, actor=forms.me(), at=clock.now())
    tell("clawback_confirmed", amount=grouped_yuan(total))
    return redirect(url_for("web.clawbacks"), 303)


def _penalty() -> int:
    text = forms.typed("penalty")
    try:
        return fen(text.replace(",", "")) if text else 0
    except ValueError:
        raise Invalid("form.not_an_amount", text=text[:20]) from None


def _rows(session: Session) -> list[dict[str, Any]]:
    said, may = words()["clawbacks"], actor().may("statements.approve")
    canteens = {one.id: one.name for one in overview_page.canteens(session)}
    unpaid: dict[str, int] = {}
    for due in treasury.open_dues(session, canteen_ids=canteens):
        unpaid[due.due.source] = unpaid.get(due.due.source, 0) - due.unpaid_fen
    rows = []
    for one, meals, decision in treasury.clawbacks(session):
        left = unpaid.get(one.ref, 0)
        state = (
            (said["waits"], "warn") if decision is None else (said["open"], "info") if left else (said["done"], "ok")
        )
        confirm = act("confirm_clawback", url_for("web.confirm_clawback", ref=one.ref))
        rows.append(
            row(one.ref, canteens[one.canteen_id], f"{one.at.astimezone(clock.CHINA):%Y-%m-%d}", one.reason,
                one.document, cell(str(meals), "n"), cell(grouped_yuan(left), "n"),
                cell(grouped_yuan(one.penalty_fen), "n"), cell(state[0], tone=state[1]),
                acts=[confirm] if may and decision is None and one.actor != forms.me() else [])
        )  # fmt: skip
    return rows
