"""Hold the blueprint that all pages hang on."""

from __future__ import annotations

from flask import Blueprint

from canteen.web import audit, calendar, frame, home, importing, people, person, session, staff

blueprint = Blueprint("web", __name__, template_folder="templates")
frame.install(blueprint)
home.add_to(blueprint)
session.add_to(blueprint)
for _office in (people, person, importing, calendar, staff, audit):
    _office.add_to(blueprint)
