"""Write one line of JSON per request, with nothing personal in it.

Lines carry references and endpoints, never names, never what was typed; query strings are left out. Against our own
mistakes a last processor masks whatever looks like an identity number, a telephone number or an openid.
"""

from __future__ import annotations

import logging
import re
import sys
import time
import uuid
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog
from flask import Flask, Response, g, request

_HIDDEN = frozenset({"name", "phone", "openid", "username", "password", "token", "document", "address", "text"})
_PATTERNS = (
    re.compile(r"(?<![0-9A-Za-z])\d{15,}[0-9Xx]?(?![0-9A-Za-z])"),
    re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"),
    re.compile(r"(?<![\w-])o[\w-]{27}(?![\w-])", re.ASCII),
)
# A telephone number; what is shorter is not looked through.
_SHORTEST = 11
# Asked every second or so by machines; nothing is learnt from a line each.
_QUIET = frozenset({"static", "health.healthz", "demo.pulse"})
_REQUEST_ID = re.compile(r"[0-9A-Za-z-]{8,64}")

_log = structlog.get_logger("canteen.http")


def configure(stream: TextIO | None = None) -> None:
    """Write every log of this process, packages' too, as masked JSON."""
    begin: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    end: list[Any] = [
        structlog.processors.format_exc_info,
        mask,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    # Our own lines, one at least for each request, take the short way; those of packages come by the standard library.
    structlog.configure(
        processors=[*begin, *end],
        logger_factory=structlog.WriteLoggerFactory(stream or sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*begin, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *end],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # It tells at every look which kind of database it found.
    logging.getLogger("alembic").setLevel(logging.WARNING)


def mask(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Cover what looks personal, however deep it lies."""
    return {key: "***" if key in _HIDDEN else _masked(value) for key, value in line.items()}


def init_app(app: Flask) -> None:
    """Give each request an id, and log it once when it is answered."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.get("request_id", "")
    if request.endpoint not in _QUIET or response.status_code >= 400:
        actor = g.get("actor")
        _log.info(
            "request",
            method=request.method,
            endpoint=request.endpoint,
            status=response.status_code,
            refusal=g.get("refusal"),
            actor=actor.ref if actor else None,
            milliseconds=round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000),
        )
    return response


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        if len(value) < _SHORTEST:
            return value
        for pattern in _PATTERNS:
            value = pattern.sub("***", value)
        return value
    if isinstance(value, int) and not isinstance(value, bool) and len(str(value)) >= _SHORTEST:
        return _masked(str(value))
    if isinstance(value, dict):
        return {key: "***" if key in _HIDDEN else _masked(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(part) for part in value]
    return value if isinstance(value, int | float | bool | None) else _masked(str(value))
