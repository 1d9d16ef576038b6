"""Show the visits of a month day by day, and write the rates of a month for the bureau."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from canteen import places, welfare
from canteen.foundation import clock
from canteen.foundation.secrecy import masked_name
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import care_workbook

_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def add_to(blueprint: Blueprint) -> None:
    """Add the calendar and the report."""
    blueprint.get("/care/calendar")(visit_calendar)
    blueprint.get("/care/report")(visit_report)


@audience("care.act")
def visit_calendar() -> str:
    """Show on which day whose visit is due, and who was seen."""
    first, last = _month()
    today = clock.today()
    with house().database.reading(actor().scope) as session:
        days = welfare.calendar_of(session, first=first, last=last, today=today)
    return render_template(
        "care/calendar.html",
        month=f"{first.year} 年 {first.month} 月",
        blanks=first.weekday(),
        days=[_day(one, today) for one in days],
        overdue=sum(one.is_overdue for day in days for one in day.due),
        before=url_for("web.visit_calendar", month=_named(first - timedelta(days=1))),
        after=url_for("web.visit_calendar", month=_named(last + timedelta(days=1))),
        report=url_for("web.visit_report", month=_named(first)),
        back_url=url_for("web.visit_list"),
    )


@audience("care.act")
def visit_report() -> Response:
    """Give the rates of a month by village, street and county as a workbook, for the bureau."""
    first, last = _month()
    last = max(first, min(last, clock.today()))
    with house().database.reading(actor().scope) as session:
        rows = welfare.month_of(session, first=first, last=last)
        codes = {code for row in rows for code in care_workbook.levels(row.region_code)}
        names = {code: places.region(session, code=code).name for code in codes}
    content = care_workbook.workbook(rows, names, first=first, last=last, at=clock.now())
    headers = {"Content-Disposition": f"attachment; filename=visits-{_named(first)}.xlsx"}
    return Response(content, mimetype=_SHEET, headers=headers)


def _month() -> tuple[date, date]:
    """Return the first and the last day of the month that is asked for, else of this one."""
    asked = request.args.get("month", "")
    year, month = map(int, (asked if _MONTH.fullmatch(asked) else _named(clock.today())).split("-"))
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _named(day: date) -> str:
    return f"{day:%Y-%m}"


def _day(one: welfare.DayOfVisits, today: date) -> dict[str, Any]:
    return {
        "number": one.day.day,
        "is_today": one.day == today,
        "due": [{"name": masked_name(who.name), "is_overdue": who.is_overdue} for who in one.due],
        "seen": [masked_name(who.name) for who in one.seen],
    }
