"""Show a senior the code of a meal: one page, large type, opened by the address that the chat sent.

The address is the key (`checkin.issue_link`), so these pages ask for no log-in. The code on the page lives for five
minutes and renews itself; the number below it lives as long as the meal, so that a phone without a network still
gets its tray.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import checkin, orders, places, seniors, subsidy
from canteen.checkin import qr_png, qr_version
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import NotFound, Refused
from canteen.foundation.money import spoken_yuan
from canteen.http import words
from canteen.http.auth import PUBLIC, audience
from canteen.http.current import house
from canteen.http.limits import limited
from canteen.web import frame
from canteen.web.spoken import time_of_day

CODE_LIFE = timedelta(minutes=5)
_SMALLEST = 288
_QUIET = 4

# Generous, since a whole canteen may share one address.
_OFTEN = "600/minute"


@dataclass(frozen=True)
class _Ticket:
    """Hold what a link opens: whose meal, where, and the order for it if there is one."""

    token: str
    person: seniors.Person
    service_date: date
    meal: str
    until: datetime
    canteen: places.Canteen | None
    service: places.MealService | None
    order: Any


def add_to(blueprint: Blueprint) -> None:
    """Add the page, what renews it, and the way to cancel."""
    blueprint.get("/m/<token>")(meal_code)
    blueprint.get("/m/<token>/code")(renew_code)
    blueprint.get("/m/<token>/qr.png")(code_picture)
    blueprint.get("/m/<token>/cancel")(ask_to_cancel)
    blueprint.post("/m/<token>/cancel")(cancel_meal)


@audience(PUBLIC)
@limited(_OFTEN)
def meal_code(token: str) -> str | BaseResponse:
    """Show the code, what there is to eat and what it costs."""
    at = clock.now()
    with house().database.transaction(EVERYWHERE) as session:
        ticket = _open(session, token, at)
        if ticket is None:
            return _over()
        if ticket.order is not None and ticket.order.state in orders.SERVED_STATES:
            return _notice(ticket, "taken")
        code = _issue(session, ticket, at)
        return render_template("senior/code.html", **_page(ticket, code, at))


@audience(PUBLIC)
@limited(_OFTEN)
def renew_code(token: str) -> Response:
    """Answer a fresh code for the page that is open already."""
    at = clock.now()
    with house().database.transaction(EVERYWHERE) as session:
        ticket = _certain(session, token, at)
        code = _issue(session, ticket, at)
    return jsonify(
        {
            "qr_src": _picture_of(ticket, at),
            "number": _grouped(code.number),
            "seconds": int(CODE_LIFE.total_seconds()),
        }
    )


@audience(PUBLIC)
@limited(_OFTEN)
def code_picture(token: str) -> Response:
    """Draw the code of this moment."""
    at = clock.now()
    with house().database.reading(EVERYWHERE) as session:
        digits = _digits(_certain(session, token, at), at)
    response = make_response(qr_png(digits, box=_box(digits)))
    response.content_type = "image/png"
    response.headers["Cache-Control"] = "no-store"
    return response


@audience(PUBLIC)
@limited(_OFTEN)
def ask_to_cancel(token: str) -> str | BaseResponse:
    """Ask before anything is cancelled."""
    at = clock.now()
    with house().database.reading(EVERYWHERE) as session:
        ticket = _open(session, token, at)
        if ticket is None:
            return _over()
        if not _may_cancel(ticket, at):
            return _notice(ticket, _why_not(ticket))
        asked = frame.words()["senior"]["ask_cancel"].format(day=_day(ticket, at), meal=_meal(ticket))
        return render_template(
            "senior/cancel.html",
            name=ticket.person.name,
            canteen=ticket.canteen.name if ticket.canteen else "",
            question=asked,
            dishes=ticket.order.dishes,
            action=url_for("web.cancel_meal", token=token),
            back_url=url_for("web.meal_code", token=token),
        )


@audience(PUBLIC)
@limited("30/minute")
def cancel_meal(token: str) -> str | BaseResponse:
    """Cancel the order, as long as the kitchen has not begun."""
    at = clock.now()
    try:
        with house().database.transaction(EVERYWHERE) as session:
            ticket = _certain(session, token, at)
            if ticket.order is None:
                return _notice(ticket, "cancelled")
            actor = f"person:{ticket.person.ref}"
            orders.cancel(session, ref=ticket.order.ref, actor=actor, channel="wechat", at=at)
            return _notice(ticket, "cancelled")
    except Refused:
        return _notice(ticket, "too_late")


def _open(session: Session, token: str, at: datetime) -> _Ticket | None:
    link = checkin.find_link(session, token=token, at=at)
    if link is None:
        return None
    person = seniors.person_by_id(session, person_id=link.person_id)
    live = orders.upcoming(session, person_id=person.id, on=link.service_date)
    order = next((one for one in live if (one.service_date, one.meal) == (link.service_date, link.meal)), None)
    canteen_id = order.canteen_id if order else person.home_canteen_id
    return _Ticket(
        token=token,
        person=person,
        service_date=link.service_date,
        meal=link.meal,
        until=link.expires_at,
        canteen=places.canteen_by_id(session, canteen_id=canteen_id) if canteen_id else None,
        service=_service(session, canteen_id, link.service_date, link.meal),
        order=order,
    )


def _service(session: Session, canteen_id: int | None, day: date, meal: str) -> places.MealService | None:
    return places.services(session, canteen_id=canteen_id, on=day).get(meal) if canteen_id else None


def _certain(session: Session, token: str, at: datetime) -> _Ticket:
    ticket = _open(session, token, at)
    if ticket is None:
        raise NotFound("counter.link_over")
    return ticket


def _issue(session: Session, ticket: _Ticket, at: datetime) -> checkin.MealCode:
    return checkin.issue_code(
        session,
        house().keys,
        person_id=ticket.person.id,
        service_date=ticket.service_date,
        meal=ticket.meal,
        at=at,
        expires_at=ticket.until,
    )


def _digits(ticket: _Ticket, at: datetime) -> str:
    code = checkin.PageCode(ticket.person.ref, ticket.service_date, ticket.meal, at + CODE_LIFE)
    return checkin.write_page_code(house().keys, code)


def _box(digits: str) -> int:
    """Return how many pixels a module takes so that the picture has 288 or more."""
    return -(-_SMALLEST // _modules(digits))


def _modules(digits: str) -> int:
    return 4 * qr_version(digits) + 17 + 2 * _QUIET


def _page(ticket: _Ticket, code: checkin.MealCode, at: datetime) -> dict[str, Any]:
    said, order, digits = frame.words()["senior"], ticket.order, _digits(ticket, at)
    return {
        "name": ticket.person.name,
        "canteen": ticket.canteen.name if ticket.canteen else "",
        "phone": ticket.canteen.phone if ticket.canteen else "",
        "title": said["title"].format(day=_day(ticket, at), meal=_meal(ticket)),
        "hours": _hours(ticket),
        "qr_src": _picture_of(ticket, at),
        "qr_size": _modules(digits) * _box(digits),
        "number": _grouped(code.number),
        "dishes": order.dishes.replace(" ", "、") if order else said["no_order"],
        "notes": " · ".join(order.flags if order else ticket.person.diet),
        "own": _own(order) if order else "",
        "subsidy_line": _subsidy_line(order) if order else None,
        "cancel_url": url_for("web.ask_to_cancel", token=ticket.token) if _may_cancel(ticket, at) else None,
        "cancel_label": said["cancel"].format(day=_day(ticket, at), meal=_meal(ticket)),
        "refresh_url": url_for("web.renew_code", token=ticket.token),
        "seconds": int(CODE_LIFE.total_seconds()),
    }


def _own(order: orders.Order) -> str:
    said = frame.words()["senior"]
    return str(said["own"].format(own=spoken_yuan(order.own_fen)) if order.own_fen else said["free"])


def _subsidy_line(order: orders.Order) -> str | None:
    """Say what was taken off the price; nothing where nothing was."""
    quote = subsidy.Quote.from_json(order.quote) if order.quote else None
    support = quote.subsidy_fen + quote.delivery_subsidy_fen if quote else 0
    return str(frame.words()["senior"]["subsidy"].format(support=spoken_yuan(support))) if support else None


def _why_not(ticket: _Ticket) -> str:
    """Name what keeps a meal from being cancelled; whoever goes back after cancelling is told that it is done."""
    if ticket.order is None:
        return "cancelled"
    return "taken" if ticket.order.state in orders.SERVED_STATES else "too_late"


def _may_cancel(ticket: _Ticket, at: datetime) -> bool:
    if ticket.order is None or ticket.order.state not in orders.OPEN_STATES or ticket.service is None:
        return False
    return at < orders.cutoff(orders.hours(ticket.service), ticket.service_date)


def _picture_of(ticket: _Ticket, at: datetime) -> str:
    return url_for("web.code_picture", token=ticket.token, t=int(at.timestamp()))


def _grouped(number: str) -> str:
    return f"{number[:4]} {number[4:]}"


def _meal(ticket: _Ticket) -> str:
    return words.value("meal", ticket.meal)


def _day(ticket: _Ticket, at: datetime) -> str:
    away = (ticket.service_date - clock.service_day(at)).days
    near = frame.words()["senior"]["days"]
    return str(near[away]) if 0 <= away < len(near) else words.value("service_date", ticket.service_date)


def _hours(ticket: _Ticket) -> str:
    if ticket.service is None:
        return ""
    mode = "delivery" if ticket.order is not None and ticket.order.mode == "delivery" else "window"
    opens, closes = time_of_day(ticket.service.opens_minute), time_of_day(ticket.service.closes_minute)
    return str(frame.words()["senior"]["hours"][mode].format(opens=opens, closes=closes))


def _notice(ticket: _Ticket, name: str) -> BaseResponse:
    said = frame.words()["senior"][name]
    page = render_template(
        "senior/notice.html",
        name=ticket.person.name,
        canteen=ticket.canteen.name if ticket.canteen else "",
        title=said["title"],
        sentence=said["sentence"],
        phone=ticket.canteen.phone if ticket.canteen else "",
    )
    return make_response(page)


def _over() -> BaseResponse:
    """Say kindly that the code is of no more use, without telling whose it was."""
    said = frame.words()["senior"]["over"]
    page = render_template(
        "senior/notice.html", name="", canteen="", title=said["title"], sentence=said["sentence"], phone=""
    )
    return make_response(page, 410)
