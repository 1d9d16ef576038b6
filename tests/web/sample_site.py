"""Serve static files and rendered samples on loopback, with a counter that answers as the contract says."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import qrcode
from werkzeug.middleware.shared_data import SharedDataMiddleware
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from tests.web.rendering import STATIC, render
from tests.web.samples import ANSWER, CODE, SAMPLES

POLICY = "default-src 'self'; frame-ancestors 'self'"


def qr_png(digits: str, *, box: int = 8) -> bytes:
    """Draw a code with its quiet zone of four modules."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q, box_size=box, border=4)
    code.add_data(digits)
    picture = io.BytesIO()
    code.make_image().save(picture)
    return picture.getvalue()


@dataclass
class SampleSite:
    """Answer GET with pages and pictures, POST with what the counter would say; keep what was posted."""

    address: str = ""
    posts: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answer: dict[str, Any] = field(default_factory=lambda: dict(ANSWER))
    redemptions: int = 0

    def __call__(self, request: Request) -> Response:
        """Answer one request under the strict policy of the product."""
        response = self._act(request) if request.method == "POST" else self._look(request.path)
        response.headers["Content-Security-Policy"] = POLICY
        return response

    def _act(self, request: Request) -> Response:
        assert request.headers["X-CSRFToken"] == "csrf-of-the-test"
        body = request.get_json()
        self.posts.append((request.path, body))
        return _json({**self.answer, "scan_id": body.get("scan_id", "s")})

    def _look(self, path: str) -> Response:
        name = path.strip("/") or "start.html"
        name, _, number = name.partition("~")
        if name in SAMPLES:
            return Response(render(name, SAMPLES[name][int(number or 0)]), mimetype="text/html")
        if name.startswith("qr/"):
            return Response(qr_png(name[3:-4]), mimetype="image/png")
        if name == "demo/pulse":
            return _json({"clock": "10:41", "redemptions": self.redemptions, "latest": {"text": "张*英 午餐 收 6 元"}})
        if name == "counter/guests":
            return _json({"dishes": [{"id": 7, "name": "红烧鸡块", "price": "18"}]})
        if name == "counter/people":
            kin = {"ref": "P-2", "name": "李*", "hint": "没留手机", "order": "午餐没订，现打一份", "card": "/card"}
            return _json({"people": [kin], "more": False})
        if name == "code/refresh":
            return _json({"qr_src": "/qr/99998888.png", "number": "9999 8888", "seconds": CODE["seconds"]})
        return Response("这里没有页", 404 if name != "favicon.ico" else 204, mimetype="text/plain")


def _json(value: object) -> Response:
    return Response(json.dumps(value), mimetype="application/json")


class Quiet(WSGIRequestHandler):
    """Keep the log of requests out of the report of the tests."""

    def log_request(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def sample_site() -> Iterator[SampleSite]:
    """Run the site on a free port for as long as the block lasts."""
    site = SampleSite()
    app = SharedDataMiddleware(Request.application(site), {"/static": str(STATIC)})
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    site.address = f"http://127.0.0.1:{server.port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
