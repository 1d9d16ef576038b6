"""Hold the blueprint that all pages hang on."""

from __future__ import annotations

from flask import Blueprint

from canteen.web import accounting, counter, frame, home, place, senior, session

blueprint = Blueprint("web", __name__, template_folder="templates")
frame.install(blueprint)
home.add_to(blueprint)
session.add_to(blueprint)
place.add_to(blueprint)
counter.add_to(blueprint)
accounting.add_to(blueprint)
senior.add_to(blueprint)
