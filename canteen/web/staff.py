"""Look after the accounts of the people who work with the system.

An administrator acts on the accounts whose every grant lies within his own reach, gives roles within it only, and
never changes what he may do himself.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen import access, places, tables
from canteen.foundation import clock
from canteen.foundation.db import scope_of
from canteen.foundation.errors import Invalid, NotFound, Refused
from canteen.http.auth import actor, audience
from canteen.http.current import house
from canteen.web import forms, office, reach

_REGION, _CANTEEN = "region:", "canteen:"


def add_to(blueprint: Blueprint) -> None:
    """Add the list of accounts and what is sent from it."""
    blueprint.get("/office/staff")(staff)
    blueprint.post("/office/staff")(add_staff)
    blueprint.post("/office/staff/<ref>/grants")(grant_role)
    blueprint.post("/office/staff/<ref>/grants/withdraw")(withdraw_role)
    blueprint.post("/office/staff/<ref>/log-out")(log_staff_out)
    blueprint.post("/office/staff/<ref>/password")(reset_password)
    blueprint.post("/office/staff/<ref>/end")(end_staff)


@audience("staff.read")
def staff() -> str:
    """List the accounts in reach with what each may do where."""
    may_edit = actor().may("staff.edit")
    with house().database.reading(actor().scope) as session:
        return render_template(
            "office/staff.html",
            rows=[_row(session, one, grants, may_edit=may_edit) for one, grants in _in_reach(session)],
            add_action=url_for("web.add_staff") if may_edit else None,
            roles=[(role.code, role.name) for role in access.standard()],
            places=_place_options(session),
            typed={name: text for name, text in request.form.items() if name != "password"},
        )


def _again(**_asked: str) -> str:
    return staff()


@audience("staff.edit")
@forms.shown_again(_again)
def add_staff() -> BaseResponse:
    """Open an account with a first role."""
    at = clock.now()
    with house().database.transaction(actor().scope) as session:
        added = access.add(
            session,
            username=forms.needed("username"),
            name=forms.needed("name"),
            password=request.form.get("password", ""),
            actor=forms.me(),
            at=at,
        )
        access.give(session, ref=added.ref, role=_role(), **_place(session), actor=forms.me(), at=at)
    office.tell("staff_added", username=added.username)
    return _back()


@audience("staff.edit")
@forms.shown_again(_again)
def grant_role(ref: str) -> BaseResponse:
    """Give somebody a role at a place in reach."""
    with house().database.transaction(actor().scope) as session:
        one = _other(session, ref)
        access.give(session, ref=ref, role=_role(), **_place(session), actor=forms.me(), at=clock.now())
    office.tell("granted", name=one.name)
    return _back()


@audience("staff.edit")
@forms.shown_again(_again)
def withdraw_role(ref: str) -> BaseResponse:
    """Take a role back; it is gone with the next request."""
    with house().database.transaction(actor().scope) as session:
        one = _other(session, ref)
        role = forms.needed("role")
        access.withdraw(session, ref=ref, role=role, **_place(session), actor=forms.me(), at=clock.now())
    office.tell("withdrawn", name=one.name)
    return _back()


@audience("staff.edit")
@forms.shown_again(_again)
def log_staff_out(ref: str) -> BaseResponse:
    """End every log-in of somebody at once."""
    with house().database.transaction(actor().scope) as session:
        one = _known(session, ref)
        access.end_all(session, ref=ref, actor=forms.me(), at=clock.now())
    office.tell("logged_out", name=one.name)
    return _back()


@audience("staff.edit")
@forms.shown_again(_again)
def reset_password(ref: str) -> BaseResponse:
    """Set a new password for who forgot it; what was logged in with the old one ends."""
    with house().database.transaction(actor().scope) as session:
        one = _known(session, ref)
        password = request.form.get("password", "")
        access.change_password(session, ref=ref, password=password, actor=forms.me(), at=clock.now())
    office.tell("password_set", name=one.name)
    return _back()


@audience("staff.edit")
@forms.shown_again(_again)
def end_staff(ref: str) -> BaseResponse:
    """Close the account of somebody who left."""
    with house().database.transaction(actor().scope) as session:
        one = _other(session, ref)
        access.end(session, ref=ref, actor=forms.me(), at=clock.now())
    office.tell("staff_ended", name=one.name)
    return _back()


def _in_reach(session: Session) -> list[tuple[tables.access.Staff, tuple[access.Granted, ...]]]:
    listed = [(one, access.granted(session, one.id)) for one in access.listed(session)]
    return [(one, grants) for one, grants in listed if all(_reaches(session, grant) for grant in grants)]


def _reaches(session: Session, grant: access.Granted) -> bool:
    scope = scope_of(session)
    if grant.region_code is not None:
        return grant.region_code.startswith(scope.region_prefixes)
    return grant.canteen_id in scope.canteen_ids


def _known(session: Session, ref: str) -> tables.access.Staff:
    found = next((one for one, _ in _in_reach(session) if one.ref == ref), None)
    if found is None:
        raise NotFound("access.no_such_staff", who=ref)
    return found


def _other(session: Session, ref: str) -> tables.access.Staff:
    if ref == actor().ref:
        raise Refused("office.not_oneself")
    return _known(session, ref)


def _role() -> str:
    return forms.chosen("role", {role.code for role in access.standard()})


def _place(session: Session) -> dict[str, Any]:
    """Return the place of a grant: a region or a canteen, in reach of who gives it."""
    text = forms.needed("place")
    if text.startswith(_REGION):
        return {"region_code": reach.require_region(session, text.removeprefix(_REGION)).code}
    if text.startswith(_CANTEEN):
        return {"canteen_id": reach.canteen(session, ref=text.removeprefix(_CANTEEN)).id}
    raise Invalid("form.no_such_choice")


def _place_options(session: Session) -> list[tuple[str, str]]:
    canteens = [(f"{_CANTEEN}{ref}", name) for ref, name in reach.canteen_options(session)]
    return canteens + [(f"{_REGION}{code}", name) for code, name in reach.region_options(session)]


def _row(
    session: Session, one: tables.access.Staff, grants: tuple[access.Granted, ...], *, may_edit: bool
) -> dict[str, Any]:
    is_other = one.ref != actor().ref
    acts = ("grant_role", "withdraw_role", "log_staff_out", "reset_password", "end_staff")
    return {
        "ref": one.ref,
        "username": one.username,
        "name": one.name,
        "is_other": is_other,
        "grants": [_grant(session, grant) for grant in grants],
        "acts": {act: url_for(f"web.{act}", ref=one.ref) for act in acts} if may_edit else None,
    }


def _grant(session: Session, grant: access.Granted) -> dict[str, str]:
    if grant.region_code is not None:
        place, name = f"{_REGION}{grant.region_code}", places.region(session, code=grant.region_code).name
    else:
        canteen = places.canteen_by_id(session, canteen_id=grant.canteen_id or 0)
        place, name = f"{_CANTEEN}{canteen.ref}", canteen.name
    label = office.words()["staff"]["at"].format(role=grant.role_name, place=name)
    return {"role": grant.role, "place": place, "label": label}


def _back() -> BaseResponse:
    return redirect(url_for("web.staff"), 303)
