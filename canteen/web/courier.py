"""Show a courier today's round on the telephone: doors in order, whom to call, what to collect, what happened."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import checkin, orders, places, rounds
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.http import words
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, frame, place, round_words, serving
from canteen.web.round_words import label, time_of

# Opened on the telephone when somebody taps it; the page itself asks nobody.
MAP = "https://uri.amap.com/marker?"


def add_to(blueprint: Blueprint) -> None:
    """Add the round of a courier."""
    blueprint.get("/deliveries/round")(courier_round)


@audience("deliveries.confirm")
def courier_round() -> BaseResponse:
    """Show the trips of whoever asks, or of the courier that is named; only what is still to be carried has a door.

    The telephone may keep the page until the day is over.
    """
    at = clock.now()
    with house().database.transaction(EVERYWHERE) as session:
        canteen = place.here(session)
        if canteen is None:
            return place.ask()
        meal, ways = serving.meals(session, canteen.id, "web.courier_round")
        held = rounds.round_on(session, canteen_id=canteen.id, service_date=clock.service_day(at), meal=meal)
        shown = {
            "canteen": canteen.name,
            "canteen_phone": canteen.phone,
            "day_label": frame.day_label(at),
            "meal": words.value("meal", meal),
            "meals": ways,
            "hidden": {"meal": meal},
            "acts": {name: url_for(f"web.{name}") for name in ("note_door", "note_problem", "deliveries")},
            "helpers": round_words.options("helpers"),
            "tenders": round_words.options("tenders"),
        }
        if held is None or held.published_version is None:
            nothing: dict[str, Any] = {"trips": [], "others": [], "who": "", "purse_fen": 0, "changes": []}
            return _for_today(render_template("counter/courier.html", **shown, **nothing, known=[], offline=None))
        return _for_today(render_template("counter/courier.html", **shown, **_round(session, canteen, held)))


def _for_today(text: str) -> Response:
    """Say to the telephone how long it may keep the page: addresses are those of the day."""
    answer, at = make_response(text), clock.now()
    over = clock.local(clock.service_day(at) + timedelta(days=1), 0)
    answer.headers["X-Keep-Seconds"] = str(int((over - at).total_seconds()))
    return answer


def published(session: Session, canteen_id: int, meal: str) -> bool:
    """Tell whether a plan of today's meal went out."""
    held = rounds.round_on(session, canteen_id=canteen_id, service_date=clock.today(), meal=meal)
    return held is not None and held.published_version is not None


def _round(session: Session, canteen: places.Canteen, held: rounds.Round) -> dict[str, Any]:
    number = held.published_version or 0
    found = rounds.stops(session, round_id=held.id, number=number)
    everybody = {stop.courier_ref: stop.courier for stop in found}
    me = _me(session, canteen.id, everybody)
    own = [stop for stop in found if stop.courier_ref == me]
    refs = [stop.order_ref for stop in own if stop.state in orders.OPEN_STATES]
    doors = rounds.open_doors(session, held, order_refs=refs, actor=forms.me(), at=clock.now())
    events = rounds.events_of(session, round_id=held.id)
    trips: dict[int, list[rounds.StopView]] = {}
    for stop in own:
        trips.setdefault(stop.trip, []).append(stop)
    crew = {one.ref: one for one in rounds.couriers(session, canteen_id=canteen.id, on=held.service_date)}
    shown = crew.get(me)
    gone = {event.trip for event, _ in events if shown and event.event == "departed" and event.courier_id == shown.id}
    is_own = shown is not None and shown.staff_id == actor().staff_id
    people = [stop.person_id for stop in own if stop.order_ref in doors] if is_own else []
    salt, hashes = checkin.code_hashes(
        session, house().keys, canteen_ref=canteen.ref, person_ids=people, day=held.service_date, at=clock.now()
    )
    return {
        "offline": _offline(salt) if is_own else None,
        "known": [event.event_id for event, _ in events],
        "who": everybody.get(me, ""),
        "others": [
            {"label": name, "href": url_for("web.courier_round", meal=held.meal, courier=ref), "active": ref == me}
            for ref, name in everybody.items()
        ],
        "trips": [
            {
                "number": trip,
                "departs": time_of(stops[0].departs_at),
                "has_left": trip in gone,
                "boxes": len(stops),
                "event_id": f"{held.ref}-{me}-{trip}",
                "box_id": str(uuid.uuid4()),
                "courier": me,
                "stops": [_stop(stop, doors, events, hashes) for stop in stops],
            }
            for trip, stops in trips.items()
        ],
        "purse_fen": rounds.purse(session, held, courier=shown).due_fen if shown else 0,
        "changes": _changes(session, held, me, {stop.order_ref: stop.diner_masked for stop in found}, everybody),
    }


def _offline(salt: str) -> dict[str, Any]:
    """Return what a telephone needs to go on without a signal."""
    return {
        "enrolUrl": url_for("web.enrol_phone"),
        "uploadUrl": url_for("device.upload_doors"),
        "workerUrl": url_for("web.round_worker"),
        "scope": url_for("web.courier_round"),
        "staff": actor().ref,
        "day": clock.today().isoformat(),
        "salt": salt,
        "keys": checkin.public_keys(house().keys),
    }


def _me(session: Session, canteen_id: int, everybody: dict[str, str]) -> str:
    """Return whose round is shown: the one named in the address, that of the account, else the first."""
    named = request.args.get("courier", "")
    if named in everybody:
        return named
    mine = rounds.courier_of(session, staff_id=actor().staff_id, canteen_id=canteen_id, on=clock.today())
    if mine is not None and mine.ref in everybody:
        return mine.ref
    return next(iter(everybody), "")


def _changes(
    session: Session, held: rounds.Round, me: str, diners: dict[str, str], names: dict[str, str]
) -> list[dict[str, Any]]:
    """Say what the last version changed for this courier."""
    told = rounds.difference(session, held, number=held.published_version or 0)
    return [round_words.difference(one, names, diners) for one in told if one.concerns(me)]


def _stop(
    stop: rounds.StopView,
    doors: dict[str, rounds.Door],
    events: list[tuple[rounds.DoorEvent, str | None]],
    hashes: Mapping[int, list[str]],
) -> dict[str, Any]:
    door, building = doors.get(stop.order_ref), stop.building
    said = [event for event, ref in events if ref == stop.order_ref]
    last = said[-1] if said else None
    return {
        "order": stop.order_ref,
        "position": stop.position,
        "time": time_of(stop.due_at),
        "diner": stop.diner_masked,
        "is_open": door is not None,
        "hashes": hashes.get(stop.person_id, []) if door else [],
        "address": door.address if door else "",
        "building": building.name if building is not None else "",
        "floor": stop.floor,
        "has_lift": building is not None and building.has_lift,
        "notes": [note for note in (building.note if building else "", door.note if door else "") if note],
        "problems": list(door.problems) if door else [],
        "dishes": stop.dishes,
        "flags": "、".join(stop.flags),
        "collect_fen": stop.own_fen,
        "phone": door.phone if door else "",
        "map_href": _map(building),
        "said": f"{time_of(last.happened_at)} {label('events', last.event)}" if last else "",
        "status": words.value("state", stop.state),
        # The same until something was noted: whoever was cut off half-way completes it by trying again.
        "event_id": f"{stop.order_ref}-{len(said)}",
        "problem_id": str(uuid.uuid4()),
    }


def _map(building: rounds.Building | None) -> str:
    """Return the address that opens the map on a telephone, empty without a pin."""
    pin = rounds.pin_of(building) if building is not None else None
    if pin is None or building is None:
        return ""
    latitude, longitude = rounds.to_gcj02(pin, "wgs84")
    return MAP + urlencode(
        {"position": f"{longitude:.6f},{latitude:.6f}", "name": building.name, "coordinate": "gaode"}
    )
