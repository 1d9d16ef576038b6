"""Let frozen statements be signed place by place, questioned line by line, and explained against the month before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from flask import Blueprint, redirect, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import places, settlement, tables, treasury
from canteen.foundation import clock
from canteen.foundation.errors import Invalid
from canteen.foundation.money import grouped_yuan
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.treasury import RETURNED
from canteen.web import forms, overview_page
from canteen.web.register_page import act, cell, entry, form, page, panel, row, tell, words

Statement = tables.settlement.Statement
Step = tables.treasury.StatementStep
# Who may sign in which place.
PERMISSIONS = {
    "signed": "statements.sign",
    "checked": "statements.check",
    "approved": "statements.approve",
    "accepted": "payments.pay",
}
_MOST = 60


def add_to(blueprint: Blueprint) -> None:
    """Add the list of what waits for a signature, the page of a statement's signatures, and what is sent from it."""
    at = "/accounting/signing/<ref>"
    blueprint.get("/accounting/signing")(signing)
    blueprint.get(at)(signatures)
    for step, sign in SIGN.items():
        blueprint.post(f"{at}/{step}")(sign)
    blueprint.post(f"{at}/return")(return_statement)
    blueprint.post(f"{at}/ask")(ask_about_statement)
    blueprint.post(f"{at}/answer")(answer_query)


@audience("statements.read")
def signing() -> str:
    """List frozen statements that finance has not accepted, those that wait for the asker first."""
    with house().database.reading(actor().scope) as session:
        canteens = {one.id: one for one in overview_page.canteens(session)}
        found = settlement.statements_of(session, canteen_ids=canteens, limit=_MOST)
        steps = treasury.steps_of(session, statement_ids=[one.id for one in found])
        rows = [(_next(steps.get(one.id, ())), one) for one in found]
        mine = [row for row in rows if row[0] and _may(row[0])]
        others = [row for row in rows if row[0] and not _may(row[0])]
        done = [row for row in rows if not row[0]]
        said = words()["signing"]
        panels = [
            panel(said[name], said["heads"], [_listed(one, canteens, waits) for waits, one in listed],
                  empty=said[f"{name}_empty"])
            for name, listed in (("mine", mine), ("others", others), ("done", done))
        ]  # fmt: skip
    return page("signing", panels)


@audience("statements.read")
def signatures(ref: str) -> str:
    """Show who signed a statement, what was asked, and what its difference from last month is made of."""
    with house().database.reading(actor().scope) as session:
        found = settlement.statement(session, ref=ref)
        canteen = places.canteen_by_id(session, canteen_id=found.canteen_id)
        steps = treasury.steps_of(session, statement_ids=[found.id]).get(found.id, [])
        names = _names(session, [one.actor for one in steps])
        panels = [_steps(found, steps, names), _queries(session, found, steps), _explained(session, found)]
        here: dict[str, Any] = {"canteen_ref": canteen.ref, "month": found.month, "part": found.part}
        said = words()["signatures"]
        ways = [
            {"label": said["to_statement"], "href": url_for("web.statement", version=found.version, **here)},
            {"label": said["to_list"], "href": url_for("web.payment_list", ref=ref)},
            {"label": said["to_notice"], "href": url_for("web.public_list", ref=ref)},
        ]
        told = {"canteen": canteen.name, "month": settlement.month_name(found.month), "ref": ref}
        return page("signatures", panels, ways=ways, **told)


@audience("statements.sign")
@forms.shown_again(signatures)
def sign_for_canteen(ref: str) -> BaseResponse:
    """Confirm a statement for the canteen."""
    return _sign(ref, "signed", partial(treasury.sign, step="signed"))


@audience("statements.check")
@forms.shown_again(signatures)
def sign_for_street(ref: str) -> BaseResponse:
    """Sign a statement after the street's first check."""
    return _sign(ref, "checked", partial(treasury.sign, step="checked"))


@audience("statements.approve")
@forms.shown_again(signatures)
def sign_for_affairs(ref: str) -> BaseResponse:
    """Approve a statement for civil affairs."""
    return _sign(ref, "approved", partial(treasury.sign, step="approved"))


@audience("payments.pay")
@forms.shown_again(signatures)
def accept_for_finance(ref: str) -> BaseResponse:
    """Accept a statement for finance, which takes the debt on."""
    return _sign(ref, "accepted", treasury.accept)


def _sign(ref: str, step: str, verb: Callable[..., object]) -> BaseResponse:
    with house().database.transaction(actor().scope) as session:
        verb(session, ref=ref, actor=forms.me(), at=clock.now())
    tell("signed", place=words()["signing"]["places"][step])
    return redirect(url_for("web.signatures", ref=ref), 303)


@audience("statements.question")
@forms.shown_again(signatures)
def return_statement(ref: str) -> BaseResponse:
    """Hand a statement back to the canteen."""
    with house().database.transaction(actor().scope) as session:
        treasury.hand_back(session, ref=ref, reason=forms.typed("reason"), actor=forms.me(), at=clock.now())
    tell("handed_back")
    return redirect(url_for("web.signatures", ref=ref), 303)


@audience("statements.question")
@forms.shown_again(signatures)
def ask_about_statement(ref: str) -> BaseResponse:
    """Ask about a meal of a statement, or about the whole."""
    with house().database.transaction(actor().scope) as session:
        treasury.ask_about(
            session, ref=ref, line_ref=forms.typed("line"), question=forms.typed("question"), actor=forms.me(),
            at=clock.now(),
        )  # fmt: skip
    tell("asked")
    return redirect(url_for("web.signatures", ref=ref), 303)


@audience("statements.question")
@forms.shown_again(signatures)
def answer_query(ref: str) -> BaseResponse:
    """Answer a question about a statement."""
    with house().database.transaction(actor().scope) as session:
        found = settlement.statement(session, ref=ref)
        asked = treasury.queries_of(session, statement_id=found.id)
        query = next((one.query.ref for one in asked if one.query.ref == forms.typed("query")), None)
        if query is None:
            raise Invalid("treasury.no_such_query")
        treasury.answer(session, query_ref=query, text=forms.typed("answer"), actor=forms.me(), at=clock.now())
    tell("answered")
    return redirect(url_for("web.signatures", ref=ref), 303)


SIGN = {
    "signed": sign_for_canteen,
    "checked": sign_for_street,
    "approved": sign_for_affairs,
    "accepted": accept_for_finance,
}


def _next(steps: Sequence[Step]) -> str:
    return treasury.next_signature(steps[-1].step if steps else "")


def _may(step: str) -> bool:
    return actor().may(PERMISSIONS[step])


def _names(session: Session, actors: Sequence[str]) -> dict[str, str]:
    staff = tables.access.Staff
    refs = sorted({one.removeprefix("staff:") for one in actors})
    rows = session.execute(select(staff.ref, staff.name).where(staff.ref.in_(refs)))
    return {f"staff:{row.ref}": row.name for row in rows}


def _listed(one: Any, canteens: dict[int, places.Canteen], waits: str) -> dict[str, Any]:
    said = words()["signing"]
    state = said["waits"][waits] if waits else said["accepted"]
    return row(
        cell(one.ref, href=url_for("web.signatures", ref=one.ref)), canteens[one.canteen_id].name, one.month,
        str(one.part), cell(f"{one.meal_count:,}", "n"), cell(grouped_yuan(one.due_fen), "n"),
        cell(state, tone="warn" if waits and _may(waits) else "ok" if not waits else "info"),
    )  # fmt: skip


def _steps(found: Any, steps: Sequence[Step], names: dict[str, str]) -> dict[str, Any]:
    said, waits = words()["signing"], _next(steps)
    rows = [
        row(
            cell(said["places"][one.step], tone="bad" if one.step == RETURNED else "ok"),
            f"{one.at.astimezone(clock.CHINA):%Y-%m-%d %H:%M}", names.get(one.actor, one.actor), one.reason,
        )
        for one in steps
    ]  # fmt: skip
    if waits and found.state == "frozen":
        rows.append(row(cell(said["waits"][waits], tone="warn"), "", "", "", acts=_acts(found.ref, waits, steps)))
    remark = words()["signatures"]["figures"].format(meals=found.meal_count, due=grouped_yuan(found.due_fen))
    return panel(words()["signatures"]["steps"], words()["signatures"]["steps_heads"], rows, empty="", remark=remark)


def _acts(ref: str, waits: str, steps: Sequence[Step]) -> list[dict[str, Any]]:
    acts = [act("sign", url_for(f"web.{SIGN[waits].__name__}", ref=ref))] if _may(waits) else []
    if steps and steps[-1].step != RETURNED and actor().may("statements.question"):
        back = [entry("reason")]
        acts.append(act("hand_back", url_for("web.return_statement", ref=ref), back, danger=True))
    return acts


def _queries(session: Session, found: Any, steps: Sequence[Step]) -> dict[str, Any]:
    said, may = words()["signatures"], actor().may("statements.question")
    asked = treasury.queries_of(session, statement_id=found.id)
    names = _names(session, [*(one.query.actor for one in asked), *(one.answer.actor for one in asked if one.answer)])
    rows = []
    for one in asked:
        line = cell(one.query.line_ref, href=url_for("web.meal", ref=one.query.line_ref)) if one.query.line_ref else ""
        answer = (
            f"{one.answer.answer}（{names.get(one.answer.actor, one.answer.actor)}）" if one.answer else said["open"]
        )
        reply = act("answer", url_for("web.answer_query", ref=found.ref), [entry("answer")], query=one.query.ref)
        is_mine = one.query.actor == forms.me()
        rows.append(
            row(one.query.ref, line, one.query.question, names.get(one.query.actor, one.query.actor), answer,
                acts=[reply] if may and not one.answer and not is_mine else [])
        )  # fmt: skip
    is_open = bool(_next(steps)) and found.state == "frozen" and may
    fields = [entry("line", required=False), entry("question")]
    new = form(url_for("web.ask_about_statement", ref=found.ref), said["ask"], fields) if is_open else None
    return panel(said["queries"], said["queries_heads"], rows, empty=said["queries_empty"], form=new)


def _explained(session: Session, found: Any) -> dict[str, Any]:
    said, one = words()["signatures"], settlement.explain(session, statement=found)
    months = [(settlement.month_before(found.month), one.before), (found.month, one.after)]
    rows = [
        row(settlement.month_name(month), cell(f"{of.people:,}", "n"), cell(f"{of.meals:,}", "n"),
            cell(grouped_yuan(of.due_fen), "n"), cell(grouped_yuan(of.correction_fen), "n"),
            cell(grouped_yuan(of.total_fen), "n"))
        for month, of in months
    ]  # fmt: skip
    causes = [row(said["causes"][cause], "", "", "", "", cell(grouped_yuan(fen), "n")) for cause, fen in one.causes]
    total = row(said["difference"], "", "", "", "", cell(grouped_yuan(one.difference_fen), "n"))
    return panel(said["explained"], said["explained_heads"], [*rows, *causes, total], empty="", remark=said["remark"])
