"""State the contract: OpenAPI 3.1, and problem details (RFC 9457) for every refusal."""

from __future__ import annotations

from http import HTTPStatus
from threading import Lock
from typing import Any

from apispec import APISpec
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

    def __init__(self, app: Flask, **options: Any) -> None:
        """Take the application, with what the document says at its head."""
        self._undescribed: list[Any] = []
        super().__init__(app, **options)
        # The commands of flask-smorest ask the description itself, and must get all of it.
        self.spec.__dict__["to_dict"] = self.described

    def handle_http_exception(self, error: HTTPException) -> BaseResponse:
        """Add the names of the wrong fields to what the house says anyway."""
        told = getattr(error, "data", None) or {}
        return errors.http_failed(error, fields=told.get("messages"))

    def register_blueprint(self, blp: Blueprint, **options: Any) -> None:
        """Serve a resource; it is described when somebody asks, for that costs more than all the rest of a start."""
        assert self._app is not None, "the house names its application first"  # noqa: S101 - For the type checker.
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blp.name] = self
        self._app.register_blueprint(blp, **options)
        self._undescribed.append(blp)

    def described(self) -> dict[str, Any]:
        """Return the document, with every resource that is served."""
        while self._undescribed:
            resource = self._undescribed.pop(0)
            resource.register_views_in_doc(self, self._app, self.spec, name=resource.name, parameters=None)
            self.spec.tag({"name": resource.name, "description": resource.description})
        return APISpec.to_dict(self.spec)

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
    describing = Lock()
    blueprint = Blueprint("openapi", __name__, url_prefix=PREFIX)

    @blueprint.get("/openapi.json")
    @audience(PUBLIC)
    @limited("60/minute")
    def show() -> Response:
        with describing:
            return jsonify(api.described())

    return blueprint


def _describe_reference(converter: ReferenceConverter) -> dict[str, str]:
    return {"type": "string", "pattern": f"^{converter.regex}$"}
