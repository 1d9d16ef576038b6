"""Send the headers that keep pages to themselves; check forms for forgery."""

from __future__ import annotations

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect
from itsdangerous import URLSafeTimedSerializer
from werkzeug.middleware.proxy_fix import ProxyFix

from canteen.foundation.settings import Settings

# A list of names may have 10 MB; the form around it is small.
LARGEST_BODY = 11 * 1024 * 1024
_CSRF = "csrf"


class _PageCookie(SecureCookieSessionInterface):
    """Make the signer of the page cookie once, where Flask makes one for each request."""

    _signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self._signer is None:
            self._signer = super().get_signing_serializer(app)
        return self._signer


def init_app(app: Flask, settings: Settings) -> None:
    """Configure cookies, body size, proxies, CSRF and headers."""
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="page",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.production,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.session_interface = _PageCookie()
    CSRFProtect(app)
    _trust_proxies(app, settings.trusted_proxies)
    fixed = [*_headers(settings).items()]
    private = [*fixed, ("Cache-Control", "no-store")]

    @app.after_request
    def send_headers(response: Response) -> Response:
        present = {name.lower() for name, _ in response.headers}
        kept = fixed if request.endpoint == "static" else private
        response.headers.extend([(name, text) for name, text in kept if name.lower() not in present])
        return response


def exempt_from_csrf(app: Flask, *blueprints: object) -> None:
    """Let blueprints in that are not called by forms.

    These are the WeChat callback, and the API, which no cookie opens.
    """
    for blueprint in blueprints:
        app.extensions[_CSRF].exempt(blueprint)


def _trust_proxies(app: Flask, count: int) -> None:
    if count:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )


def _headers(settings: Settings) -> dict[str, str]:
    headers = {
        "Content-Security-Policy": _content_policy(settings),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    if settings.production:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers


def _content_policy(settings: Settings) -> str:
    """Admit nothing from elsewhere; a demonstration shows the simulated WeChat, which shows our pages in turn."""
    simulator = "" if settings.production else f" http://127.0.0.1:{settings.simulator_port}"
    return "; ".join(
        [
            "default-src 'self'",
            # The camera's engine is compiled WebAssembly from our own host; this admits no other script.
            "script-src 'self' 'wasm-unsafe-eval'",
            "img-src 'self' data:",
            f"frame-src 'self'{simulator}",
            f"frame-ancestors 'self'{simulator}",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
        ]
    )
