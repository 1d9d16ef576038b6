"""Decide who may call each endpoint, and say who calls.

Every view states its audience: `PUBLIC`, `ANY_STAFF`, `BEARER` (an app that sends a token, checked by whoever hands
out such tokens), `DEVICE` (a device of the counter under its own token), `CARRIER` (a courier's telephone under its
own), `FOLLOWER` (who follows the official account and came in by it), or the one permission that it needs. An endpoint
that states nothing is refused, so forgetting shuts a door and never opens one. The scope of the actor is that of the
permission the endpoint asks for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from flask import Flask, current_app, g, request
from werkzeug.wrappers import Response as BaseResponse

from canteen import access, checkin
from canteen.foundation import clock
from canteen.foundation.db import Scope
from canteen.foundation.errors import Denied
from canteen.http import followers
from canteen.http.current import house

PUBLIC = "public"
ANY_STAFF = "any staff"
BEARER = "bearer"
DEVICE = "device"
CARRIER = "carrier"
FOLLOWER = "follower"
COOKIE = "staff"

_ATTRIBUTE = "canteen_audience"
_BEARER_CHECK = "canteen.bearer"
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Actor:
    """Say who acts, what they may do, and how far they see while doing it."""

    staff_id: int
    ref: str
    username: str
    name: str
    permissions: frozenset[str]
    scope: Scope

    def may(self, permission: str) -> bool:
        """Tell whether the actor has a permission anywhere."""
        return permission in self.permissions


def audience(who: str) -> Callable[[View], View]:
    """State who may call a view; stands next to the function, below the route."""
    if who not in access.PERMISSIONS | {PUBLIC, ANY_STAFF, BEARER, DEVICE, CARRIER, FOLLOWER}:
        raise ValueError(f"no such audience: {who!r}")

    def mark(view: View) -> View:
        setattr(view, _ATTRIBUTE, who)
        return view

    return mark


def audience_of(view: Callable[..., Any], method: str) -> str | None:
    """Return the audience of a view function, or of the method of a class-based view."""
    stated = getattr(view, _ATTRIBUTE, None)
    if stated is None and hasattr(view, "view_class"):
        method = "GET" if method == "HEAD" else method
        stated = getattr(getattr(view.view_class, method.lower(), None), _ATTRIBUTE, None)
    return cast("str | None", stated)


def init_app(app: Flask) -> None:
    """Check the audience before every request."""
    audience(PUBLIC)(app.view_functions["static"])
    app.before_request(_admit)


def check_bearer_with(app: Flask, check: Callable[[str], None]) -> None:
    """Let this function admit apps by their token; it refuses by raising."""
    app.extensions[_BEARER_CHECK] = check


def actor() -> Actor:
    """Return who acts; refuses ``access.not_logged_in``."""
    found = current_actor()
    if found is None:
        raise Denied("access.not_logged_in")
    return found


def current_actor() -> Actor | None:
    """Return who acts, or None for a stranger; looked up once a request."""
    if "actor" not in g:
        g.actor = _actor_of(request.cookies.get(COOKIE), _permission_asked())
    return cast("Actor | None", g.actor)


def device_here(*, carried: bool = False) -> checkin.KnownDevice:
    """Return which device of the counter asks, or which that is carried; a revoked one too.

    Refuses ``access.not_logged_in`` and ``checkin.unknown_device``: the one kind opens nothing of the other.
    """
    if "device_here" not in g:
        given = request.authorization
        if given is None or given.type != "device" or not given.token:
            raise Denied("access.not_logged_in")
        g.device_here = checkin.known_device(house().database, token=given.token)
    found = cast("checkin.KnownDevice", g.device_here)
    if (found.staff_id is not None) != carried:
        raise Denied("checkin.unknown_device")
    return found


def scope_for(permission: str) -> Scope | None:
    """Return how far the asker sees while doing something that another page does; None where not at all."""
    found = _actor_of(request.cookies.get(COOKIE), permission)
    return found.scope if found is not None and found.may(permission) else None


def set_cookie(response: BaseResponse, token: str) -> None:
    """Hand a session to the browser; scripts cannot read it.

    The cookie lives as long as the browser is open: how long it is valid is decided on our side.
    """
    response.set_cookie(COOKIE, token, secure=house().settings.production, httponly=True, samesite="Lax", path="/")


def _admit() -> None:
    if request.endpoint is None:
        return
    who = audience_of(current_app.view_functions[request.endpoint], request.method)
    if who is None and not _is_automatic():
        raise Denied("access.not_yours")
    if who == BEARER:
        _admit_bearer()
    elif who in {DEVICE, CARRIER}:
        device_here(carried=who == CARRIER)
    elif who == FOLLOWER:
        followers.account()
    elif who not in {PUBLIC, None}:
        _admit_staff(str(who))


def _is_automatic() -> bool:
    """Tell whether Flask itself answers: OPTIONS, or a method that the route does not know."""
    return request.method == "OPTIONS" or request.routing_exception is not None


def _admit_staff(who: str) -> None:
    asker = actor()
    if who != ANY_STAFF and not asker.may(who):
        raise Denied("access.not_yours")


def _admit_bearer() -> None:
    check = current_app.extensions.get(_BEARER_CHECK)
    given = request.authorization
    if check is None or given is None or given.type != "bearer" or not given.token:
        raise Denied("access.not_logged_in")
    check(given.token)


def _permission_asked() -> str | None:
    view = current_app.view_functions.get(request.endpoint or "")
    who = audience_of(view, request.method) if view else None
    return who if who in access.PERMISSIONS else None


def _actor_of(token: str | None, permission: str | None) -> Actor | None:
    if not token:
        return None
    present = access.present(house().database, token=token, at=clock.now(), permission=permission)
    if present is None:
        return None
    return Actor(
        staff_id=present.staff_id,
        ref=present.ref,
        username=present.username,
        name=present.name,
        permissions=present.permissions,
        scope=present.scope,
    )
