"""Slow down who asks too often, per address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

_ATTRIBUTE = "canteen_limit"
_NONE = "1/second"
# A page must not wait long for a count.
REDIS_SECONDS = 2
View = TypeVar("View", bound=Callable[..., Any])


def limited(rate: str) -> Callable[[View], View]:
    """Bound how often one address may call a view: ``30/minute``.

    Stands next to the function, below the route.
    """

    def mark(view: View) -> View:
        setattr(view, _ATTRIBUTE, rate)
        return view

    return mark


class _OfMarkedViews(Limiter):
    """Leave requests to all other views alone; the package would look up limits, exemptions and scopes for each."""

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:
        if _rate() is not None:
            super()._check_request_limit(callable_name, in_middleware)


def init_app(app: Flask, storage: str) -> None:
    """Watch the bounded views.

    Counts are kept in Redis, or in the memory of each process; so they are too while Redis is away.
    """
    is_shared = not storage.startswith("memory:")
    _OfMarkedViews(
        get_remote_address,
        app=app,
        storage_uri=storage,
        storage_options={"socket_connect_timeout": REDIS_SECONDS, "socket_timeout": REDIS_SECONDS} if is_shared else {},
        in_memory_fallback_enabled=is_shared,
        default_limits=[lambda: _rate() or _NONE],
        default_limits_exempt_when=lambda: _rate() is None,
        headers_enabled=True,
    )


def _rate() -> str | None:
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, _ATTRIBUTE, None)
