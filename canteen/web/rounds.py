"""Show the manager the plan of a meal: map, comparison, who is left out and why, what each version changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import orders, places, rounds
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import NotFound
from canteen.http import words
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, frame, place, round_view, round_words


def add_to(blueprint: Blueprint) -> None:
    """Add the plan of a meal, its versions, moving a stop, and what is sent from there."""
    blueprint.get("/rounds")(round_page)
    blueprint.get("/rounds/versions/<int:number>")(round_version)
    blueprint.get("/rounds/sheets")(round_sheets)
    blueprint.get("/rounds/move")(try_move)
    for address, act in (
        ("/rounds/plan", plan_round), ("/rounds/publish", publish_round), ("/rounds/move", move_stop),
        ("/rounds/absent", mark_absent), ("/rounds/follow", follow_orders), ("/rounds/problems", solve_problem),
    ):  # fmt: skip
        blueprint.post(address)(act)


@audience("deliveries.plan")
def round_page(number: int | None = None) -> str | BaseResponse:
    """Show the newest plan of a meal of today, or of another day."""
    with house().database.reading(EVERYWHERE) as session:
        canteen = _here(session)
        if canteen is None:
            return place.ask()
        day, meal, ways = _asked(session, canteen.id)
        held = rounds.round_on(session, canteen_id=canteen.id, service_date=day, meal=meal)
        shown = {
            "canteen": canteen.name,
            "day_label": frame.day_label(clock.local(day, 12)),
            "meal": words.value("meal", meal),
            "meals": ways,
            "days": _days(day, meal),
            "hidden": {"day": day.isoformat(), "meal": meal},
            "acts": _acts(),
            "problems": round_view.problems(session, canteen.id),
            "refusals": round_view.refusals(session, canteen.id),
            "waiting": _count(session, canteen.id, day, meal),
            "trouble": round_view.trouble(session, rounds.Due(canteen.id, day, meal)),
            "plan": round_view.plan_of(session, held, number, _hidden())
            if held is not None and held.latest_version
            else None,
        }
    return render_template("rounds/round.html", **shown)


@audience("deliveries.plan")
def round_version(number: int) -> str | BaseResponse:
    """Show an earlier version."""
    return round_page(number)


@audience("deliveries.plan")
def round_sheets() -> str | BaseResponse:
    """Print the sheets of a plan that went out, A5, one for each trip, for couriers without a telephone."""
    with house().database.transaction(EVERYWHERE) as session:
        canteen = _here(session)
        if canteen is None:
            return place.ask()
        day, meal, _ = _asked(session, canteen.id)
        held = rounds.round_on(session, canteen_id=canteen.id, service_date=day, meal=meal)
        if held is None or held.published_version is None:
            raise NotFound("rounds.no_such_plan")
        found = rounds.stops(session, round_id=held.id, number=held.published_version)
        open_refs = [stop.order_ref for stop in found if stop.state in orders.OPEN_STATES]
        doors = rounds.open_doors(session, held, order_refs=open_refs, actor=forms.me(), at=clock.now())
        trips: dict[tuple[str, int], list[rounds.StopView]] = {}
        for stop in found:
            if stop.order_ref in doors:
                trips.setdefault((stop.courier_ref, stop.trip), []).append(stop)
        return render_template(
            "rounds/sheets.html",
            canteen=canteen.name,
            phone=canteen.phone,
            title=f"{frame.day_label(clock.local(day, 12))} {words.value('meal', meal)}",
            trips=[round_view.sheet_of(stops, doors) for stops in trips.values()],
        )


@audience("deliveries.plan")
def try_move() -> str:
    """Show what it would do to give a stop to another courier."""
    with house().database.reading(EVERYWHERE) as session:
        held = _held(session)
        order, courier = request.args.get("order", ""), request.args.get("courier", "")
        tried = rounds.try_move(session, held, order=order, courier=courier, at=clock.now())
        names, diners = round_view.names_of(session, held), round_view.diners_of(session, held)
        return render_template(
            "rounds/move.html",
            diner=diners.get(order, order),
            courier=names.get(courier, courier),
            fits=tried.fits,
            more=round_words.minutes(tried.more_seconds),
            rows=[round_words.difference(one, names, diners) for one in tried.differences],
            hidden={**_hidden(), "order": order, "courier": courier},
            action=url_for("web.move_stop"),
            back_url=url_for("web.round_page", **_hidden()),
        )


@audience("deliveries.plan")
@forms.shown_again(lambda: str(round_page()))
def plan_round() -> BaseResponse:
    """Plan a meal now, or anew as long as no plan went out."""
    with house().database.reading(actor().scope) as session:
        canteen = place.certainly_here(session)
    day, meal = date.fromisoformat(_hidden()["day"]), _hidden()["meal"]
    due = rounds.Due(canteen.id, day, meal)
    made = rounds.plan(house().database, due, actor=forms.me(), at=clock.now())
    round_words.tell("planned" if made else "nothing")
    return _back()


@audience("deliveries.plan")
@forms.shown_again(lambda: str(round_page()))
def publish_round() -> BaseResponse:
    """Let the newest plan go out."""
    number = forms.number("version", most=10_000)

    def act(session: Session, held: rounds.Round) -> None:
        rounds.publish(session, held, number=number, actor=forms.me(), at=clock.now())

    return _acted(act, "published")


@audience("deliveries.plan")
@forms.shown_again(lambda: str(round_page()))
def move_stop() -> BaseResponse:
    """Give a stop to another courier."""

    def act(session: Session, held: rounds.Round) -> None:
        order, courier = forms.needed("order"), forms.needed("courier")
        rounds.move(session, held, order=order, courier=courier, actor=forms.me(), at=clock.now())

    return _acted(act, "moved")


@audience("deliveries.plan")
@forms.shown_again(lambda: str(round_page()))
def mark_absent() -> BaseResponse:
    """Give the doors of a courier who does not come to the others."""
    said: dict[str, object] = {}

    def act(session: Session, held: rounds.Round) -> None:
        courier = rounds.courier(session, ref=forms.needed("courier"), canteen_id=held.canteen_id)
        said["name"] = courier.name
        me, at = forms.me(), clock.now()
        rounds.be_absent(session, courier=courier, on=held.service_date, reason=forms.typed("reason"), actor=me, at=at)
        rounds.hand_over(session, held, courier=courier, actor=me, at=at)

    return _acted(act, "absent", said)


@audience("deliveries.plan")
@forms.shown_again(lambda: str(round_page()))
def follow_orders() -> BaseResponse:
    """Put in what was ordered late, take out what was cancelled."""
    with house().database.transaction(EVERYWHERE) as session:
        held = rounds.locked_round(session, round_id=_held(session).id)
        made = rounds.keep_up(session, held, actor=forms.me(), at=clock.now())
    round_words.tell("changed" if made else "followed", count=len(made))
    return _back()


@audience("deliveries.plan")
def solve_problem() -> BaseResponse:
    """Say that a problem at a door was seen to."""
    with house().database.transaction(actor().scope) as session:
        canteen = place.certainly_here(session)
        event_id = forms.needed("event_id")
        rounds.solve_problem(session, event_id=event_id, canteen_id=canteen.id, actor=forms.me(), at=clock.now())
    round_words.tell("solved")
    return _back()


def _acted(
    act: Callable[[Session, rounds.Round], None], told: str, said: dict[str, object] | None = None
) -> BaseResponse:
    with house().database.transaction(EVERYWHERE) as session:
        held = rounds.locked_round(session, round_id=_held(session).id)
        act(session, held)
    round_words.tell(told, **(said or {}))
    return _back()


def _back() -> BaseResponse:
    return redirect(url_for("web.round_page", **_hidden()), 303)


def _hidden() -> dict[str, Any]:
    """Return the day and meal that a form or an address names."""
    given = {name: request.values.get(name, "") for name in ("day", "meal")}
    try:
        date.fromisoformat(given["day"])
    except ValueError:
        given["day"] = clock.today().isoformat()
    return given if given["meal"] in orders.MEALS else {**given, "meal": "lunch"}


def _here(session: Session) -> places.Canteen | None:
    return place.here(session)


def _held(session: Session) -> rounds.Round:
    canteen, hidden = place.certainly_here(session), _hidden()
    found = rounds.round_on(
        session, canteen_id=canteen.id, service_date=date.fromisoformat(hidden["day"]), meal=hidden["meal"]
    )
    if found is None:
        raise NotFound("rounds.no_such_round")
    return found


def _asked(session: Session, canteen_id: int) -> tuple[date, str, list[dict[str, Any]]]:
    """Return the day and meal that are asked for, else today's first meal that is carried out, and the ways."""
    asked = date.fromisoformat(_hidden()["day"])
    services = places.services(session, canteen_id=canteen_id, on=asked)
    meals = [name for name in orders.MEALS if name in services and services[name].delivers]
    wanted = request.values.get("meal", "")
    shown = wanted if wanted in meals else "lunch" if "lunch" in meals or not meals else meals[0]
    ways = [
        {
            "label": words.value("meal", name),
            "href": url_for("web.round_page", day=asked, meal=name),
            "active": name == shown,
        }
        for name in meals
    ]
    return asked, shown, ways


def _days(day: date, meal: str) -> list[dict[str, Any]]:
    today = clock.today()
    return [
        {"label": said, "href": url_for("web.round_page", day=one, meal=meal), "active": one == day}
        for said, one in (("昨天", today - timedelta(days=1)), ("今天", today), ("明天", today + timedelta(days=1)))
    ]


def _acts() -> dict[str, str]:
    names = ("plan_round", "publish_round", "try_move", "mark_absent", "follow_orders", "solve_problem", "round_sheets")
    return {name: url_for(f"web.{name}") for name in (*names, "building_page", "crew_page", "terms_page")}


def _count(session: Session, canteen_id: int, day: date, meal: str) -> int:
    board = orders.board(session, canteen_id=canteen_id, service_date=day, meal=meal)
    return sum(line.mode == "delivery" and line.state in orders.OPEN_STATES for line in board.lines)
