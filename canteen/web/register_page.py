"""Lay out registers that are kept on a screen: panels of rows, what may be done with a row, forms to enter one."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from flask import flash, render_template, request


@cache
def words() -> dict[str, Any]:
    """Return what the registers say."""
    return tomllib.loads(Path(__file__).with_name("registers.toml").read_text(encoding="utf-8"))


def page(name: str, panels: Sequence[dict[str, Any]], /, *, ways: Sequence[dict[str, str]] = (), **said: object) -> str:
    """Render a register under its own heading; fields of all panels get ids of their own."""
    numbers = itertools.count(1)
    for panel in panels:
        acts = [act for row in panel["rows"] for act in row["acts"]]
        for one in itertools.chain(*(act["fields"] for act in acts), panel["form"]["fields"] if panel["form"] else ()):
            one["id"] = f"{one['name']}-{next(numbers)}"
    own = words()[name]
    return render_template(
        "registers/register.html", heading=own["heading"].format(**said), subtitle=own["subtitle"].format(**said),
        ways=list(ways), panels=list(panels),
    )  # fmt: skip


def panel(
    title: str, heads: str, rows: Sequence[dict[str, Any]], *, empty: str, remark: str = "",
    form: dict[str, Any] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Lay a panel out; ``heads`` are the labels with blanks between, one of figures marked by a hash."""
    listed = [(head.lstrip("#"), "n" if head.startswith("#") else "") for head in heads.split()]
    return {"title": title, "remark": remark, "heads": [*listed, ("", "")], "rows": list(rows), "empty": empty,
            "form": form}  # fmt: skip


def row(*cells: str | dict[str, Any], acts: Sequence[dict[str, Any]] = (), chart: Any = None) -> dict[str, Any]:
    """Lay a row out; a cell that is more than a text is made by `cell`."""
    return {"cells": [cell(one) if isinstance(one, str) else one for one in cells], "acts": list(acts), "chart": chart}


def cell(text: str, kind: str = "", *, href: str | None = None, tone: str = "") -> dict[str, Any]:
    """Lay a cell out: ``n`` for figures, ``wide`` for long words."""
    return {"text": text, "kind": kind, "href": href, "tone": tone}


def act(
    name: str, action: str, fields: Sequence[dict[str, Any]] = (), *, danger: bool = False, **hidden: object
) -> dict[str, Any]:
    """Lay an act out that asks first."""
    said = words()["acts"][name]
    return {
        "label": said["label"],
        "question": said["question"],
        "yes": said["label"],
        "danger": danger,
        "action": action,
        "hidden": {key: str(value) for key, value in hidden.items()},
        "fields": list(fields),
    }


def form(action: str, button: str, fields: Sequence[dict[str, Any]], **hidden: object) -> dict[str, Any]:
    """Lay a form out."""
    return {"action": action, "button": button, "fields": list(fields),
            "hidden": {key: str(value) for key, value in hidden.items()}}  # fmt: skip


def entry(
    name: str, *, kind: str = "text", options: Sequence[tuple[str, str]] = (), required: bool = True, value: str = ""
) -> dict[str, Any]:
    """Lay a field out, with what was typed into it before."""
    said: Mapping[str, str] = words()["fields"]
    typed = request.form.get(name, "") if request.method == "POST" else ""
    return {"name": name, "label": said[name], "type": kind, "value": typed or value, "required": required,
            "hint": words()["hints"].get(name, ""), "options": list(options)}  # fmt: skip


def tell(name: str, /, **params: object) -> None:
    """Say on the next page what was done."""
    flash(words()["told"][name].format(**params), "ok")
