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
    people,
    person,
    place,
    policies,
    senior,
    session,
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
    policies,
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
