"""Let a page open without network: the workers that keep its files, and what the counter must know by then."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, url_for

from canteen import checkin, orders
from canteen.http import words
from canteen.http.auth import PUBLIC, actor, audience
from canteen.http.current import house
from canteen.web import scan_words

_WORKER = "js/offline/worker.js"
_SHARED = (
    "css/tokens.css",
    "css/base.css",
    "icon.svg",
    "js/offline/*.js",
    "vendor/zxing-wasm-*/*.js",
    "vendor/zxing-wasm-*/*.wasm",
)
_COUNTER = (*_SHARED, "css/scan.css", "js/alarm.js", "js/scan/*.js")
_ROUND = (
    *_SHARED, "css/desk.css", "css/print.css", "js/desk.js", "js/round/*.js", "js/scan/api.js", "js/scan/camera.js",
    "js/scan/identity.js",
)  # fmt: skip


def add_to(blueprint: Blueprint) -> None:
    """Add the workers, at addresses from which they may look after their pages."""
    blueprint.get("/counter/worker.js")(counter_worker)
    blueprint.get("/deliveries/worker.js")(round_worker)


@audience(PUBLIC)
def counter_worker() -> Response:
    """Give the worker of the counter."""
    return _worker("counter", url_for("web.counter"), _COUNTER)


@audience(PUBLIC)
def round_worker() -> Response:
    """Give the worker of a courier's round, whose address names a meal."""
    return _worker("round", url_for("web.courier_round"), _ROUND, any_search=True)


def _worker(name: str, page: str, patterns: Sequence[str], *, any_search: bool = False) -> Response:
    """Give a worker, headed by the files it keeps and a version that changes with any of them."""
    static = Path(current_app.static_folder or "")
    kept = [path for pattern in patterns for path in sorted(static.glob(pattern)) if path != static / _WORKER]
    script = (static / _WORKER).read_text(encoding="utf-8")
    digest = hashlib.sha256(script.encode())
    for path in kept:
        digest.update(path.read_bytes())
    head = {
        "NAME": name,
        "FILES": [url_for("static", filename=path.relative_to(static).as_posix()) for path in kept],
        "PAGE": page,
        "ANY_SEARCH": any_search,
        "VERSION": digest.hexdigest()[:16],
    }
    lines = [f"const {word} = {json.dumps(value)};\n" for word, value in head.items()]
    headers = {"Service-Worker-Allowed": page, "Cache-Control": "no-cache"}
    return Response("".join(lines) + script, headers=headers, content_type="text/javascript; charset=utf-8")


def offline() -> dict[str, Any]:
    """Return what the page needs to answer by itself: where to fetch and upload, whom to trust, what to say."""
    return {
        "packUrl": url_for("device.pack"),
        "uploadUrl": url_for("device.upload_scans"),
        "workerUrl": url_for("web.counter_worker"),
        "keys": checkin.public_keys(house().keys),
        "staff": f"staff:{actor().ref}",
        "words": {**scan_words.for_device(), "meals": {meal: words.value("meal", meal) for meal in orders.MEALS}},
    }
