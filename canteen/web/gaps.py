"""Show who is entitled and never or rarely came, by village, for the community workers who visit them."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import xlsxwriter
from flask import Blueprint, render_template, request, send_file, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import audit, settlement
from canteen.foundation import clock
from canteen.foundation.errors import NotFound
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.settlement import Gap
from canteen.web import forms, office, reach, settling
from canteen.web.people import age

_DAYS = ("30", "90", "180", "365")
_AT_MOST = ("0", "2", "5", "10")


def add_to(blueprint: Blueprint) -> None:
    """Add the page of gaps and its workbook."""
    blueprint.get("/office/gaps")(gaps)
    blueprint.get("/office/gaps/workbook")(gaps_workbook)


@audience("people.read")
def gaps() -> str:
    """List the people of a region who are entitled and hardly ever came."""
    with house().database.reading(actor().scope) as session:
        asked, regions = _asked(session), reach.region_options(session)
        query: dict[str, Any] = dict(asked)
        found = _found(session, asked)
        shown = found[office.offset() : office.offset() + office.PAGE_SIZE]
        rows = _rows(session, shown, office.offset())
        return render_template(
            "office/gaps.html",
            action=url_for("web.gaps"),
            asked=asked,
            regions=regions,
            days=[(value, f"{value} 天") for value in _DAYS],
            at_most=[(value, f"{value} 次") for value in _AT_MOST],
            rows=[row | {"href": url_for("web.person", ref=row["reference"])} for row in rows],
            count=_count(found),
            page=office.pager(len(found), **asked),
            excel_href=url_for("web.gaps_workbook", **query) if found else None,
        )


@audience("people.read")
def gaps_workbook() -> BaseResponse:
    """Hand the list out, names masked, and keep who took it."""
    at = clock.now()
    with house().database.transaction(actor().scope) as session:
        asked = _asked(session)
        found = _found(session, asked)
        if not asked["region"]:
            raise NotFound("places.region_unknown", region="")
        name = settling.region_names(session, [asked["region"]])[asked["region"]]
        content = _workbook(_rows(session, found, 0), asked, name)
        audit.record(
            session, chain=f"region:{asked['region'][:6]}", at=at, actor=forms.me(), action="gaps.download",
            subject=asked["region"], people=len(found), days=asked["days"], at_most=asked["at_most"],
        )  # fmt: skip
    file = settling.words()["gaps"]["file"].format(region=name, day=clock.today())
    return send_file(io.BytesIO(content), settling.WORKBOOK, as_attachment=True, download_name=file)


def _asked(session: Session) -> dict[str, str]:
    """Return what was asked for, within the asker's reach; else the widest region there is."""
    regions = [region.code for region in reach.regions(session)]
    wanted = request.args.get("region", "")
    if wanted:
        wanted = reach.require_region(session, wanted).code
    days, at_most = request.args.get("days", ""), request.args.get("at_most", "")
    return {
        "region": wanted or next(iter(regions), ""),
        "days": days if days in _DAYS else "90",
        "at_most": at_most if at_most in _AT_MOST else "0",
    }


def _found(session: Session, asked: dict[str, str]) -> list[Gap]:
    if not asked["region"]:
        return []
    return settlement.gaps(
        session, region_code=asked["region"], on=clock.today(), days=int(asked["days"]), at_most=int(asked["at_most"])
    )


def _rows(session: Session, found: list[Gap], before: int) -> list[dict[str, Any]]:
    names = settling.region_names(session, [gap.region_code for gap in found])
    said = settling.words()["gaps"]
    return [
        {
            "number": number,
            "name": gap.person_masked,
            "reference": gap.person_ref,
            "village": names[gap.region_code],
            "age": _age(gap.birth_on),
            "category": gap.category,
            "last_day": gap.last_day.isoformat() if gap.last_day else said["never"],
            "tone": "warn" if gap.is_never else "",
            "meals": said["rarely"].format(count=gap.meals),
            "nearest": _nearest(gap),
        }
        for number, gap in enumerate(found, start=before + 1)
    ]


def _age(birth: date | None) -> str:
    return str(age(birth, clock.today())) if birth else settling.words()["gaps"]["unknown"]


def _nearest(gap: Gap) -> str:
    said, near = settling.words()["gaps"], gap.nearest
    if near is None:
        return str(said["unknown"])
    if near.region_code == gap.region_code:
        return str(said["here"]).format(name=near.canteen_name)
    metres = near.metres or 0
    told = (
        said["metres"].format(count=metres)
        if metres < 1000
        else said["kilometres"].format(count=f"{metres / 1000:.1f}")
    )
    return str(said["away"]).format(name=near.canteen_name, distance=told)


def _count(found: list[Gap]) -> str:
    never = sum(gap.is_never for gap in found)
    return str(settling.words()["gaps"]["count"]).format(count=len(found), never=never)


def _workbook(rows: list[dict[str, Any]], asked: dict[str, str], region: str) -> bytes:
    said, buffer = settling.words()["gaps"], io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False})
    head, sheet = book.add_format({"bold": True, "bottom": 1}), book.add_worksheet(said["title"])
    title = said["subtitle"].format(region=region, day=clock.today(), days=asked["days"], at_most=asked["at_most"])
    sheet.write_string(0, 0, title)
    for at, name in enumerate(said["heads"]):
        sheet.write_string(2, at, name, head)
    keys = ("name", "reference", "village", "age", "category", "last_day", "meals", "nearest")
    for line, row in enumerate(rows, start=3):
        sheet.write_number(line, 0, row["number"])
        for at, key in enumerate(keys, start=1):
            sheet.write_string(line, at, row[key])
    sheet.autofilter(2, 0, max(2 + len(rows), 3), len(said["heads"]) - 1)
    sheet.freeze_panes(3, 0)
    sheet.set_column(1, 8, 16)
    sheet.set_column(3, 3, 28)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    book.close()
    return buffer.getvalue()
