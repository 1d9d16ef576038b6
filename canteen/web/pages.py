"""Hold the blueprint that all pages hang on."""

from __future__ import annotations

from flask import Blueprint

from canteen.web import (
    accounting,
    adjustments,
    application,
    applications,
    audit,
    audit_packs,
    calendar,
    cards,
    categories,
    counter,
    frame,
    gaps,
    grants,
    home,
    importing,
    kitchen,
    merging,
    months,
    operators,
    ordering,
    people,
    person,
    place,
    policies,
    purses,
    ratings,
    region_search,
    regions,
    senior,
    session,
    sites,
    staff,
    tickets,
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
    policies,
    categories,
    purses,
    ratings,
    regions,
    people,
    person,
    ordering,
    merging,
    applications,
    application,
    importing,
    sites,
    operators,
    region_search,
    months,
    calendar,
    staff,
    audit,
    audit_packs,
    tickets,
)

blueprint = Blueprint("web", __name__, template_folder="templates")
frame.install(blueprint)
for _pages in AUDIENCES:
    _pages.add_to(blueprint)
