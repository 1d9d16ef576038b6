"""Hold the blueprint that all pages hang on."""

from __future__ import annotations

from flask import Blueprint

from canteen.web import (
    accounting,
    audit,
    calendar,
    cards,
    counter,
    frame,
    home,
    importing,
    kitchen,
    merging,
    months,
    operators,
    people,
    person,
    place,
    regions,
    senior,
    session,
    sites,
    staff,
)

AUDIENCES = (
    home,
    session,
    place,
    counter,
    senior,
    kitchen,
    cards,
    accounting,
    people,
    person,
    merging,
    importing,
    sites,
    operators,
    regions,
    months,
    calendar,
    staff,
    audit,
)

blueprint = Blueprint("web", __name__, template_folder="templates")
frame.install(blueprint)
for _pages in AUDIENCES:
    _pages.add_to(blueprint)
