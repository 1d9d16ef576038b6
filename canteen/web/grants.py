"""Show the money to operators for a year: grants by canteen and period with their rules, and money for meals."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import xlsxwriter
from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import audit, settlement
from canteen.foundation import clock
from canteen.foundation.money import grouped_yuan
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.settlement import Grant, MealMoney
from canteen.subsidy import Step, facts_told
from canteen.web import forms, reach, settling
from canteen.web.settling import signed


def add_to(blueprint: Blueprint) -> None:
    """Add the page of operator money and what is sent from it."""
    blueprint.get("/accounting/grants")(grants)
    blueprint.get("/accounting/grants/workbook")(grants_workbook)
    blueprint.post("/accounting/grants/propose")(propose_grants)
    blueprint.post("/accounting/grants/facts")(state_site_fact)


@audience("statements.read")
def grants() -> str:
    """List the grants of a year and the money for its meals."""
    return _page()


def _page() -> str:
    person, year = actor(), _year()
    with house().database.reading(person.scope) as session:
        found = settlement.grants(session, year=year, on=clock.today())
        meals = settlement.meal_money(session, year=year)
        funders, canteens = settling.funder_names(session), reach.canteens(session)
        names = {one.id: one.name for one in canteens}
        may_act = person.may("statements.freeze")
        return render_template(
            "accounting/grants.html",
            year=year,
            years=[(str(one), str(one)) for one in range(clock.today().year, clock.today().year - 6, -1)],
            action=url_for("web.grants"),
            rows=[_row(one, funders) for one in found],
            due_fen=sum(one.fen for one in found),
            booked_fen=sum(one.booked_fen for one in found),
            months=_months(found, meals, funders),
            meals=[{**_meal(one, names, funders), "href": _meals_href(one, canteens)} for one in meals],
            meals_fen=sum(one.fen for one in meals),
            propose_action=url_for("web.propose_grants") if may_act else None,
            facts=_facts(session, names),
            state=_state(canteens) if may_act else None,
            excel_href=url_for("web.grants_workbook", year=year),
        )


def _state(canteens: Sequence[Any]) -> dict[str, Any]:
    return {
        "action": url_for("web.state_site_fact"),
        "canteens": [(one.ref, one.name) for one in canteens],
        "kinds": list(settling.words()["grants"]["facts"].items()),
        "typed": request.form,
    }


@audience("statements.freeze")
def propose_grants() -> BaseResponse:
    """Propose what the books lack of a year's grants."""
    year, at = _year(), clock.now()
    with house().database.transaction(actor().scope) as session:
        count = settlement.propose_grants(session, year=year, on=clock.today(), at=at)
    said = settling.words()["grants"]
    flash(said["proposed"].format(count=count) if count else said["nothing"], "ok" if count else "info")
    return redirect(url_for("web.adjustments" if count else "web.grants"), 303)


@audience("statements.freeze")
@forms.shown_again(_page)
def state_site_fact() -> BaseResponse:
    """State something that the grants of a canteen depend on."""
    last = forms.day("valid_to")
    with house().database.transaction(actor().scope) as session:
        settlement.state_site_fact(
            session,
            canteen_id=reach.canteen(session, ref=forms.needed("canteen")).id,
            kind=forms.chosen("kind", settling.words()["grants"]["facts"]),
            value=forms.needed("value"),
            valid_from=forms.needed_day("valid_from"),
            valid_until=None if last is None else last + timedelta(days=1),
            evidence=forms.needed("evidence"),
            actor=forms.me(),
            at=clock.now(),
        )
    flash(settling.words()["grants"]["stated"], "ok")
    return redirect(url_for("web.grants"), 303)


@audience("statements.read")
def grants_workbook() -> BaseResponse:
    """Hand the year out as a workbook, and keep who took it."""
    year = _year()
    with house().database.transaction(actor().scope) as session:
        found = settlement.grants(session, year=year, on=clock.today())
        meals = settlement.meal_money(session, year=year)
        canteens = reach.canteens(session)
        names = {one.id: one.name for one in canteens}
        content = _workbook(year, found, meals, names, settling.funder_names(session))
        for one in canteens:
            audit.record(
                session, chain=f"canteen:{one.ref}", at=clock.now(), actor=forms.me(), action="grants.download",
                subject=one.ref, year=year,
            )  # fmt: skip
    name = settling.words()["grants"]["file"].format(year=year)
    return send_file(io.BytesIO(content), settling.WORKBOOK, as_attachment=True, download_name=name)


def _year() -> int:
    """Return the year that was asked for, this one where it is none."""
    asked = request.values.get("year", "")
    return int(asked) if asked.isascii() and asked.isdigit() and 2000 <= int(asked[:5]) <= 2100 else clock.today().year


def _row(one: Grant, funders: dict[str, str]) -> dict[str, Any]:
    said = settling.words()["grants"]
    return {
        "canteen": one.canteen_name,
        "name": one.name,
        "period": said["period"].format(first=one.first_day, last=one.last_day),
        "split": [{"label": funders.get(code, code), "fen": fen} for code, fen in one.split],
        "due_fen": one.fen,
        "booked_fen": one.booked_fen,
        "missing": signed(one.fen - one.booked_fen),
        "is_missing": bool(one.missing),
        "paid_in": said["paid_in"].format(year=one.paid_in_year),
        "document": f"{one.document}（{one.version}）",
        "trace": [_step(step) for step in one.trace],
    }


def _step(step: Step) -> dict[str, Any]:
    """Show one rule that was tried: whether it gave money, what it looked at, where that is written."""
    return {"passed": step.passed, "text": _told(step), "paragraph": step.paragraph}


def _months(found: Sequence[Grant], meals: Sequence[MealMoney], funders: dict[str, str]) -> list[dict[str, Any]]:
    """Add the money up by month and funder: what is due for periods that ended in a month, and what its meals made."""
    sums: dict[tuple[str, str], list[int]] = {}
    parts = [(f"{one.last_day:%Y-%m}", code, fen, 0) for one in found for code, fen in one.split]
    parts += [(one.month, one.funder_code, 0, one.fen) for one in meals]
    for month, code, due, of_meals in parts:
        row = sums.setdefault((month, code), [0, 0])
        row[0] += due
        row[1] += of_meals
    return [
        {"month": month, "funder": funders.get(code, code), "due_fen": due, "meals_fen": of_meals,
         "fen": due + of_meals}
        for (month, code), (due, of_meals) in sorted(sums.items())
    ]  # fmt: skip


def _meals_href(one: MealMoney, canteens: Sequence[Any]) -> str | None:
    """Lead to the meals of a month, each with its rules."""
    ref = next((canteen.ref for canteen in canteens if canteen.id == one.canteen_id), None)
    if ref is None or not actor().may("meals.read"):
        return None
    return url_for("web.statement_meals", canteen_ref=ref, month=one.month)


def _told(step: Step) -> str:
    """Say what a rule looked at; the amount itself stands in its own column."""
    seen = step._replace(facts=tuple(fact for fact in step.facts if fact[0] != "due"))
    return "，".join(f"{name} {value}" for name, value in facts_told(seen))


def _meal(one: MealMoney, names: dict[int, str], funders: dict[str, str]) -> dict[str, Any]:
    return {
        "canteen": names.get(one.canteen_id, ""),
        "month": one.month,
        "funder": funders.get(one.funder_code, one.funder_code),
        "meals": one.meals,
        "fen": one.fen,
    }


def _facts(session: Session, names: dict[int, str]) -> list[dict[str, Any]]:
    said = settling.words()["grants"]["facts"]
    return [
        {
            "canteen": name,
            "kind": said[fact.kind],
            "value": grouped_yuan(int(fact.value)) if fact.kind == "cost" else fact.value,
            "since": fact.valid_from.isoformat(),
            "until": (fact.valid_until - timedelta(days=1)).isoformat() if fact.valid_until else "",
            "evidence": fact.evidence,
        }
        for canteen_id, name in names.items()
        for fact in settlement.site_facts_of(session, canteen_id=canteen_id)
    ]


def _workbook(
    year: int, found: list[Grant], money: Sequence[MealMoney], names: dict[int, str], funders: dict[str, str]
) -> bytes:
    said, buffer = settling.words()["grants"], io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False})
    rows = [
        [one.canteen_name, one.name, said["period"].format(first=one.first_day, last=one.last_day),
         "；".join(f"{funders.get(code, code)} {grouped_yuan(fen)}" for code, fen in one.split),
         one.fen, one.booked_fen, one.fen - one.booked_fen, str(one.paid_in_year), one.document]
        for one in found
    ]  # fmt: skip
    _sheet(book, said["sheets"][0], said["title"].format(year=year), said["heads"], rows, money=(4, 5, 6))
    meals = [_meal(one, names, funders) for one in money]
    lines = [[one["canteen"], one["month"], one["funder"], one["meals"], one["fen"]] for one in meals]
    _sheet(book, said["sheets"][1], said["title"].format(year=year), said["meal_heads"], lines, money=(4,))
    by_month = [
        [one["month"], one["funder"], one["due_fen"], one["meals_fen"], one["fen"]]
        for one in _months(found, money, funders)
    ]
    _sheet(book, said["sheets"][2], said["title"].format(year=year), said["month_heads"], by_month, money=(2, 3, 4))
    _sheet(book, said["sheets"][3], said["title"].format(year=year), said["trace_heads"], _traces(found), money=())
    book.close()
    return buffer.getvalue()


def _traces(found: Sequence[Grant]) -> list[list[str]]:
    """Write down each rule that was tried for each grant."""
    said = settling.words()["grants"]
    return [
        [one.canteen_name, one.name, said["period"].format(first=one.first_day, last=one.last_day),
         said["outcomes"]["passed" if step.passed else "failed"], _told(step), step.paragraph, one.document]
        for one in found
        for step in one.trace
    ]  # fmt: skip


def _sheet(
    book: Any, name: str, title: str, heads: Sequence[str], rows: Sequence[Sequence[Any]], *, money: Sequence[int]
) -> None:
    """Write a list whose money is added up by formulas with their values beside."""
    sheet, bold = book.add_worksheet(name), book.add_format({"bold": True, "top": 1, "bottom": 1})
    style = book.add_format({"num_format": "#,##0.00"})
    total = book.add_format({"num_format": "#,##0.00", "bold": True, "top": 5})
    sheet.write_string(0, 0, title)
    sheet.write_row(2, 0, heads, bold)
    for line, row in enumerate(rows, start=3):
        for at, value in enumerate(row):
            if at in money:
                sheet.write_number(line, at, value / 100, style)
            else:
                sheet.write(line, at, value)
    for at in money if rows else ():
        letter = "ABCDEFGHI"[at]
        value = sum(row[at] for row in rows) / 100
        sheet.write_formula(3 + len(rows), at, f"=SUM({letter}4:{letter}{3 + len(rows)})", total, value)
    sheet.set_column(0, len(heads) - 1, 18)
    sheet.freeze_panes(3, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
