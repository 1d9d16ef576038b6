"""Pay what purses owe: what is owed to whom and for how long, batches, the bank's file and what the bank answered."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from flask import Blueprint, redirect, request, send_file, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import settlement, tables, treasury
from canteen.foundation import clock
from canteen.foundation.errors import Invalid
from canteen.foundation.money import fen, grouped_yuan, yuan
from canteen.foundation.references import is_reference
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.treasury import OpenDue, Transfer
from canteen.web import forms, overview_page
from canteen.web.register_page import act, cell, entry, form, page, panel, row, tell, words

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TONES = {"prepared": "warn", "approved": "info", "cancelled": "", "waiting": "info", "paid": "ok", "returned": "bad"}


def add_to(blueprint: Blueprint) -> None:
    """Add what is owed, the batches, and what is sent from them."""
    at = "/accounting/payments/<ref>"
    blueprint.get("/accounting/payments")(payments)
    blueprint.post("/accounting/payments/prepare")(prepare_payment)
    blueprint.post("/accounting/payments/grant")(accept_grant)
    blueprint.get(at)(payment)
    blueprint.get(f"{at}/file")(bank_file)
    blueprint.post(f"{at}/approve")(approve_payment)
    blueprint.post(f"{at}/cancel")(cancel_payment)
    blueprint.post(f"{at}/paid")(confirm_payment)
    blueprint.post(f"{at}/returned")(return_payment)


@audience("statements.read")
def payments() -> str:
    """Show what each purse owes each canteen by age, the dues that are open, and the latest batches."""
    with house().database.reading(actor().scope) as session:
        canteens = {one.id: one.name for one in overview_page.canteens(session)}
        funders = _funders(session)
        dues = treasury.open_dues(session, canteen_ids=canteens)
        panels = [
            _aging(dues, canteens, funders),
            _dues(dues, canteens, funders),
            _grants(session, canteens),
            _batches(session, funders),
        ]
    return page("payments", panels)


@audience("statements.read")
def payment(ref: str) -> str:
    """Show one batch: each transfer with the documents it pays, and what the bank did."""
    with house().database.reading(actor().scope) as session:
        batch = treasury.batch(session, ref=ref)
        state, found = treasury.state_of(session, batch), treasury.transfers(session, batch)
        said, funder = words()["payment"], _funders(session)[batch.funder_code]
        rows = [_transfer(ref, state, one) for one in found]
        total = grouped_yuan(sum(one.amount_fen for one in found))
        waiting = [one for one in found if one.result == "waiting"]
        panels = [panel(said["transfers"], said["heads"], rows, empty="", remark=said["total"].format(total=total))]
        acts = _acts(ref, state)
        if acts:
            panels.append(panel(said["next"], said["next_heads"], [row(said["states"][state], acts=acts)], empty=""))
        ways = [
            {"label": said["file"].format(name=one.name), "href": url_for("web.bank_file", ref=ref, layout=one.code)}
            for one in treasury.bank_layouts().values()
            if state == "approved" and waiting and actor().may("payments.pay")
        ]
        return page("payment", panels, ways=ways, ref=ref, funder=funder, state=said["states"][state])


@audience("payments.pay")
def bank_file(ref: str) -> BaseResponse:
    """Hand out the file for the bank."""
    with house().database.transaction(actor().scope) as session:
        layout = request.args.get("layout", "general")
        content = treasury.bank_file(session, ref=ref, layout=layout, actor=forms.me(), at=clock.now())
    return send_file(io.BytesIO(content), _WORKBOOK, as_attachment=True, download_name=f"{ref}.xlsx")


@audience("payments.pay")
@forms.shown_again(payments)
def prepare_payment() -> BaseResponse:
    """Make up a batch: every open due of a purse, or a part of one."""
    funder, due, part = forms.typed("funder"), forms.typed("due"), forms.typed("amount")
    with house().database.transaction(actor().scope) as session:
        canteen_ids = [one.id for one in overview_page.canteens(session)]
        dues = {one.due.ref: one for one in treasury.open_dues(session, canteen_ids=canteen_ids)}
        if due:
            if due not in dues:
                raise Invalid("treasury.no_such_due")
            funder, amounts = dues[due].due.funder_code, {due: _amount(part) if part else dues[due].left_fen}
        else:
            amounts = {ref: one.left_fen for ref, one in dues.items() if one.due.funder_code == funder and one.left_fen}
        made = treasury.prepare_batch(
            session, funder_code=funder, amounts=amounts, memo=forms.typed("memo"), actor=forms.me(), at=clock.now()
        )
        ref = made.ref
    tell("batch_prepared", ref=ref)
    return redirect(url_for("web.payment", ref=ref), 303)


@audience("payments.pay")
@forms.shown_again(payments)
def accept_grant() -> BaseResponse:
    """Accept a grant that is in a canteen's book, so that it can be paid."""
    with house().database.transaction(actor().scope) as session:
        treasury.accept_grant(session, proposal_ref=forms.needed("grant"), actor=forms.me(), at=clock.now())
    tell("grant_accepted")
    return redirect(url_for("web.payments"), 303)


@audience("payments.pay")
@forms.shown_again(payment)
def approve_payment(ref: str) -> BaseResponse:
    """Approve a batch that somebody else made up."""
    return _done(ref, "batch_approved", treasury.approve_batch, ref=ref)


@audience("payments.pay")
@forms.shown_again(payment)
def cancel_payment(ref: str) -> BaseResponse:
    """Call a batch off."""
    return _done(ref, "batch_cancelled", treasury.cancel_batch, ref=ref)


@audience("payments.pay")
@forms.shown_again(payment)
def confirm_payment(ref: str) -> BaseResponse:
    """Note that the bank paid a transfer."""
    told: dict[str, Any] = {"serial": forms.typed("serial"), **_bank()}
    return _done(ref, "transfer_paid", partial(treasury.confirm_paid, batch_ref=ref, **told))


@audience("payments.pay")
@forms.shown_again(payment)
def return_payment(ref: str) -> BaseResponse:
    """Note that the bank returned a transfer."""
    told: dict[str, Any] = {"reason": forms.typed("reason"), **_bank()}
    return _done(ref, "transfer_returned", partial(treasury.note_return, batch_ref=ref, **told))


def _bank() -> dict[str, Any]:
    """Return what every answer of the bank says: on which day, about whose transfer."""
    return {"on": forms.needed_day("day"), "operator_ref": forms.needed("operator")}


def _done(batch_ref: str, told: str, verb: Any, **asked: Any) -> BaseResponse:
    with house().database.transaction(actor().scope) as session:
        verb(session, actor=forms.me(), at=clock.now(), **asked)
    tell(told)
    return redirect(url_for("web.payment", ref=batch_ref), 303)


def _amount(text: str) -> int:
    try:
        return fen(text.replace(",", ""))
    except ValueError:
        raise Invalid("form.not_an_amount", text=text[:20]) from None


def _funders(session: Session) -> dict[str, str]:
    funder = tables.ledger.Funder
    return {row.code: row.name for row in session.execute(select(funder.code, funder.name))}


def _aging(dues: Sequence[OpenDue], canteens: Mapping[int, str], funders: Mapping[str, str]) -> dict[str, Any]:
    said, found = words()["payments"], treasury.aged(dues, on=clock.today())
    rows = [
        row(funders[one.funder_code], canteens[one.canteen_id], *(_money(fens) for fens in (*one.fens, one.total_fen)))
        for one in found
    ]
    if found:
        sums = [sum(column) for column in zip(*(one.fens for one in found), strict=True)]
        rows.append(row(said["total"], "", *(_money(fens) for fens in (*sums, sum(sums)))))
    return panel(said["aging"], said["aging_heads"], rows, empty=said["aging_empty"], remark=said["aging_remark"])


def _document(one: OpenDue) -> tuple[str, str]:
    """Return the kind of a due's document and where it is shown; what was brought along is no statement of ours."""
    if is_reference(one.due.source, "B"):
        return "opening", url_for("web.openings")
    is_statement = one.due.kind == "statement"
    return one.due.kind, url_for("web.signatures", ref=one.due.source) if is_statement else url_for("web.grants")


def _dues(dues: Sequence[OpenDue], canteens: Mapping[int, str], funders: Mapping[str, str]) -> dict[str, Any]:
    said, may_pay = words()["payments"], actor().may("payments.pay")
    rows = []
    for one in dues:
        pay = act("pay_due", url_for("web.prepare_payment"), [entry("amount", value=yuan(one.left_fen))],
                  due=one.due.ref)  # fmt: skip
        kind, href = _document(one)
        rows.append(
            row(funders[one.due.funder_code], canteens[one.due.canteen_id],
                cell(f"{said['kinds'][kind]} {one.due.source}", href=href), one.due.month,
                _money(one.due.amount_fen), _money(one.paid_fen), _money(one.moving_fen), _money(one.left_fen),
                acts=[pay] if may_pay and one.left_fen > 0 else [])
        )  # fmt: skip
    owing = sorted({one.due.funder_code for one in dues if one.left_fen})
    new = None
    if may_pay and owing:
        fields = [entry("funder", options=[(code, funders[code]) for code in owing]), entry("memo", required=False)]
        new = form(url_for("web.prepare_payment"), said["prepare"], fields)
    return panel(said["dues"], said["dues_heads"], rows, empty=said["dues_empty"], form=new)


def _grants(session: Session, canteens: Mapping[int, str]) -> dict[str, Any]:
    said, may_pay = words()["payments"], actor().may("payments.pay")
    rows = [
        row(canteens[one.canteen_id], one.memo, one.on.isoformat(), _money(one.amount_fen),
            acts=[act("accept_grant", url_for("web.accept_grant"), grant=one.source)] if may_pay else [])
        for one in treasury.grants_to_accept(session, canteen_ids=canteens)
    ]  # fmt: skip
    return panel(said["grants"], said["grants_heads"], rows, empty=said["grants_empty"])


def _batches(session: Session, funders: Mapping[str, str]) -> dict[str, Any]:
    said, states = words()["payments"], words()["payment"]["states"]
    rows = []
    for one in treasury.batches(session):
        state, found = treasury.state_of(session, one), treasury.transfers(session, one)
        done = sum(transfer.result != "waiting" for transfer in found)
        rows.append(
            row(cell(one.ref, href=url_for("web.payment", ref=one.ref)), funders[one.funder_code],
                f"{one.at.astimezone(clock.CHINA):%Y-%m-%d}", one.memo,
                _money(sum(transfer.amount_fen for transfer in found)), cell(f"{done}/{len(found)}", "n"),
                cell(states[state], tone=_TONES[state] or "info"))
        )  # fmt: skip
    return panel(said["batches"], said["batches_heads"], rows, empty=said["batches_empty"])


def _transfer(ref: str, state: str, one: Transfer) -> dict[str, Any]:
    said, today = words()["payment"], clock.today().isoformat()
    documents = "、".join(
        f"{settlement.month_name(due.month)} {due.source} {grouped_yuan(amount)}" for due, amount in one.items
    )
    acts = []
    if state == "approved" and actor().may("payments.pay") and one.result != "returned":
        day = entry("day", kind="date", value=today)
        if one.result == "waiting":
            acts.append(
                act(
                    "transfer_paid",
                    url_for("web.confirm_payment", ref=ref),
                    [entry("serial"), day],
                    operator=one.operator.ref,
                )
            )
        back = [entry("reason"), day]
        acts.append(
            act(
                "transfer_returned",
                url_for("web.return_payment", ref=ref),
                back,
                danger=True,
                operator=one.operator.ref,
            )
        )
    tail = f"{one.operator.bank_name or ''} …{one.operator.bank_account_tail}" if one.operator.bank_account_tail else ""
    return row(
        one.operator.name, tail or said["no_account"], cell(documents, "wide"), _money(one.amount_fen),
        cell(said["results"][one.result], tone=_TONES[one.result]), f"{one.serial} {one.reason}".strip(), acts=acts,
    )  # fmt: skip


def _acts(ref: str, state: str) -> list[dict[str, Any]]:
    if state != "prepared" or not actor().may("payments.pay"):
        return []
    return [
        act("approve_batch", url_for("web.approve_payment", ref=ref)),
        act("cancel_batch", url_for("web.cancel_payment", ref=ref), danger=True),
    ]


def _money(amount: int) -> dict[str, Any]:
    return cell(grouped_yuan(amount), "n")
