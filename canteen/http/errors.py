"""Tell every refusal and every failure: the only place that knows status numbers.

Pages get a page with one sentence; the API, and every request that asks for JSON, gets problem details (RFC 9457) with
the members type, title, status, code, detail, params and errors. What nobody foresaw is logged once under an incident
number, which is all the person is told.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import structlog
from flask import Flask, Response, g, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from canteen.foundation.errors import CanteenError, Conflict, Denied, Invalid, NotFound, Refused, Unavailable
from canteen.foundation.references import new_reference
from canteen.http import words

_STATUS: Mapping[type[CanteenError], int] = {
    NotFound: 404,
    Denied: 403,
    Invalid: 422,
    Refused: 409,
    Conflict: 409,
    Unavailable: 503,
}
_STATUS_OF_CODE = {
    "access.not_entered": 401,
    "access.not_logged_in": 401,
    "access.wrong_login": 401,
    "access.too_many_tries": 429,
    "counter.no_canteen": 401,
    "checkin.busy": 503,
    "checkin.unknown_device": 401,
}
_NAME_OF_STATUS = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    422: "malformed",
    429: "too_many",
}

_log = structlog.get_logger("canteen.http")


def init_app(app: Flask) -> None:
    """Answer every exception of an application."""
    app.register_error_handler(CanteenError, _refused)
    app.register_error_handler(HTTPException, http_failed)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(Exception, _unknown)


def status_of(error: CanteenError) -> int:
    """Return the status number of a refusal."""
    return _STATUS_OF_CODE.get(error.code) or _STATUS[_kind(error)]


def wants_problem() -> bool:
    """Tell whether the asker reads problem details rather than pages."""
    return request.path.startswith(("/api/", "/device/")) or request.is_json or _prefers_json()


def http_failed(error: HTTPException, *, fields: object = None) -> BaseResponse:
    """Tell what is wrong with a request itself; ``fields`` names the wrong ones.

    A script whose form token ran out is told to log in, and keeps its act.
    """
    if error.code is None or error.response is not None or error.code < 400:
        return error.get_response(request.environ)
    is_forged = isinstance(error, CSRFError)
    name = "csrf" if is_forged else _NAME_OF_STATUS.get(error.code, "other")
    status = 401 if is_forged and wants_problem() else error.code
    headers = {key: text for key, text in error.get_headers() if key in {"Allow", "Retry-After"}}
    return _answer(status, f"http.{name}", title=error.name, sentence=words.http(name), fields=fields, headers=headers)


def problem(
    status: int,
    code: str,
    *,
    title: str,
    detail: str,
    params: Mapping[str, Any] | None = None,
    errors: object = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Build problem details; ``errors`` names wrong fields."""
    body = {
        "type": f"urn:problem:canteen:{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail,
        "params": dict(params or {}),
    }
    if errors is not None:
        body["errors"] = errors
    text = json.dumps(body, ensure_ascii=False, default=_plain)
    return Response(text, status, headers, content_type="application/problem+json; charset=utf-8")


def _kind(error: CanteenError) -> type[CanteenError]:
    return next(kind for kind in type(error).__mro__ if kind in _STATUS)


def _refused(error: CanteenError) -> BaseResponse:
    status = status_of(error)
    if status == 401 and request.method == "GET" and not wants_problem():
        return _to_log_in("web.mine_enter" if error.code == "access.not_entered" else "web.log_in_page")
    return _answer(
        status,
        error.code,
        title=words.title(_kind(error).__name__),
        sentence=words.refusal(error.code, error.params),
        params=error.params,
        headers={"Retry-After": str(error.params["seconds"])} if "seconds" in error.params else None,
    )


def _database_away(_error: OperationalError) -> Response:
    return _incident(503, "database_away", headers={"Retry-After": "2"})


def _unknown(_error: Exception) -> Response:
    return _incident(500, "incident")


def _incident(status: int, name: str, headers: Mapping[str, str] | None = None) -> Response:
    incident = new_reference("E", 6)
    _log.error(name, incident=incident, endpoint=request.endpoint, exc_info=True)
    sentence = words.http(name)
    return _answer(
        status, f"http.{name}", title=sentence, sentence=sentence, params={"incident": incident}, headers=headers
    )


def _answer(
    status: int,
    code: str,
    *,
    title: str,
    sentence: str,
    params: Mapping[str, Any] | None = None,
    fields: object = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    g.refusal = code
    if wants_problem():
        return problem(status, code, title=title, detail=sentence, params=params, errors=fields, headers=headers)
    incident = (params or {}).get("incident")
    page = _page(sentence, incident)
    return Response(page, status, headers, content_type="text/html; charset=utf-8")


def _page(sentence: str, incident: str | None) -> str:
    """Say it on a page in the look of whoever reads it."""
    is_for_seniors = request.path.startswith("/mine")
    way = {"label": words.http("way_home"), "href": url_for("web.mine" if is_for_seniors else "web.home")}
    template = "errors/senior.html" if is_for_seniors else "errors/error.html"
    return render_template(template, sentence=sentence, incident=incident, way=way)


def _to_log_in(door: str) -> BaseResponse:
    wanted = request.full_path if request.query_string else request.path
    return redirect(url_for(door, next=wanted), 303)


def _prefers_json() -> bool:
    accepted = request.accept_mimetypes
    return accepted.best_match(["text/html", "application/json"], "text/html") == "application/json"


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
