"""Show one application with every step that was taken, and take the next one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import eligibility, seniors, tables
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import Invalid
from canteen.foundation.secrecy import masked_name
from canteen.http import soon
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import applications, forms

_ACTS_OF = {
    "applied": ("assess", "refuse", "withdraw"),
    "assessed": ("refuse", "withdraw"),
    "noticed": ("confirm", "object", "refuse", "withdraw"),
    "objected": ("answer", "refuse", "withdraw"),
    "answered": ("confirm", "object", "refuse", "withdraw"),
    "confirmed": ("assess",),
    "renewed": ("assess",),
    "due": ("assess",),
    "rechecked": ("renew", "end", "assess"),
}


def add_to(blueprint: Blueprint) -> None:
    """Add the page of an application and the acts on it."""
    at = "/office/applications/<ref>"
    blueprint.get(at)(application)
    blueprint.post(f"{at}/<act>")(take_step)


@audience("people.read")
def application(ref: str) -> str:
    """Show an application."""
    return _page(ref)


def _again(ref: str, act: str) -> str:
    assert act  # noqa: S101 - The page is the same for every act.
    return _page(ref)


@audience("people.edit")
@forms.shown_again(_again)
def take_step(ref: str, act: str) -> BaseResponse:
    """Take the next step."""
    if act not in _ACTS:
        raise Invalid("form.no_such_choice")
    with house().database.transaction(actor().scope) as session:
        _ACTS[act](session, ref)
    if act in ("confirm", "renew", "end"):
        soon.ask(soon.RECONSIDER)
    is_recheck = act == "assess" and bool(forms.typed("recheck"))
    return applications.told("rechecked" if is_recheck else _STEP_OF[act], ref)


def _assess(session: Session, ref: str) -> None:
    eligibility.assess(
        session, ref=ref, category=forms.chosen("category", dict(applications.categories())),
        evidence=forms.needed("evidence"), day=forms.day("day"), actor=forms.me(), at=clock.now(),
    )  # fmt: skip


def _confirm(session: Session, ref: str) -> None:
    eligibility.confirm(
        session, ref=ref, evidence=forms.needed("evidence"), valid_from=forms.needed_day("valid_from"),
        valid_until=forms.last_day("valid_to"), recheck_on=forms.needed_day("recheck_on"), actor=forms.me(),
        at=clock.now(),
    )  # fmt: skip


def _renew(session: Session, ref: str) -> None:
    eligibility.renew(
        session, ref=ref, evidence=forms.needed("evidence"), recheck_on=forms.needed_day("recheck_on"),
        valid_until=forms.last_day("valid_to"), actor=forms.me(), at=clock.now(),
    )  # fmt: skip


def _end(session: Session, ref: str) -> None:
    ends = forms.needed_day("ends_on")
    eligibility.end(session, ref=ref, evidence=forms.needed("evidence"), ends_on=ends, actor=forms.me(), at=clock.now())


def _object(session: Session, ref: str) -> None:
    day, evidence = forms.day("day"), forms.needed("evidence")
    eligibility.object_to(session, ref=ref, evidence=evidence, day=day, actor=forms.me(), at=clock.now())


def _answer(session: Session, ref: str) -> None:
    eligibility.answer_objection(session, ref=ref, evidence=forms.needed("evidence"), actor=forms.me(), at=clock.now())


def _refuse(session: Session, ref: str) -> None:
    reason, bring = forms.needed("evidence"), forms.typed("to_bring")
    eligibility.refuse(session, ref=ref, reason=reason, to_bring=bring, actor=forms.me(), at=clock.now())


def _withdraw(session: Session, ref: str) -> None:
    eligibility.withdraw(session, ref=ref, evidence=forms.typed("evidence"), actor=forms.me(), at=clock.now())


_ACTS: dict[str, Callable[[Session, str], None]] = {
    "assess": _assess, "confirm": _confirm, "renew": _renew, "end": _end, "object": _object, "answer": _answer,
    "refuse": _refuse, "withdraw": _withdraw,
}  # fmt: skip
_STEP_OF = {
    "assess": "assessed", "confirm": "confirmed", "renew": "renewed", "end": "ended", "object": "objected",
    "answer": "answered", "refuse": "refused", "withdraw": "withdrawn",
}  # fmt: skip


def _page(ref: str) -> str:
    today = clock.today()
    with house().database.reading(actor().scope) as session:
        one = eligibility.shown(session, ref=ref, on=today)
        person = seniors.person_by_id(session, person_id=one.person_id)
        may = actor().may("people.edit")
        acts = {act: url_for("web.take_step", ref=ref, act=act) for act in _ACTS_OF.get(one.state, ()) if may}
        return render_template(
            "office/application.html",
            **applications.row(session, one),
            full_name=masked_name(person.name),
            person_href=url_for("web.person", ref=person.ref),
            notice_href=url_for("web.public_notice", ref=one.notice_ref) if one.notice_ref else None,
            steps=_steps(session, ref),
            acts=acts,
            categories=applications.categories(),
            chosen=request.form.get("category") or one.category,
            bring=applications.bring(one.category),
            today=today.isoformat(),
            applied_day=one.applied_on.isoformat(),
            next_year=_next_year(today).isoformat(),
            lacking=_lacking(session, one),
            is_recheck=one.state in ("confirmed", "renewed", "due", "rechecked"),
            back_href=url_for("web.applications"),
        )


def _next_year(today: date) -> date:
    return date(today.year + 1, today.month, min(today.day, 28))


def _lacking(session: Session, one: eligibility.Shown) -> str:
    lacking = None if one.is_settled else eligibility.lacks_consent(session, one.person_id)
    return str(applications.words()["lacking"][lacking]) if lacking else ""


def _steps(session: Session, ref: str) -> list[dict[str, Any]]:
    taken = eligibility.history(session, ref=ref)
    confirmed = min((step.number for step in taken if step.step == "confirmed"), default=len(taken))
    return [_step(step, is_recheck=step.number > confirmed) for step in taken]


def _step(step: eligibility.ApplicationStep, *, is_recheck: bool) -> dict[str, Any]:
    name = "rechecked" if is_recheck and step.step == "assessed" else step.step
    return {
        "step": applications.words()["steps"][name],
        "day": step.on_day.isoformat(),
        "entered": f"{step.at.astimezone(clock.CHINA):%Y-%m-%d %H:%M}",
        "actor": _who(step.actor),
        "category": applications.category(step.category) if step.category else "",
        "evidence": step.evidence,
        "to_bring": step.to_bring,
        "recheck": step.recheck_on.isoformat() if step.recheck_on else "",
    }


def _who(acted: str) -> str:
    """Name who acted; an account outside is only said to be one."""
    kind, _, ref = acted.partition(":")
    if kind != "staff":
        return str(applications.words()["actors"].get(kind, acted))
    staff = tables.access.Staff
    with house().database.reading(EVERYWHERE) as session:
        return session.scalar(select(staff.name).where(staff.ref == ref)) or acted
