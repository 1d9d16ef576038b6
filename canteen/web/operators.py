"""Keep who runs canteens: the record, contracts and price ceilings with their days, the bank account covered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import places
from canteen.foundation import clock
from canteen.foundation.errors import NotFound
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, reach, site_words
from canteen.web.site_words import words


def add_to(blueprint: Blueprint) -> None:
    """Add the list of operators, the page of one, and what is sent from it."""
    at = "/office/operators/<ref>"
    blueprint.get("/office/operators")(operators)
    blueprint.get("/office/operators/new")(new_operator)
    blueprint.post("/office/operators/new")(add_operator)
    blueprint.get(at)(operator)
    blueprint.post(f"{at}/change")(change_operator)
    blueprint.post(f"{at}/account")(open_account)
    blueprint.post(f"{at}/contracts")(agree_contract)
    blueprint.post(f"{at}/contracts/end")(end_contract)
    blueprint.post(f"{at}/ceilings")(set_ceiling)


@audience("places.edit")
def operators() -> str:
    """List the operators in reach."""
    with house().database.reading(actor().scope) as session:
        rows = [_row(session, one) for one in places.operators(session)]
        return render_template(
            "office/operators.html", rows=rows, new_href=url_for("web.new_operator"), back_href=url_for("web.sites")
        )


@audience("places.edit")
def new_operator() -> str:
    """Show the form to enter an operator."""
    with house().database.reading(actor().scope) as session:
        return render_template(
            "office/operator_form.html",
            action=url_for("web.add_operator"),
            back_href=url_for("web.operators"),
            kinds=list(words()["operators"].items()),
            regions=reach.region_options(session),
            values=request.form,
        )


@audience("places.edit")
@forms.shown_again(new_operator)
def add_operator() -> BaseResponse:
    """Enter an operator."""
    with house().database.transaction(actor().scope) as session:
        added = places.add_operator(
            session, region_code=reach.require_region(session, forms.needed("region")).code, **_typed()
        )
        site_words.tell("operator_added", name=added.name)
        return redirect(url_for("web.operator", ref=added.ref), 303)


@audience("places.edit")
def operator(ref: str) -> str:
    """Show an operator with the account covered."""
    return _page(ref)


def _again(ref: str) -> str:
    return _page(ref)


@audience("places.edit")
@forms.shown_again(_again)
def change_operator(ref: str) -> BaseResponse:
    """Change the record; an empty account leaves the one that is kept."""
    with house().database.transaction(actor().scope) as session:
        places.change_operator(session, operator_id=_id(session, ref), **_typed())
    return _done(ref, "operator_changed")


@audience("places.edit")
def open_account(ref: str) -> str:
    """Show the bank account in full, and keep who looked."""
    with house().database.transaction(actor().scope) as session:
        number = places.open_bank_account(session, operator_id=_id(session, ref), actor=forms.me(), at=clock.now())
    return _page(ref, account=number)


@audience("places.edit")
@forms.shown_again(_again)
def agree_contract(ref: str) -> BaseResponse:
    """Enter a contract."""
    number = forms.needed("number")
    with house().database.transaction(actor().scope) as session:
        places.agree_contract(
            session,
            operator_id=_id(session, ref),
            number=number,
            valid_from=forms.needed_day("valid_from"),
            valid_until=forms.last_day("valid_to"),
            evidence=forms.typed("evidence"),
            actor=forms.me(),
            at=clock.now(),
        )
    return _done(ref, "contract_agreed", number=number)


@audience("places.edit")
@forms.shown_again(_again)
def end_contract(ref: str) -> BaseResponse:
    """Let a contract end on another day."""
    last, until = forms.needed_day("last"), forms.last_day("last")
    with house().database.transaction(actor().scope) as session:
        listed = places.contracts_of(session, operator_id=_id(session, ref))
        found = next((one for one in listed if str(one.id) == forms.needed("contract")), None)
        if found is None or until is None:
            raise NotFound("places.contract_unknown")
        places.end_contract(
            session, contract_id=found.id, valid_until=until, evidence=forms.needed("evidence"), actor=forms.me(),
            at=clock.now(),
        )  # fmt: skip
        return _done(ref, "contract_ended", number=found.number, day=last)


@audience("places.edit")
@forms.shown_again(_again)
def set_ceiling(ref: str) -> BaseResponse:
    """Say how dear dishes may be from a day on."""
    since = forms.needed_day("since")
    with house().database.transaction(actor().scope) as session:
        places.set_ceiling(
            session,
            operator_id=_id(session, ref),
            price_fen=forms.yuan("price"),
            valid_from=since,
            evidence=forms.needed("ceiling_evidence"),
            actor=forms.me(),
            at=clock.now(),
        )
    return _done(ref, "ceiling_set", day=since)


def _page(ref: str, *, account: str | None = None) -> str:
    today = clock.today()
    with house().database.reading(actor().scope) as session:
        found = places.operator(session, ref=ref)
        held = {"name": found.name, "kind": found.kind, "bank_name": found.bank_name or ""}
        return render_template(
            "office/operator.html",
            name=found.name,
            reference=found.ref,
            kind=words()["operators"][found.kind],
            place=site_words.place_name(session, found.region_code) if found.region_code else words()["none"],
            bank=found.bank_name or words()["none"],
            account=account or site_words.account(found.bank_account_tail),
            may_open=bool(found.bank_account_tail) and account is None,
            contracts=_contracts(places.contracts_of(session, operator_id=found.id), today),
            ceilings=_ceilings(places.ceilings_of(session, operator_id=found.id), today),
            canteens=[{"name": one.name, "href": url_for("web.site", ref=one.ref)} for one in _run_by(session, found)],
            kinds=list(words()["operators"].items()),
            values=held | {name: request.form[name] for name in held if name in request.form},
            typed={} if account else request.form,
            crumbs=[{"label": "运营单位", "href": url_for("web.operators")}, {"label": found.name, "href": None}],
            acts={
                name: url_for(f"web.{name}", ref=ref)
                for name in ("change_operator", "open_account", "agree_contract", "end_contract", "set_ceiling")
            },
        )


def _typed() -> dict[str, Any]:
    return {
        "name": forms.needed("name"),
        "kind": forms.chosen("kind", places.OPERATORS),
        "bank_name": forms.typed("bank_name"),
        "bank_account": forms.typed("bank_account"),
        "actor": forms.me(),
        "at": clock.now(),
    }


def _id(session: Session, ref: str) -> int:
    return places.operator(session, ref=ref).id


def _run_by(session: Session, found: places.Operator) -> Sequence[places.Canteen]:
    """List the canteens in reach that an operator runs; those elsewhere are not this office's business."""
    ids = session.scalars(select(places.Canteen.id).where(places.Canteen.operator_id == found.id)).all()
    return places.canteens_of(session, canteen_ids=actor().scope.canteen_ids & set(ids))


def _row(session: Session, one: places.Operator) -> dict[str, Any]:
    today = clock.today()
    contract = places.contract_on(session, operator_id=one.id, day=today)
    in_force = [row for row in places.ceilings_of(session, operator_id=one.id) if row.valid_from <= today]
    return {
        "name": one.name,
        "href": url_for("web.operator", ref=one.ref),
        "kind": words()["operators"][one.kind],
        "contract": contract.number if contract else words()["none"],
        "days": site_words.days(contract.valid_from, contract.valid_until) if contract else "",
        "ceiling": site_words.ceiling(in_force[-1].price_fen if in_force else None),
        "account": site_words.account(one.bank_account_tail),
        "canteens": len(_run_by(session, one)),
    }


def _contracts(listed: Sequence[places.Contract], today: date) -> list[dict[str, Any]]:
    rows = []
    for one in listed:
        label, tone = site_words.state(one.valid_from, one.valid_until, today)
        rows.append(
            {
                "key": one.id,
                "number": one.number,
                "days": site_words.days(one.valid_from, one.valid_until),
                "evidence": one.evidence,
                "status": label,
                "tone": tone,
                "may_end": one.valid_until is None or one.valid_until > today,
            }
        )
    return rows


def _ceilings(listed: Sequence[places.PriceCeiling], today: date) -> list[dict[str, Any]]:
    """Show each ceiling with the days on which it is in force; one that another of the same day replaced has none."""
    rows = []
    for place, one in enumerate(listed):
        until = listed[place + 1].valid_from if place + 1 < len(listed) else None
        label, tone = site_words.state(one.valid_from, until, today)
        replaced = until == one.valid_from
        rows.append(
            {
                "price": site_words.ceiling(one.price_fen),
                "days": words()["replaced"] if replaced else site_words.days(one.valid_from, until),
                "evidence": one.evidence,
                "entered": one.entered_at.astimezone(clock.CHINA).date().isoformat(),
                "status": words()["states"]["past"] if replaced else label,
                "tone": "" if replaced else tone,
            }
        )
    return rows[::-1]


def _done(ref: str, told: str, **params: date | str) -> BaseResponse:
    site_words.tell(told, **params)
    return redirect(url_for("web.operator", ref=ref), 303)
