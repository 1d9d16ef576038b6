"""Show what stands every week and what came of each day; agree on it, pause it and end it for one person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import orders, places, seniors, standing, tables
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import Invalid
from canteen.foundation.secrecy import masked_name
from canteen.http import words
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, frame, office

_MODES = ("dine_in", "pickup", "delivery")
_TONES = {"placed": "ok", "fallback": "warn", "skipped": "info"}


def add_to(blueprint: Blueprint) -> None:
    """Add the list of results, the sheet of one person, and what is sent from them."""
    at = "/office/people/<ref>/standing"
    blueprint.get("/office/standing")(standing_results)
    blueprint.post("/office/standing/run")(run_standing)
    blueprint.get(at)(standing_of)
    blueprint.post(at)(begin_standing)
    blueprint.post(f"{at}/pause")(pause_standing)
    blueprint.post(f"{at}/resume")(resume_standing)
    blueprint.post(f"{at}/<standing_ref>/end")(end_standing)


@audience("orders.place")
def standing_results() -> str:
    """Show the latest runs, each person's result of the days ahead, and everything that stands."""
    today = clock.today()
    with house().database.reading(actor().scope) as session:
        results = standing.occurrences(session, first=today, last=today + timedelta(days=standing.HORIZON))
        stands = standing.all_live(session, on=today)
    with house().database.reading(EVERYWHERE) as session:
        return render_template(
            "office/standing.html",
            runs=[_run(one) for one in standing.runs(session, limit=6)],
            results=[_result(session, one) for one in results],
            stands=[_stand(session, one, is_named=True) for one in stands],
            run_action=url_for("web.run_standing"),
        )


@audience("orders.place")
def run_standing() -> BaseResponse:
    """Run once more, now; what somebody has changed stays as it is."""
    reports = standing.run_ahead(house().database, at=clock.now())
    missing = sum(one.missing for one in reports)
    office.tell("standing_missing" if missing else "standing_run", missing=missing)
    return redirect(url_for("web.standing_results"), 303)


@audience("orders.place")
def standing_of(ref: str) -> str:
    """Show what stands for one person, and a sheet to agree on more."""
    return _sheet(ref)


def _again(ref: str, **_more: str) -> str:
    return _sheet(ref)


@audience("orders.place")
@forms.shown_again(_again)
def begin_standing(ref: str) -> BaseResponse:
    """Agree on a pattern, and order what falls on the days ahead."""
    at = clock.now()
    with house().database.transaction(actor().scope) as session:
        found = seniors.person(session, ref=ref)
        made = standing.begin(
            session,
            person_id=found.id,
            canteen_id=_home(session, found).id,
            meal=forms.chosen("meal", orders.MEALS),
            weekdays=[int(day) for day in request.form.getlist("weekday") if day in "1234567"],
            dishes=_wished(),
            mode=forms.chosen("mode", _MODES),
            valid_from=forms.day("first") or clock.today(),
            valid_until=forms.last_day("last"),
            fallback=forms.typed("fallback"),
            skips_holidays=bool(forms.typed("skips_holidays")),
            actor=forms.me(),
            channel="phone",
            at=at,
        )
        standing.catch_up(session, ref=made.ref, at=at)
    office.tell("standing_begun")
    return redirect(url_for("web.standing_of", ref=ref), 303)


@audience("orders.place")
@forms.shown_again(_again)
def pause_standing(ref: str) -> BaseResponse:
    """Pause everything that stands for the person."""
    with house().database.transaction(actor().scope) as session:
        found = seniors.person(session, ref=ref)
        standing.pause(
            session, person_id=found.id, first_on=forms.needed_day("first_on"), last_on=forms.day("last_on"),
            reason=forms.typed("reason"), actor=forms.me(), at=clock.now(),
        )  # fmt: skip
    office.tell("standing_paused")
    return redirect(url_for("web.standing_of", ref=ref), 303)


@audience("orders.place")
@forms.shown_again(_again)
def resume_standing(ref: str) -> BaseResponse:
    """End every pause of the person."""
    with house().database.transaction(actor().scope) as session:
        standing.resume(session, person_id=seniors.person(session, ref=ref).id, at=clock.now())
    office.tell("standing_resumed")
    return redirect(url_for("web.standing_of", ref=ref), 303)


@audience("orders.place")
@forms.shown_again(_again)
def end_standing(ref: str, standing_ref: str) -> BaseResponse:
    """End one standing order of the person; what is ordered already stays."""
    with house().database.transaction(actor().scope) as session:
        found = seniors.person(session, ref=ref)
        if standing.find(session, ref=standing_ref).person_id != found.id:
            raise Invalid("form.no_such_choice")
        standing.end(session, ref=standing_ref, actor=forms.me(), at=clock.now())
    office.tell("standing_ended")
    return redirect(url_for("web.standing_of", ref=ref), 303)


def _sheet(ref: str) -> str:
    today = clock.today()
    with house().database.reading(actor().scope) as session:
        found = seniors.person(session, ref=ref)
        stands = standing.of_people(session, person_ids=[found.id], on=today)
        pauses = standing.paused(session, person_ids=[found.id]).get(found.id, ())
        dishes = _dishes(session, found.home_canteen_id)
        return render_template(
            "office/standing_of.html",
            name=found.name,
            back_url=url_for("web.person", ref=ref) if actor().may("people.read") else url_for("web.home"),
            action=url_for("web.standing_of", ref=ref),
            pause_action=url_for("web.pause_standing", ref=ref),
            resume_action=url_for("web.resume_standing", ref=ref),
            stands=[
                _stand(session, one, is_named=False)
                | {"end_action": url_for("web.end_standing", ref=ref, standing_ref=one.ref)}
                for one in stands
            ],
            pauses=[office.validity(one.first_on, one.until_on) for one in pauses],
            meals=[(meal, words.value("meal", meal)) for meal in orders.MEALS],
            weekdays=[(str(number), frame.WEEKDAYS[number - 1]) for number in range(1, 8)],
            modes=[(mode, words.value("mode", mode)) for mode in _MODES],
            dishes=[("", office.words()["standing"]["no_dish"]), *((name, name) for name in dishes)],
            today=today.isoformat(),
        )


def _wished() -> list[tuple[str, int]]:
    named = [(forms.typed(f"dish_{n}"), forms.typed(f"count_{n}") or "1") for n in (1, 2, 3)]
    if any(not (count.isascii() and count.isdigit() and len(count) < 3) for _, count in named):
        raise Invalid("form.not_a_number", most=orders.MOST_PORTIONS)
    return [(name, int(count)) for name, count in named if name]


def _home(session: Session, found: seniors.Person) -> places.Canteen:
    if found.home_canteen_id is None:
        raise Invalid("standing.no_home")
    return places.canteen_by_id(session, canteen_id=found.home_canteen_id)


def _dishes(session: Session, canteen_id: int | None) -> Sequence[str]:
    dish = tables.menus.Dish
    wanted = select(dish.name).where(dish.canteen_id == canteen_id, dish.ended_at.is_(None)).order_by(dish.name)
    return [] if canteen_id is None else session.scalars(wanted).all()


def _run(one: tables.standing.StandingRun) -> dict[str, Any]:
    return {
        "day": frame.day_label(clock.local(one.service_date, 12)),
        "began": frame.clock_label(one.began_at),
        "expected": one.expected,
        "placed": one.placed,
        "refused": one.refused,
        "missing": one.missing,
        "is_whole": one.ended_at is not None and not one.missing,
    }


def _result(session: Session, one: standing.Shown) -> dict[str, Any]:
    said = office.words()["standing"]["outcomes"]
    reason = words.refusal(one.outcome, {}) if "." in one.outcome else one.outcome
    changed = said.get(one.state) if one.state in ("edited", "skipped") else None
    return {
        "name": _name(session, one.person_id),
        "canteen": places.canteen_by_id(session, canteen_id=one.canteen_id).name,
        "meal": f"{frame.day_label(clock.local(one.service_date, 12))} {words.value('meal', one.meal)}",
        "outcome": changed or said.get(one.outcome, reason),
        "tone": "info" if changed else _TONES.get(one.outcome, "bad"),
    }


def _stand(session: Session, one: standing.Agreed, *, is_named: bool) -> dict[str, Any]:
    days = "".join(frame.WEEKDAYS[day - 1] for day in one.weekdays)
    said = office.words()["standing"]
    return {
        "name": _name(session, one.person_id) if is_named else "",
        "href": _link(session, one.person_id) if is_named else "",
        "pattern": said["pattern"].format(days=days, meal=words.value("meal", one.meal)),
        "dishes": "、".join(f"{name}×{count}" for name, count in one.dishes),
        "mode": words.value("mode", one.mode),
        "fallback": one.fallback,
        "valid": office.validity(one.valid_from, one.valid_until),
        "holidays": said["skips"] if one.skips_holidays else "",
    }


def _name(session: Session, person_id: int) -> str:
    return masked_name(seniors.person_by_id(session, person_id=person_id).name)


def _link(session: Session, person_id: int) -> str:
    return url_for("web.standing_of", ref=seniors.person_by_id(session, person_id=person_id).ref)
