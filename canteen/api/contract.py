"""State the contract: OpenAPI 3.1, and problem details (RFC 9457) for every refusal."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Flask, Response, jsonify
from flask_smorest import Api
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from canteen.api.fields import Reference, ReferenceConverter
from canteen.api.problem import PROBLEM_JSON, Problem
from canteen.api.resource import PREFIX, Resource
from canteen.http import errors
from canteen.http.auth import PUBLIC, audience
from canteen.http.limits import limited

_ABOUT = """\
For the mini-program: see menus, ask what a meal costs, order, cancel, and show the code at the counter.

Every id is a reference such as `D-7KQ2MWX9TC`. Instants are ISO 8601 with an offset, days are local days of China.
Money is whole fen with a text to show. Every refusal is a problem (RFC 9457) with a stable `code`.
"""


class ProblemApi(Api):  # type: ignore[misc, unused-ignore]
    """Answer every failure with the one shape of the house."""

    ERROR_SCHEMA = Problem

    def handle_http_exception(self, error: HTTPException) -> BaseResponse:
        """Add the names of the wrong fields to what the house says anyway."""
        told = getattr(error, "data", None) or {}
        return errors.http_failed(error, fields=told.get("messages"))

    def _register_pagination_header(self) -> None:
        """Leave out what no operation uses."""

    def _register_responses(self) -> None:
        content = {PROBLEM_JSON: {"schema": self.ERROR_SCHEMA}}
        for name in (self.DEFAULT_ERROR_RESPONSE_NAME, HTTPStatus.UNPROCESSABLE_ENTITY.name):
            response: dict[str, Any] = {"description": "Any other problem.", "content": content}
            self.spec.components.response(name, response, lazy=True)


def publish(app: Flask, version: str, *resources: Resource) -> None:
    """Register the resources, and the document that describes them."""
    app.config.update(API_TITLE="Happiness canteen", API_VERSION=version, OPENAPI_VERSION="3.1.0")
    app.url_map.converters["reference"] = ReferenceConverter
    api = ProblemApi(app, spec_kwargs={"info": {"description": _ABOUT}, "security": [{"bearer": []}]})
    api.register_converter(ReferenceConverter, _describe_reference)
    api.register_field(Reference, "string", None)
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    for resource in resources:
        api.register_blueprint(resource)
    app.register_blueprint(_document(api))


def _document(api: ProblemApi) -> Blueprint:
    blueprint = Blueprint("openapi", __name__, url_prefix=PREFIX)

    @blueprint.get("/openapi.json")
    @audience(PUBLIC)
    @limited("60/minute")
    def show() -> Response:
        return jsonify(api.spec.to_dict())

    return blueprint


def _describe_reference(converter: ReferenceConverter) -> dict[str, str]:
    return {"type": "string", "pattern": f"^{converter.regex}$"}
