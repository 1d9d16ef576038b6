"""Turn a plan into what its pages show: figures, map, trips, who is left out, versions, sheets."""

from __future__ import annotations

import json
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from canteen import delivery, orders, rounds
from canteen.foundation import clock
from canteen.http import words
from canteen.web import frame, round_map, round_words
from canteen.web.round_words import label, time_of


def problems(session: Session, canteen_id: int) -> list[dict[str, Any]]:
    """List the problems that couriers reported and nobody has seen to."""
    named = {one.id: one.name for one, _ in rounds.buildings(session, canteen_id=canteen_id)}
    return [
        {
            "building": named.get(row.building_id, ""),
            "note": note,
            "at": frame.clock_label(row.reported_at),
            "event_id": row.event_id,
        }
        for row, note in rounds.problems(session, canteen_id=canteen_id)
    ]


def refusals(session: Session, canteen_id: int) -> list[dict[str, Any]]:
    """List what telephones told today and was not taken, with the reason."""
    return [
        {
            "diner": one.diner_masked,
            "event": label("events", one.event),
            "told": one.told,
            "why": words.refusal(one.reason, {}),
            "at": time_of(one.happened_at),
        }
        for one in rounds.refused_on(session, canteen_id=canteen_id, on=clock.today())
    ]


def trouble(session: Session, due: rounds.Due) -> str:
    """Say why a meal was not planned by itself, and when that is tried again; empty where nothing went wrong."""
    found = rounds.trouble_of(session, due)
    if found is None:
        return ""
    said = round_words.words()["trouble"]
    why = said.get(found.reason) or words.refusal(found.reason, {}).rstrip("。")
    again = said["never"] if found.next_at is None else said["again"].format(time=time_of(found.next_at))
    return f"{said['tried'].format(count=found.tries, why=why)}{again}"


def names_of(session: Session, held: rounds.Round) -> dict[str, str]:
    """Name the couriers of a round by reference."""
    crew = rounds.couriers(session, canteen_id=held.canteen_id, on=held.service_date)
    return {one.ref: one.name for one in crew}


def diners_of(session: Session, held: rounds.Round) -> dict[str, str]:
    """Name who ordered, masked, by order."""
    found = _stops(session, held, held.latest_version)
    left = rounds.left_out(session, round_id=held.id, number=held.latest_version)
    board = orders.board(session, canteen_id=held.canteen_id, service_date=held.service_date, meal=held.meal)
    named = {line.ref: line.diner_masked for line in board.lines if line.ref}
    named |= {one.order_ref: one.diner_masked for one in left}
    return named | {stop.order_ref: stop.diner_masked for stop in found}


def _stops(session: Session, held: rounds.Round, number: int) -> list[rounds.StopView]:
    return rounds.stops(session, round_id=held.id, number=number)


def plan_of(session: Session, held: rounds.Round, number: int | None, hidden: dict[str, Any]) -> dict[str, Any]:
    """Return what the page shows of a version, the newest unless another is asked for."""
    shown = number or held.latest_version
    kept = rounds.version(session, round_id=held.id, number=shown)
    names, diners = names_of(session, held), diners_of(session, held)
    found = _stops(session, held, shown)
    document, plan = json.loads(kept.problem), delivery.read_plan(kept.solution)
    used = {trip.courier: names.get(trip.courier, trip.courier) for trip in plan.trips}
    left = rounds.left_out(session, round_id=held.id, number=shown)
    is_newest = shown == held.latest_version
    return {
        "version": shown,
        "is_newest": is_newest,
        "is_out": shown == held.published_version,
        "was_out": held.published_version is not None,
        "may_move": is_newest and bool(found),
        "map": round_map.draw(document, plan, used) if document["locations"] else None,
        "boxes": _boxes(kept, found),
        "trips": _trips(found),
        "left": [
            {
                "diner": one.diner_masked,
                "reason": label("reasons", one.reason),
                "remedy": round_words.remedy(one.remedy),
                "href": url_for("web.try_move", order=one.order_ref, **hidden),
            }
            for one in left
        ],
        "couriers": list(names.items()),
        "on_trip": list(used.items()),
        "changes": [
            round_words.difference(one, names, diners) for one in rounds.difference(session, held, number=shown)
        ],
        "versions": [_version(one, held, hidden) for one in rounds.versions(session, round_id=held.id)],
    }


def _boxes(kept: rounds.RoundPlan, found: list[rounds.StopView]) -> list[dict[str, Any]]:
    saved = kept.hand_cost - kept.cost
    less = f"比就近挨家送少 {round_words.minutes(saved)} 分钟" if saved > 0 else "和就近挨家送差不多"
    hand = f"就近挨家送要 {round_words.minutes(kept.hand_cost)} 分钟、剩 {kept.hand_left} 份送不到"
    out = sum(stop.state in orders.SERVED_STATES for stop in found)
    return [
        {"label": "要送", "value": f"{len(found)} 份", "note": f"送到 {out} 份", "href": None},
        {"label": "送不到", "value": f"{kept.left_count} 份", "note": "原因和办法在下面", "href": None},
        {"label": "路上和上门", "value": f"{round_words.minutes(kept.cost)} 分钟", "note": less, "href": None},
        {"label": "手工排的话", "value": f"{kept.hand_left} 份送不到", "note": hand, "href": None},
    ]


def _trips(found: list[rounds.StopView]) -> list[dict[str, Any]]:
    trips: dict[tuple[str, int], list[rounds.StopView]] = {}
    for stop in found:
        trips.setdefault((stop.courier_ref, stop.trip), []).append(stop)
    return [
        {
            "courier": stops[0].courier,
            "trip": stops[0].trip,
            "departs": time_of(stops[0].departs_at),
            "stops": [_stop(stop) for stop in stops],
        }
        for stops in trips.values()
    ]


def _stop(stop: rounds.StopView) -> dict[str, Any]:
    building = stop.building
    return {
        "position": stop.position,
        "time": time_of(stop.due_at),
        "diner": stop.diner_masked,
        "building": building.name if building is not None else "没有登记楼栋",
        "is_unpinned": building is None or building.latitude_e6 is None,
        "state": words.value("state", stop.state),
        "tone": "info" if stop.state in orders.OPEN_STATES else "ok",
        "order": stop.order_ref,
    }


def _version(one: rounds.RoundPlan, held: rounds.Round, hidden: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": one.version,
        "cause": label("causes", one.cause),
        "at": time_of(one.made_at),
        "is_out": one.version == held.published_version,
        "href": url_for("web.round_version", number=one.version, **hidden),
    }


def sheet_of(stops: list[rounds.StopView], doors: dict[str, rounds.Door]) -> dict[str, Any]:
    """Return what is printed for one trip."""
    return {
        "courier": stops[0].courier,
        "trip": stops[0].trip,
        "departs": time_of(stops[0].departs_at),
        "boxes": len(stops),
        "stops": [
            {
                **_stop(stop),
                "address": doors[stop.order_ref].address,
                "note": "；".join(
                    filter(None, (stop.building.note if stop.building else "", doors[stop.order_ref].note))
                ),
                "floor": stop.floor,
                "has_lift": stop.building is not None and stop.building.has_lift,
                "dishes": stop.dishes,
                "flags": "、".join(stop.flags),
                "collect_fen": stop.own_fen,
            }
            for stop in stops
        ],
    }
