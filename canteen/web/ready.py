"""Print the labels of boxes, call numbers out, and show on a wall which are ready."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import kitchen, orders
from canteen.foundation import clock
from canteen.foundation.clock import CHINA
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import NotFound
from canteen.http import words
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, frame, menu_form, place, serving
from canteen.web.kitchen_words import say, tell


def add_to(blueprint: Blueprint) -> None:
    """Add the labels, the page to call from, and the wall."""
    blueprint.get("/kitchen/labels")(labels)
    blueprint.get("/kitchen/ready")(ready)
    blueprint.post("/kitchen/ready")(call_ready)
    blueprint.get("/kitchen/wall")(wall)
    blueprint.get("/kitchen/wall/numbers")(wall_numbers)


@audience("counter.scan")
def labels() -> str | BaseResponse:
    """Print the labels of the meals that leave the house; of days gone by there are none."""
    day, meal = menu_form.asked_day(), request.args.get("meal", "lunch")
    with house().database.reading(actor().scope) as session:
        canteen = place.here(session)
    if canteen is None:
        return place.ask()
    made: tuple[kitchen.Label, ...] = ()
    if day >= clock.today():
        with house().database.transaction(EVERYWHERE) as session:
            of = kitchen.Meal(canteen.id, day, meal)
            made = kitchen.labels(session, of=of, actor=forms.me(), at=clock.now())
    return render_template(
        "print/labels.html",
        canteen=canteen.name,
        when=f"{day.month}-{day.day} {words.value('meal', meal)}",
        labels=[_label(one) for one in made],
        back_href=url_for("web.prep", day=day, meal=meal),
    )


@audience("counter.scan")
def ready() -> str | BaseResponse:
    """Show the trays that wait, to call their numbers."""
    with house().database.reading(actor().scope) as session:
        canteen = place.here(session)
        return place.ask() if canteen is None else _page(session, canteen.id)


def _again() -> str:
    with house().database.reading(actor().scope) as session:
        return _page(session, place.certainly_here(session).id)


@audience("counter.scan")
@forms.shown_again(_again)
def call_ready() -> BaseResponse:
    """Call a number out, or take it back."""
    is_ready = forms.chosen("ready", ("yes", "no")) == "yes"
    ref = forms.needed("order")
    with house().database.transaction(actor().scope) as session:
        canteen = place.certainly_here(session)
        of = kitchen.Meal(canteen.id, clock.today(), orders.find(session, ref=ref).meal)
        tray = next((one for one in kitchen.trays(session, of=of) if one.order_ref == ref), None)
        if orders.find(session, ref=ref).canteen_id != canteen.id:
            raise NotFound("orders.not_found", ref=ref)
        kitchen.call(session, order_ref=ref, is_ready=is_ready, actor=forms.me(), at=clock.now())
    tell("ready", "called" if is_ready else "taken_back", number=tray.number if tray else "")
    return redirect(url_for("web.ready", meal=of.meal), 303)


@audience("counter.scan")
def wall() -> str | BaseResponse:
    """Show the numbers that are ready, to hang on a wall."""
    with house().database.reading(actor().scope) as session:
        canteen = place.here(session)
        if canteen is None:
            return place.ask()
        numbers = _numbers(session, canteen.id)
    return render_template(
        "counter/wall.html",
        canteen=canteen.name,
        numbers=numbers,
        numbers_url=url_for("web.wall_numbers"),
        back_href=url_for("web.ready"),
    )


@audience("counter.scan")
def wall_numbers() -> BaseResponse:
    """Answer the numbers that are ready, for the wall."""
    with house().database.reading(actor().scope) as session:
        canteen = place.here(session)
        numbers = _numbers(session, canteen.id) if canteen else ()
    return jsonify(numbers=list(numbers))


def _numbers(session: Session, canteen_id: int) -> tuple[int, ...]:
    return kitchen.ready_numbers(session, canteen_id=canteen_id, day=clock.today(), meals=orders.MEALS)


def _page(session: Session, canteen_id: int) -> str:
    meal, ways = serving.meals(session, canteen_id, "web.ready")
    waiting = kitchen.trays(session, of=kitchen.Meal(canteen_id, clock.today(), meal))
    return render_template(
        "office/ready.html",
        day_label=frame.day_label(clock.now()),
        meals=ways,
        trays=[_tray(one) for one in waiting],
        action=url_for("web.call_ready", meal=meal),
        wall_href=url_for("web.wall"),
    )


def _tray(one: kitchen.Tray) -> dict[str, Any]:
    return {
        "order": one.order_ref,
        "number": one.number,
        "name": one.diner_masked,
        "dishes": one.dishes,
        "mode": words.value("mode", one.mode),
        "is_ready": one.is_ready,
    }


def _label(one: kitchen.Label) -> dict[str, Any]:
    to = [one.building] if one.building else []
    if one.floor is not None:
        to.append(say("labels", "floor", floor=one.floor))
    return {
        "number": one.number,
        "name": one.diner_masked,
        "dishes": one.dishes,
        "wishes": "、".join(one.wishes),
        "away": say("labels", "away", allergens="、".join(one.allergens)) if one.allergens else "",
        "to": " ".join(to) if one.mode == "delivery" else words.value("mode", one.mode),
        "eat_by": say("labels", "eat_by", time=f"{one.eat_by.astimezone(CHINA):%H:%M}") if one.eat_by else "",
    }
