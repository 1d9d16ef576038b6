"""Make the blueprints of the API: what every operation takes, gives and refuses in one way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Request, Response, jsonify, request
from flask_smorest import Blueprint
from marshmallow import Schema
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest

from canteen.api import refusals
from canteen.api.fields import example_of
from canteen.api.problem import PROBLEM_JSON, Problem

PREFIX = "/api/v1"
LARGEST_BODY = 16 * 1024
_JSON = "application/json"
View = Callable[..., Any]


class _Parser(FlaskParser):
    """Read JSON; what no decoder can take is as malformed as a missing bracket."""

    def load_json(self, req: Request, schema: Schema) -> Any:
        """Refuse nesting and numbers beyond reason like any other broken body."""
        try:
            return super().load_json(req, schema)
        except (RecursionError, ValueError) as error:
            raise BadRequest from error


class Resource(Blueprint):
    """Hold the operations of one resource, documented where they stand."""

    ARGUMENTS_PARSER = _Parser()

    def __init__(self, name: str, description: str) -> None:
        super().__init__(name, __name__, url_prefix=PREFIX, description=description)
        self.before_request(_bound_body)
        self.after_request(_name_the_scheme)

    def reads(self, schema: type[Schema]) -> Callable[[View], View]:
        """Take the query string as this shape."""
        return self._documented(self.arguments(schema, location="query"), "http.malformed")

    def reads_header(self, schema: type[Schema]) -> Callable[[View], View]:
        """Take headers as this shape."""
        return self._documented(self.arguments(schema, location="headers"), "http.malformed")

    def takes(self, schema: type[Schema]) -> Callable[[View], View]:
        """Take a JSON body of this shape; a member that it does not name is refused."""
        return self._documented(self.arguments(schema, example=example_of(schema())), *refusals.WITH_BODY)

    def gives(self, schema: type[Schema], status: int = 200, *, public: bool = False) -> Callable[[View], View]:
        """Document the answer; the view builds it by `shown` while its session is open."""
        respond = self.response(status, schema, content_type=_JSON, example=example_of(schema()))

        def decorate(view: View) -> View:
            own: dict[str, Any] = {"security": []} if public else {}
            documented = self._documented(respond, *refusals.EVERYWHERE, *(() if public else refusals.WITH_TOKEN))
            described: View = self.doc(operationId=view.__name__, **own)(self._with_refusals(documented(view)))
            return described

        return decorate

    def refuses(self, *codes: str) -> Callable[[View], View]:
        """Document refusals of this operation; stands below `gives`."""
        return self._documented(lambda view: view, *codes)

    def _documented(self, decorate: Callable[[View], View], *codes: str) -> Callable[[View], View]:
        def wrap(view: View) -> View:
            wrapped = decorate(view)
            wrapped.refusals = getattr(view, "refusals", ()) + codes  # type: ignore[attr-defined]
            return wrapped

        return wrap

    def _with_refusals(self, view: View) -> View:
        for status, description in refusals.by_status(view.refusals):  # type: ignore[attr-defined]
            document = self.alt_response(status, schema=Problem, content_type=PROBLEM_JSON, description=description)
            view = document(view)
        return view


def shown(schema: Schema, thing: object, status: int = 200) -> Response:
    """Build the answer at once, since what it reads is gone when the session closes."""
    response = jsonify(schema.dump(thing))
    response.status_code = status
    return response


def _bound_body() -> None:
    request.max_content_length = LARGEST_BODY


def _name_the_scheme(response: Response) -> Response:
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
