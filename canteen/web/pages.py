"""Hold the blueprint that all pages hang on."""

from __future__ import annotations

from flask import Blueprint

from canteen.web import (
    accounting,
    adjustments,
    audit,
    calendar,
    cards,
    counter,
    frame,
    gaps,
    grants,
    home,
    importing,
    kitchen,
    people,
    person,
    place,
    senior,
    session,
    staff,
    whatif,
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
    adjustments,
    grants,
    whatif,
    gaps,
    people,
    person,
    importing,
    calendar,
    staff,
    audit,
)

blueprint = Blueprint("web", __name__, template_folder="templates")
frame.install(blueprint)
for _pages in AUDIENCES:
    _pages.add_to(blueprint)
