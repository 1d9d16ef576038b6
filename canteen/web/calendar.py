"""Keep the holidays of the nation, and the days on which a canteen does not serve."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import places, tables
from canteen.foundation import clock
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, office, reach

_ANNOUNCED_IN = 12  # The State Council announces a year's holidays late in the year before.


def add_to(blueprint: Blueprint) -> None:
    """Add the calendar and what is sent from it."""
    blueprint.get("/office/calendar")(calendar)
    blueprint.post("/office/calendar")(add_day)
    blueprint.post("/office/calendar/remove")(remove_day)
    blueprint.post("/office/calendar/closed")(close_day)
    blueprint.post("/office/calendar/reopened")(reopen_day)


@audience("places.edit")
def calendar() -> str:
    """Show the special days of a year, and the closed days of the canteens in reach."""
    today = clock.today()
    year = _year(today)
    with house().database.reading(actor().scope) as session:
        return render_template(
            "office/calendar.html",
            year=year,
            prev_href=url_for("web.calendar", year=year - 1),
            next_href=url_for("web.calendar", year=year + 1),
            warning=_warning(session, today),
            days=_days(session, year),
            closed=_closed(session, year),
            kinds=office.words()["calendar"]["kinds"].items(),
            meals=office.words()["calendar"]["meals"].items(),
            canteens=reach.canteen_options(session),
            typed=request.form,
            acts={name: url_for(f"web.{name}") for name in ("add_day", "remove_day", "close_day", "reopen_day")},
        )


@audience("places.edit")
@forms.shown_again(calendar)
def add_day() -> BaseResponse:
    """Enter one special day on the strength of a document, or correct it."""
    row = places.DayRow(
        day=forms.needed_day("day"),
        kind=forms.chosen("kind", office.words()["calendar"]["kinds"]),
        name=forms.needed("name"),
        document=forms.needed("document"),
    )
    with house().database.transaction(actor().scope) as session:
        places.add_day(session, row=row, actor=forms.me(), at=clock.now())
    return _done("day_added", row.day)


@audience("places.edit")
@forms.shown_again(calendar)
def remove_day() -> BaseResponse:
    """Take a day back that was entered wrongly."""
    day = forms.needed_day("day")
    with house().database.transaction(actor().scope) as session:
        places.remove_day(session, day=day, actor=forms.me(), at=clock.now())
    return _done("day_removed", day)


@audience("places.edit")
@forms.shown_again(calendar)
def close_day() -> BaseResponse:
    """Note that a canteen does not serve on a day."""
    day, meal = forms.needed_day("closed_day"), _meal()
    with house().database.transaction(actor().scope) as session:
        canteen = reach.canteen(session, ref=forms.needed("canteen"))
        places.close_day(
            session,
            canteen_id=canteen.id,
            day=day,
            meal=meal,
            reason=forms.needed("reason"),
            actor=forms.me(),
            at=clock.now(),
        )
        return _done("day_closed", day, canteen=canteen.name)


@audience("places.edit")
@forms.shown_again(calendar)
def reopen_day() -> BaseResponse:
    """Take a closed day back."""
    day, meal = forms.needed_day("closed_day"), _meal()
    with house().database.transaction(actor().scope) as session:
        canteen = reach.canteen(session, ref=forms.needed("canteen"))
        places.reopen_day(session, canteen_id=canteen.id, day=day, meal=meal, actor=forms.me(), at=clock.now())
        return _done("day_reopened", day, canteen=canteen.name)


def missing(session: Session, today: date) -> int | None:
    """Return a year that has to be entered: this one, or from the first of December on the next."""
    wanted = [today.year] + ([today.year + 1] if today.month == _ANNOUNCED_IN else [])
    return next((year for year in wanted if places.missing_year(session, year)), None)


def warning_of(year: int) -> str:
    """Say what follows from a year that is missing."""
    return str(office.words()["calendar"]["missing"]).format(year=year)


def _warning(session: Session, today: date) -> str | None:
    year = missing(session, today)
    return None if year is None else warning_of(year)


def _done(told: str, day: date, **params: object) -> BaseResponse:
    office.tell(told, day=day, **params)
    return redirect(url_for("web.calendar", year=day.year), 303)


def _meal() -> str:
    return forms.chosen("meal", office.words()["calendar"]["meals"])


def _year(today: date) -> int:
    asked = request.args.get("year", "")
    return int(asked) if asked.isascii() and asked.isdigit() and 2000 <= int(asked[:5]) <= 2200 else today.year


def _days(session: Session, year: int) -> list[dict[str, Any]]:
    row = tables.places.CalendarDay
    found = session.scalars(select(row).where(row.day.between(*_span(year))).order_by(row.day))
    return [
        {
            "iso": one.day.isoformat(),
            "label": _label(one.day),
            "kind": office.words()["calendar"]["kinds"][one.kind],
            "tone": "warn" if one.kind == "workday" else "ok",
            "name": one.name,
            "document": one.document,
        }
        for one in found
    ]


def _closed(session: Session, year: int) -> list[dict[str, Any]]:
    row = tables.places.ClosedDay
    found = session.scalars(select(row).where(row.day.between(*_span(year))).order_by(row.day.desc(), row.id)).all()
    names = {canteen.id: canteen for canteen in reach.canteens(session)}
    return [
        {
            "iso": one.day.isoformat(),
            "label": _label(one.day),
            "canteen": names[one.canteen_id].name,
            "ref": names[one.canteen_id].ref,
            "meal": one.meal,
            "meal_label": office.words()["calendar"]["meals"][one.meal],
            "reason": one.reason,
        }
        for one in found
    ]


def _span(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def _label(day: date) -> str:
    said = office.words()["calendar"]
    return str(said["day"]).format(month=day.month, day=day.day, weekday=said["weekdays"][day.weekday()])
