"""Let the counter open without network: the worker that keeps its files, and what the page must know by then."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from flask import Blueprint, Response, current_app, jsonify, request, url_for

from canteen import checkin, orders
from canteen.foundation.errors import Invalid, NotFound
from canteen.http import words
from canteen.http.auth import PUBLIC, actor, audience
from canteen.http.current import house
from canteen.http.limits import limited
from canteen.web import scan_words

# Whoever can sign pages for WeChat's scanner (the official account) puts a function here: address -> configuration.
PAGE_CONFIG = "canteen.page_config"
_WORKER = "js/offline/worker.js"
_KEPT = (
    "css/tokens.css",
    "css/base.css",
    "css/scan.css",
    "icon.svg",
    "js/alarm.js",
    "js/scan/*.js",
    "js/offline/*.js",
    "vendor/zxing-wasm-*/*.js",
    "vendor/zxing-wasm-*/*.wasm",
)


def add_to(blueprint: Blueprint) -> None:
    """Add the worker, at an address from which it may look after the counter."""
    blueprint.get("/counter/worker.js")(counter_worker)
    blueprint.get("/counter/wechat")(wechat_config)


@audience(PUBLIC)
def counter_worker() -> Response:
    """Give the worker, headed by the files it keeps and a version that changes with any of them."""
    static = Path(current_app.static_folder or "")
    kept = [path for pattern in _KEPT for path in sorted(static.glob(pattern)) if path != static / _WORKER]
    script = (static / _WORKER).read_text(encoding="utf-8")
    digest = hashlib.sha256(script.encode())
    for path in kept:
        digest.update(path.read_bytes())
    head = {
        "FILES": [url_for("static", filename=path.relative_to(static).as_posix()) for path in kept],
        "PAGE": url_for("web.counter"),
        "VERSION": digest.hexdigest()[:16],
    }
    lines = [f"const {name} = {json.dumps(value)};\n" for name, value in head.items()]
    headers = {"Service-Worker-Allowed": url_for("web.counter"), "Cache-Control": "no-cache"}
    return Response("".join(lines) + script, headers=headers, content_type="text/javascript; charset=utf-8")


@audience("counter.scan")
@limited("30/minute")
def wechat_config() -> Response:
    """Sign the counter's address for WeChat's own scanner; NotFound where no official account does."""
    sign = cast("Callable[[str], dict[str, Any] | None] | None", current_app.extensions.get(PAGE_CONFIG))
    url = request.args.get("url", "")[:500]
    if not url.startswith(request.host_url + "counter"):
        raise Invalid("checkin.bad_scan")
    config = sign(url) if sign else None
    if config is None:
        raise NotFound("checkin.no_wechat_scanner")
    return jsonify(config)


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
