"""Put the simulator together as a Flask application.

It serves loopback only: other senders and other host names are refused, so
that neither the network nor a foreign page by way of a name can reach it.
"""

import atexit
from ipaddress import ip_address

from flask import Flask, Response, request
from flask.json.provider import DefaultJSONProvider

from bot.simulator import api, control, login, pages
from bot.simulator.errcodes import Refusal
from bot.simulator.settings import Settings
from bot.simulator.world import attach, build

_BODY_LIMIT = 11 * 1024 * 1024
_HOSTS = ("127.0.0.1", "localhost", "[::1]")


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application; production is refused."""
    chosen = settings or Settings.from_environment()
    app = Flask(__name__)
    app.config.update(MAX_CONTENT_LENGTH=_BODY_LIMIT, TRUSTED_HOSTS=list(_HOSTS))
    if isinstance(app.json, DefaultJSONProvider):
        app.json.ensure_ascii = False
    world = build(chosen)
    attach(app, world)
    for part in (api, login, control, pages):
        app.register_blueprint(part.blueprint)
    app.before_request(_only_loopback)
    app.after_request(lambda answer: _guarded(answer, chosen.public_url))
    if chosen.state_path is not None:
        atexit.register(world.account.save)
    return app


def _only_loopback() -> None:
    if not ip_address(request.remote_addr or "0.0.0.0").is_loopback:  # noqa: S104 - an unknown sender is no friend.
        raise Refusal("loopback.only", 403)


def _guarded(answer: Response, public_url: str) -> Response:
    near = "http://127.0.0.1:* http://localhost:*"
    answer.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        f"img-src 'self' data: {public_url} {near}; form-action 'self'; base-uri 'none'; "
        f"frame-ancestors 'self' {public_url} {near}"
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "no-referrer"
    if "Cache-Control" not in answer.headers and not request.path.startswith("/static/"):
        answer.headers["Cache-Control"] = "no-store"
    return answer
