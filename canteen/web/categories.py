"""Keep the register of categories on a screen: who reads policies sees it, who keeps the places changes it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import subsidy
from canteen.foundation import clock
from canteen.foundation.errors import Invalid
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms
from canteen.web.register_page import act, cell, entry, form, page, panel, row, tell, words

_CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")


def add_to(blueprint: Blueprint) -> None:
    """Add the register and what is sent from it."""
    blueprint.get("/policies/categories")(categories)
    blueprint.post("/policies/categories")(enter_category)
    blueprint.post("/policies/categories/end")(end_category)


@audience("policies.read")
def categories() -> str:
    """Show the categories of today, and the entries of other days."""
    said, may_edit, today = words()["categories"], actor().may("places.edit"), clock.today()
    with house().database.reading(actor().scope) as session:
        held = subsidy.dated_register(session).on(today)
        entries = {one.code: one for one in subsidy.category_entries(session) if _holds(one, today)}
        others = [one for one in subsidy.category_entries(session) if not _holds(one, today)]
        rows = [_row(kind, held, entries.get(code), may_edit=may_edit) for code, kind in held.kinds.items()]
        past = [_past(one) for one in others]
    new = form(url_for("web.enter_category"), "登记", _fields()) if may_edit else None
    return page(
        "categories",
        [
            panel(said["title"], said["heads"], rows, empty=said["empty"], form=new),
            panel(said["history"], said["heads"], past, empty=said["history_empty"]),
        ],
    )


def _holds(one: Any, on: date) -> bool:
    return one.valid_from <= on and (one.valid_until is None or on < one.valid_until)


def _row(kind: subsidy.Kind, held: subsidy.Register, stated: Any, *, may_edit: bool) -> dict[str, Any]:
    many = words()["many"]
    scale = f"{kind.scale} {kind.rank}" if kind.scale else ""
    wider = many.join(held.kinds[code].name for code in kind.kind_of)
    acts = []
    if may_edit:
        shown = {"code": kind.code, "name": kind.name, "aliases": many.join(kind.aliases), "kind_of": wider,
                 "scale": kind.scale or "", "rank": str(kind.rank)}  # fmt: skip
        acts = [
            act("change", url_for("web.enter_category"), _fields(shown)[1:], code=kind.code),
            act("end", url_for("web.end_category"), [entry("last_day", kind="date"), entry("document")], danger=True,
                code=kind.code),
        ]  # fmt: skip
    return row(
        kind.name, cell(many.join(kind.aliases), "wide"), cell(wider, "wide"), scale,
        words()["always"] if stated is None else _validity(stated), "" if stated is None else stated.document,
        acts=acts,
    )  # fmt: skip


def _past(one: Any) -> dict[str, Any]:
    many = words()["many"]
    return row(one.name, cell(many.join(one.aliases), "wide"), many.join(one.kind_of), one.scale or "", _validity(one),
               one.document)  # fmt: skip


def _validity(one: Any) -> str:
    if one.valid_until is None:
        return str(words()["since"]).format(first=one.valid_from)
    return str(words()["until"]).format(first=one.valid_from, last=one.valid_until - timedelta(days=1))


def _fields(shown: dict[str, str] | None = None) -> list[dict[str, Any]]:
    shown = shown or {}
    return [
        entry("code", value=shown.get("code", "")),
        entry("name", value=shown.get("name", "")),
        entry("aliases", required=False, value=shown.get("aliases", "")),
        entry("kind_of", required=False, value=shown.get("kind_of", "")),
        entry("scale", required=False, value=shown.get("scale", "")),
        entry("rank", required=False, value=shown.get("rank", "")),
        entry("valid_from", kind="date"),
        entry("document"),
    ]


@audience("places.edit")
@forms.shown_again(categories)
def enter_category() -> BaseResponse:
    """Enter a category, or change one from a day on."""
    code, name, rank = forms.needed("code"), forms.needed("name"), forms.typed("rank") or "0"
    if not _CODE.fullmatch(code) or not (rank.isascii() and rank.isdigit() and len(rank) < 4):
        raise Invalid("subsidy.category_code")
    valid_from, document = forms.needed_day("valid_from"), forms.needed("document")
    with house().database.transaction(actor().scope) as session:
        kind = subsidy.Kind(
            code, name, tuple(forms.several("aliases")), _codes(session, forms.several("kind_of")),
            forms.typed("scale") or None, int(rank),
        )  # fmt: skip
        subsidy.enter_category(
            session, kind=kind, valid_from=valid_from, document=document, actor=forms.me(), at=clock.now()
        )
    tell("category_entered", name=name)
    return redirect(url_for("web.categories"), 303)


def _codes(session: Session, names: list[str]) -> tuple[str, ...]:
    held = subsidy.dated_register(session).names
    return tuple(held.code_of(name) or name for name in names)


@audience("places.edit")
@forms.shown_again(categories)
def end_category() -> BaseResponse:
    """State the last day of a category."""
    code, last, document = forms.needed("code"), forms.needed_day("last_day"), forms.needed("document")
    with house().database.transaction(actor().scope) as session:
        subsidy.end_category(
            session, code=code, valid_until=last + timedelta(days=1), document=document, actor=forms.me(),
            at=clock.now(),
        )  # fmt: skip
        kind = subsidy.dated_register(session).names.kinds[code]
    tell("category_ended", name=kind.name)
    return redirect(url_for("web.categories"), 303)
