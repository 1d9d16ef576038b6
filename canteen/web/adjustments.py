"""Decide what late truths change in the books: proposals by cause and person, the meals behind, accept or reject."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import settlement
from canteen.foundation import clock
from canteen.foundation.errors import Invalid
from canteen.foundation.money import grouped_yuan
from canteen.http import soon, words
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.settlement import Act, Group, ProposalView
from canteen.subsidy import Quote
from canteen.web import dossier, forms, office, settling
from canteen.web.settling import signed

_CAUSES = ("fact", "document", "policy", "day", "join", "site")
_VERDICTS = ("accept", "reject")
_MOST_GROUPS = 40


def add_to(blueprint: Blueprint) -> None:
    """Add the page of proposals and what is sent from it."""
    blueprint.get("/accounting/adjustments")(adjustments)
    blueprint.post("/accounting/adjustments")(decide_adjustments)
    blueprint.post("/accounting/adjustments/look")(look_for_adjustments)


@audience("statements.read")
def adjustments() -> str:
    """Show the proposals in a state, grouped by what became known and whom it is about."""
    return _page()


def _page() -> str:
    person = actor()
    state = request.args.get("state", "open")
    with house().database.reading(person.scope) as session:
        found = settlement.groups(session, state=state)
        accounts = settling.account_names(session)
        shown = [_group(session, one, accounts) for one in found[:_MOST_GROUPS]]
    said = settling.words()["adjustments"]["states"]
    may_decide = person.may("statements.freeze")
    return render_template(
        "accounting/adjustments.html",
        states=[
            {"label": label, "href": url_for("web.adjustments", state=key), "active": key == state}
            for key, label in said.items()
        ],
        groups=shown,
        more=len(found) - len(shown),
        decide_action=url_for("web.decide_adjustments") if may_decide and state == "open" else None,
        look_action=url_for("web.look_for_adjustments") if may_decide else None,
    )


@audience("statements.freeze")
@forms.shown_again(_page)
def decide_adjustments() -> BaseResponse:
    """Accept the ticked proposals into the books, or turn them down with a reason."""
    verdict, refs = forms.chosen("verdict", _VERDICTS), request.form.getlist("proposal")
    if not refs:
        raise Invalid("settlement.none_chosen")
    said, act = settling.words()["adjustments"], Act(forms.me(), clock.now(), forms.typed("reason"))
    with house().database.transaction(actor().scope) as session:
        if verdict == "accept":
            told = said["decided"].format(count=settlement.accept(session, refs=refs, act=act))
        else:
            settlement.reject(session, refs=refs, act=act)
            told = said["rejected"]
    flash(told, "ok")
    return redirect(url_for("web.adjustments"), 303)


@audience("statements.freeze")
def look_for_adjustments() -> BaseResponse:
    """Have the worker look into what became known, without waiting for the night."""
    soon.ask(soon.RECONSIDER)
    flash(settling.words()["adjustments"]["looking"], "info")
    return redirect(url_for("web.adjustments"), 303)


def _group(session: Session, group: Group, accounts: dict[str, str]) -> dict[str, Any]:
    said = settling.words()["adjustments"]
    may_see = actor().may("people.read") and group.person_ref
    return {
        "key": group.cause_id,
        "cause": _cause(session, group),
        "since": said["since"].format(day=group.since),
        "person": f"{group.person_masked} {group.person_ref}".strip(),
        "person_href": url_for("web.person", ref=group.person_ref) if may_see else None,
        "evidence": group.what.get("evidence", ""),
        "purses": [
            {"label": f"{accounts.get(account, account)}　{name}".strip(), "change": signed(fen)}
            for account, _, name, fen in group.purses
        ],
        "rows": [_row(one) for one in group.proposals],
        "count": len(group.proposals),
        "question": settling.words()["adjustments"]["ask_grant" if group.kind == "site" else "ask_meal"],
    }


def _cause(session: Session, group: Group) -> str:
    said = settling.words()["adjustments"]["causes"]
    if group.kind != "fact" or not group.what:
        known = {"policy": group.what.get("policy", ""), "what": "", "day": group.since.isoformat()}
        return str(said.get(group.kind, group.kind)).format_map(known)
    fact: Any = SimpleNamespace(**group.what)
    form = said["fact_withdrawn" if fact.withdrawn else "fact"]
    valid = office.validity(fact.valid_from, fact.valid_until)
    return str(form).format(what=office.label("facts", fact.kind), value=dossier.value(session, fact), valid=valid)


def _row(one: ProposalView) -> dict[str, Any]:
    said = settling.words()["adjustments"]
    is_grant = one.kind == "grant"
    return {
        "ref": one.ref,
        "day": one.service_date.isoformat(),
        "meal": words.value("meal", one.meal) if one.meal else "",
        "canteen": one.canteen_name,
        "kind": said["kinds"][one.kind],
        "tone": said["tones"][one.kind],
        "change": signed(one.difference_fen),
        "effect": "" if is_grant else _effect(one),
        "borne": said["borne"].get(one.borne_by, "") if one.difference_fen < 0 else "",
        "href": None if is_grant or not actor().may("meals.read") else url_for("web.meal", ref=one.subject),
        "subject": _grant_name(one) if is_grant else one.subject,
        "decision": _decision(one),
    }


def _grant_name(one: ProposalView) -> str:
    grant = json.loads(one.after)
    period = settling.words()["grants"]["period"].format(first=grant["first_day"], last=grant["last_day"])
    return f"{grant['name']} {period}"


def _effect(one: ProposalView) -> str:
    after = Quote.from_json(one.after)
    support = after.subsidy_fen + after.delivery_subsidy_fen
    said = settling.words()["adjustments"]["effect"]
    return str(said).format(subsidy=grouped_yuan(support), own=grouped_yuan(after.own_fen))


def _decision(one: ProposalView) -> str:
    if one.decision is None:
        return ""
    said, made = settling.words()["adjustments"], one.decision
    parts = [f"{made.at.astimezone(clock.CHINA):%m-%d %H:%M}"]
    if made.entries:
        parts.append(said["entries"].format(entries="、".join(map(str, made.entries))))
    if made.verdict == "rejected":
        parts.append(made.reason)
    return " ".join(parts)
