"""Hold the blueprint that all pages hang on."""

from __future__ import annotations

from flask import Blueprint

from canteen.web import (
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
    senior,
    session,
    staff,
)

blueprint = Blueprint("web", __name__, template_folder="templates")
frame.install(blueprint)
for _pages in (
    home,
    session,
    place,
    counter,
    senior,
    kitchen,
    cards,
    people,
    person,
    importing,
    calendar,
    staff,
    audit,
):
    _pages.add_to(blueprint)
