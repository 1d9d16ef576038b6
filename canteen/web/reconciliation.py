"""Hold the sources against each other on a page, take banks' statements over, and work what stays open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import places, settlement, treasury
from canteen.foundation import clock
from canteen.foundation.errors import Invalid
from canteen.foundation.money import grouped_yuan
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.treasury import DECISIONS, FIELDS, SOURCES, Share
from canteen.web import forms, overview_page
from canteen.web.register_page import act, cell, entry, form, page, panel, row, tell, words
from canteen.web.sent_tables import sent_table

_SAMPLE = 5
_MOST_SEQS = 50


def add_to(blueprint: Blueprint) -> None:
    """Add the list of canteens, the page of one, the page of a file's columns, and what is sent from them."""
    at = "/accounting/reconciliation/<canteen_ref>"
    blueprint.get("/accounting/reconciliation")(reconciliation)
    blueprint.get(at)(canteen_reconciliation)
    blueprint.post(at)(send_bank_file)
    blueprint.post(f"{at}/match")(match_bank)
    blueprint.post(f"{at}/hand")(match_by_hand)
    blueprint.post(f"{at}/decide")(decide_line)
    blueprint.post(f"{at}/charge")(charge_line)
    blueprint.get("/accounting/bank-files/<ref>")(bank_columns)
    blueprint.post("/accounting/bank-files/<ref>")(take_bank_lines)


@audience("statements.read")
def reconciliation() -> str:
    """List the canteens in reach with how complete each source of a month is."""
    month = request.args.get("month", "") or settlement.month_of(clock.today())
    first, until = settlement.bounds(month)
    with house().database.reading(actor().scope) as session:
        canteens = overview_page.canteens(session)
        ids = [one.id for one in canteens]
        found = treasury.shares(session.connection(), canteen_ids=ids, first=first, until=until)
        open_lines = treasury.open_lines(session, canteen_ids=ids)
    rows = []
    for one in canteens:
        of = [share for share in found if share.canteen_id == one.id]
        left = sum(line.canteen_id == one.id for line, _ in open_lines)
        href = url_for("web.canteen_reconciliation", canteen_ref=one.ref, month=month)
        sources = (_percent([share for share in of if share.source == source]) for source in SOURCES)
        rows.append(row(cell(one.name, href=href), *sources, cell(str(left), "n")))
    said = words()["reconciliation"]
    ways = [
        {"label": settlement.month_name(other), "href": url_for("web.reconciliation", month=other)}
        for other in (settlement.month_before(month), settlement.month_of(until))
    ]
    panels = [panel(settlement.month_name(month), said["heads"], rows, empty=said["empty"], remark=said["remark"])]
    return page("reconciliation", panels, ways=ways)


@audience("statements.read")
def canteen_reconciliation(canteen_ref: str) -> str:
    """Show the days of a canteen's month in four sources, the bank's open lines, and entries that no line shows."""
    month = request.args.get("month", "") or settlement.month_of(clock.today())
    first, until = settlement.bounds(month)
    with house().database.reading(actor().scope) as session:
        canteen = places.canteen(session, ref=canteen_ref)
        found = treasury.shares(session.connection(), canteen_ids=[canteen.id], first=first, until=until)
        panels = [_lines(session, canteen), _moves(session, canteen), _days(found)]
    ways = [{"label": words()["reconciliation"]["all"], "href": url_for("web.reconciliation", month=month)}]
    return page("canteen_reconciliation", panels, ways=ways, canteen=canteen.name, month=settlement.month_name(month))


@audience("statements.freeze")
@forms.shown_again(canteen_reconciliation)
def send_bank_file(canteen_ref: str) -> BaseResponse:
    """Keep a bank's statement, and ask for its columns."""
    name, content = sent_table("file")
    with house().database.transaction(actor().scope) as session:
        canteen_id = places.canteen(session, ref=canteen_ref).id
        ref = treasury.keep_file(
            session, canteen_id=canteen_id, name=name, content=content, actor=forms.me(), at=clock.now()
        ).ref
    return redirect(url_for("web.bank_columns", ref=ref), 303)


@audience("statements.freeze")
def bank_columns(ref: str) -> str:
    """Show the first rows of a file, and ask which column means what."""
    said = words()["bank_columns"]
    with house().database.reading(actor().scope) as session:
        found = treasury.bank_file_of(session, ref=ref)
        canteen = places.canteen_by_id(session, canteen_id=found.canteen_id)
        is_read, table = treasury.is_read(session, found), treasury.table_of(found.content)
        file_name = found.name
    guessed = treasury.guessed(table)
    options = [("", said["none"]), *((str(at), head or said["blank"].format(at=at + 1)) for at, head in _heads(table))]
    fields = [
        entry(f"column_{name}", options=options, value=str(guessed.get(name, "")), required=False) for name in FIELDS
    ]
    new = None if is_read else form(url_for("web.take_bank_lines", ref=ref), said["take"], fields)
    heads = " ".join((head or "-").replace(" ", "") for head in table.heads)
    rows = [row(*cells) for cells in treasury.sample(table, _SAMPLE)]
    remark = said["done"] if is_read else said["remark"].format(count=len(table.rows))
    back = {"label": canteen.name, "href": url_for("web.canteen_reconciliation", canteen_ref=canteen.ref)}
    panels = [panel(file_name, heads, rows, empty=said["empty"], remark=remark, form=new)]
    return page("bank_columns", panels, ways=[back], canteen=canteen.name)


@audience("statements.freeze")
@forms.shown_again(bank_columns)
def take_bank_lines(ref: str) -> BaseResponse:
    """Take the lines of a file over by the columns that were named, and match what can be matched."""
    columns = {name: int(text) for name in FIELDS if (text := forms.typed(f"column_{name}")).isdigit()}
    with house().database.transaction(actor().scope) as session:
        found = treasury.bank_file_of(session, ref=ref)
        canteen = places.canteen_by_id(session, canteen_id=found.canteen_id)
        fresh, known = treasury.take_lines(session, ref=ref, columns=columns, actor=forms.me(), at=clock.now())
        matched = treasury.match_lines(session, canteen_id=canteen.id, actor=forms.me(), at=clock.now())
        canteen_ref = canteen.ref
    tell("bank_taken", fresh=fresh, known=known, matched=sum(matched.values()))
    return redirect(url_for("web.canteen_reconciliation", canteen_ref=canteen_ref), 303)


@audience("statements.freeze")
@forms.shown_again(canteen_reconciliation)
def match_bank(canteen_ref: str) -> BaseResponse:
    """Match again what can be matched without judgement."""
    with house().database.transaction(actor().scope) as session:
        canteen_id = places.canteen(session, ref=canteen_ref).id
        found = treasury.match_lines(session, canteen_id=canteen_id, actor=forms.me(), at=clock.now())
    tell("bank_matched", count=sum(found.values()))
    return redirect(url_for("web.canteen_reconciliation", canteen_ref=canteen_ref), 303)


@audience("statements.freeze")
@forms.shown_again(canteen_reconciliation)
def match_by_hand(canteen_ref: str) -> BaseResponse:
    """State which entries a line is."""
    numbers = forms.several("seqs")[:_MOST_SEQS]
    if not all(number.isascii() and number.isdigit() and len(number) < 10 for number in numbers):
        raise Invalid("form.not_a_number", most=999_999_999)
    return _on_line(canteen_ref, "line_matched", treasury.match_by_hand, seqs=[int(number) for number in numbers])


@audience("statements.freeze")
@forms.shown_again(canteen_reconciliation)
def decide_line(canteen_ref: str) -> BaseResponse:
    """Explain a line on evidence."""
    decision = forms.chosen("decision", DECISIONS)
    return _on_line(canteen_ref, "line_decided", treasury.decide_line, decision=decision,
                    evidence=forms.typed("evidence"))  # fmt: skip


@audience("statements.freeze")
@forms.shown_again(canteen_reconciliation)
def charge_line(canteen_ref: str) -> BaseResponse:
    """Charge somebody with finding out about a line."""
    owner, due_on = forms.typed("owner"), forms.needed_day("due_on")
    return _on_line(canteen_ref, "line_charged", treasury.charge, owner=owner, due_on=due_on)


def _on_line(canteen_ref: str, told: str, verb: Any, **asked: Any) -> BaseResponse:
    with house().database.transaction(actor().scope) as session:
        canteen_id = places.canteen(session, ref=canteen_ref).id
        verb(session, canteen_id=canteen_id, line_key=forms.needed("key"), actor=forms.me(), at=clock.now(), **asked)
    tell(told)
    return redirect(url_for("web.canteen_reconciliation", canteen_ref=canteen_ref), 303)


def _heads(table: Any) -> Sequence[tuple[int, str]]:
    return list(enumerate(table.heads))


def _percent(of: Sequence[Share]) -> dict[str, Any]:
    total, left = sum(one.total_fen for one in of), sum(one.open_fen for one in of)
    if not total:
        return cell("—")
    whole = (total - left) * 100 // total
    return cell(f"{whole}%", tone="ok" if not left else "warn")


def _lines(session: Session, canteen: places.Canteen) -> dict[str, Any]:
    said, today, may = words()["canteen_reconciliation"], clock.today(), actor().may("statements.freeze")
    at: dict[str, Any] = {"canteen_ref": canteen.ref}
    rows = []
    for line, charged in treasury.open_lines(session, canteen_ids=[canteen.id]):
        who = f"{charged.owner}，{charged.due_on:%m-%d} 前" if charged else said["nobody"]
        late = charged is not None and charged.due_on < today
        rows.append(
            row(line.on_day.isoformat(), line.counterparty, line.memo, line.serial,
                cell(grouped_yuan(line.amount_fen), "n"), cell(str((today - line.on_day).days), "n"),
                cell(who, tone="bad" if late else "info"), acts=_line_acts(line.key, at, today) if may else [])
        )  # fmt: skip
    new = form(url_for("web.send_bank_file", **at), said["send"], [entry("file", kind="file")]) if may else None
    return panel(said["lines"], said["lines_heads"], rows, empty=said["lines_empty"], form=new)


def _line_acts(key: str, at: dict[str, Any], today: date) -> list[dict[str, Any]]:
    decisions = list(words()["canteen_reconciliation"]["decisions"].items())
    until = (today + timedelta(days=7)).isoformat()
    return [
        act("match_line", url_for("web.match_by_hand", **at), [entry("seqs")], key=key),
        act("decide_line", url_for("web.decide_line", **at),
            [entry("decision", options=decisions), entry("evidence")], key=key),
        act("charge_line", url_for("web.charge_line", **at),
            [entry("owner"), entry("due_on", kind="date", value=until)], key=key),
    ]  # fmt: skip


def _moves(session: Session, canteen: places.Canteen) -> dict[str, Any]:
    said, may = words()["canteen_reconciliation"], actor().may("statements.freeze")
    rows = [
        row(str(one.seq), one.on.isoformat(), one.memo or one.key, cell(grouped_yuan(one.amount_fen), "n"))
        for one in treasury.open_moves(session, canteen_ids=[canteen.id])
    ]
    again = form(url_for("web.match_bank", canteen_ref=canteen.ref), said["match"], []) if may else None
    return panel(said["moves"], said["moves_heads"], rows, empty=said["moves_empty"], form=again)


def _days(found: Sequence[Share]) -> dict[str, Any]:
    said = words()["canteen_reconciliation"]
    rows = [
        row(one.day.isoformat(), said["sources"][one.source], cell(grouped_yuan(one.total_fen), "n"),
            cell(grouped_yuan(one.matched_fen), "n"), cell(grouped_yuan(one.explained_fen), "n"),
            cell(grouped_yuan(one.open_fen), "n"),
            cell(f"{one.complete_percent}%", tone="ok" if not one.open_fen else "warn"))
        for one in sorted(found, key=lambda one: (one.day, SOURCES.index(one.source)))
    ]  # fmt: skip
    return panel(said["days"], said["days_heads"], rows, empty=said["days_empty"], remark=said["days_remark"])
