"""Show the books to accountants: from a month's total to one meal and its reasons, and freeze the month."""

from __future__ import annotations

import io
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import audit, checkin, places, settlement, tables
from canteen.foundation import clock
from canteen.foundation.errors import NotFound
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.settlement import StatementView
from canteen.web import forms, meal_page, overview_page, statement_page, version_page

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def add_to(blueprint: Blueprint) -> None:
    """Add the accounting pages."""
    month = "/accounting/statements/<canteen_ref>/<month>"
    blueprint.get("/accounting")(accounting)
    blueprint.get("/accounting/statements")(statements)
    blueprint.get("/accounting/statements/current")(current_statement)
    blueprint.get(month)(statement)
    blueprint.get(f"{month}/meals")(statement_meals)
    blueprint.get(f"{month}/workbook")(statement_workbook)
    blueprint.post(f"{month}/freeze")(freeze_statement)
    blueprint.post(f"{month}/supersede")(supersede_statement)
    blueprint.get("/accounting/meals/<ref>")(meal)


@audience("statements.read")
def accounting() -> str:
    """Show the canteens of the scope: today's trays and this month's sums."""
    with house().database.reading(actor().scope) as session:
        context = overview_page.overview(session, at=clock.now())
    return render_template("accounting/overview.html", **context)


@audience("statements.read")
def statements() -> str:
    """List drafts of a month and frozen statements, the newest first."""
    page = max(request.args.get("page", 1, type=int), 1)
    with house().database.reading(actor().scope) as session:
        context = overview_page.statements(session, asked=request.args, page=page, on=clock.today())
    return render_template("accounting/statements.html", **context)


@audience("statements.read")
def current_statement() -> BaseResponse:
    """Lead to the present month of the canteen within reach that served last, else of the first."""
    with house().database.reading(actor().scope) as session:
        canteens = overview_page.canteens(session)
        latest = checkin.latest_canteen(session)
    if not canteens:
        return redirect(url_for("web.accounting"))
    canteens = sorted(canteens, key=lambda canteen: canteen.id != latest)
    month = settlement.month_of(clock.today())
    embed = statement_page.embedding()
    return redirect(url_for("web.statement", canteen_ref=canteens[0].ref, month=month, **embed))


@audience("statements.read")
def statement(canteen_ref: str, month: str) -> str:
    """Show the statement of a month: the part that is asked for, else what is not yet stated, else the last part."""
    person = actor()
    with house().database.reading(person.scope) as session:
        view = _view(session, canteen_ref, month)
        context = statement_page.statement(
            view, parts=_parts(session, view), by=_name(session, view.frozen_by),
            may_freeze=person.may("statements.freeze"),
        ) | version_page.of(session, view, may_freeze=person.may("statements.freeze"))  # fmt: skip
    return render_template("accounting/statement.html", **context)


@audience("meals.read")
def statement_meals(canteen_ref: str, month: str) -> str:
    """Show the meals behind one number of a statement, with their own sum."""
    with house().database.reading(actor().scope) as session:
        context = statement_page.meals(_view(session, canteen_ref, month), request.args)
    return render_template("accounting/meals.html", **context)


@audience("statements.read")
def statement_workbook(canteen_ref: str, month: str) -> BaseResponse:
    """Hand out the workbook: of a frozen statement the bytes that were kept, of a draft a fresh one that says so."""
    person, at = actor(), clock.now()
    with house().database.transaction(person.scope) as session:
        view = _view(session, canteen_ref, month)
        frozen = settlement.statement(session, ref=view.ref) if view.is_frozen else None
        content = frozen.workbook if frozen else settlement.workbook(view)
        audit.record(
            session, chain=f"canteen:{view.canteen_ref}", at=at, actor=f"staff:{person.ref}",
            action="statement.download", subject=view.ref or f"{view.canteen_ref} {month}", up_to_seq=view.up_to_seq,
        )  # fmt: skip
    name = settlement.file_name(view)
    return send_file(io.BytesIO(content), _WORKBOOK, as_attachment=True, download_name=name)


@audience("statements.freeze")
def freeze_statement(canteen_ref: str, month: str) -> BaseResponse:
    """Freeze what is not yet stated of a month."""
    person, at = actor(), clock.now()
    with house().database.reading(person.scope) as session:
        canteen_id = places.canteen(session, ref=canteen_ref).id
        asked: dict[str, Any] = {"canteen_id": canteen_id, "month": month, "actor": f"staff:{person.ref}", "at": at}
        prepared = settlement.prepare(session, **asked)
    with house().database.transaction(person.scope) as session:
        kept = settlement.freeze(session, **asked, prepared=prepared)
        ref, part = kept.ref, kept.part
    flash(statement_page.words()["frozen_now"].format(ref=ref), "ok")
    return redirect(url_for("web.statement", canteen_ref=canteen_ref, month=month, part=part), 303)


@audience("statements.freeze")
@forms.shown_again(statement)
def supersede_statement(canteen_ref: str, month: str) -> BaseResponse:
    """Freeze the next version of a frozen statement, with its differences."""
    ref, at = forms.needed("ref"), clock.now()
    with house().database.reading(actor().scope) as session:
        prepared = settlement.prepare_version(session, ref=ref, actor=forms.me(), at=at)
    with house().database.transaction(actor().scope) as session:
        kept = settlement.supersede(session, ref=ref, actor=forms.me(), at=at, prepared=prepared)
        ref, part = kept.ref, kept.part
    told = statement_page.words()["versions"]["superseded_now"]
    flash(told.format(ref=ref, count=len(prepared.view.differences)), "ok")
    return redirect(url_for("web.statement", canteen_ref=canteen_ref, month=month, part=part), 303)


@audience("meals.read")
def meal(ref: str) -> str:
    """Show one meal down to rule, document, facts, purses, entries and history."""
    person = actor()
    with house().database.reading(person.scope) as session:
        context = meal_page.meal(session, ref=ref, leads_to_statement=person.may("statements.read"))
    return render_template("accounting/meal.html", **context)


def _view(session: Session, canteen_ref: str, month: str) -> StatementView:
    canteen_id = places.canteen(session, ref=canteen_ref).id
    part, up_to = request.args.get("part", type=int), request.args.get("upto", type=int)
    kept = settlement.statements(session, canteen_id=canteen_id, month=month)
    if part is not None:
        version = request.args.get("version", type=int)
        listed = settlement.versions(session, canteen_id=canteen_id, month=month, part=part)
        wanted = [one for one in listed if (one.state == "frozen" if version is None else one.version == version)]
        found = wanted[0] if wanted else None
        if found is None:
            raise NotFound("settlement.no_such_part", part=part)
        return settlement.frozen(session, statement=found)
    draft = settlement.draft(session, canteen_id=canteen_id, month=month, at=clock.now(), up_to_seq=up_to)
    return settlement.frozen(session, statement=kept[-1]) if kept and not draft.lines else draft


def _parts(session: Session, view: StatementView) -> list[int]:
    return [one.part for one in settlement.statements(session, canteen_id=view.canteen_id, month=view.month)]


def _name(session: Session, who: str) -> str:
    """Return the name of a member of staff who acted; anybody else as recorded."""
    staff = tables.access.Staff
    name = session.scalar(select(staff.name).where(staff.ref == who.removeprefix("staff:")))
    return name or who
