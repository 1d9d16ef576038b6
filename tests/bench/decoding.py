"""Print how often what our pages and print sheets show is read from a bad photograph.

``.venv/bin/python -m tests.bench.decoding [photographs of each kind]``. The pages are drawn by Chromium from the
product's own templates with codes that the product signs, photographed by `photographs`, and read by zxing-cpp, the
engine that the counter's camera uses (there as zxing-wasm). Any other text than the one that was drawn would be a wrong
read.
"""

from __future__ import annotations

import base64
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import zxingcpp
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from canteen import checkin
from tests import builders as make
from tests.bench.photographs import KINDS, Shown, taken
from tests.web.rendering import STATIC, render
from tests.web.samples import SAMPLES
from tools import browser

EACH = 40
_MARGIN = 24
_QUIET = 8
# As WeChat gives the address behind the code of a slip; nothing asks it.
_SCENE = "http://weixin.qq.com/q/02AbCdEfGhIjKlMnOpQrStU"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Hold a page with a code: template, its context, the text of the code, and how fine its points are."""

    name: str
    template: str
    context: dict[str, object]
    text: str
    level: str
    fineness: float


def main() -> None:
    """Take and read as many photographs of each kind as the command line says."""
    each = int(sys.argv[1]) if len(sys.argv) > 1 else EACH
    shown = {sheet.name: picture for sheet, picture in _drawn(list(_sheets()))}
    shown["chat picture"] = _chat_picture()
    print(f"read of {each} photographs, by what is photographed: {', '.join(shown)}")
    wrong = 0
    for kind in KINDS:
        counts = []
        for one in shown.values():
            reads = [_read(taken(one, kind, seed)) for seed in range(each)]
            counts.append(sum(one.text in texts for texts in reads))
            wrong += sum(text != one.text for texts in reads for text in texts)
        print(f"  {kind:36}" + "".join(f"{count:6}" for count in counts))
    print(f"read wrongly: {wrong}")


def _sheets() -> Iterator[Sheet]:
    page, card = _page_code(), checkin.write_card_code(make.KEYS, 20261)
    code = {**SAMPLES["senior/code.html"][0], "qr_src": _source(page, "M")}
    yield Sheet("phone page", "senior/code.html", code, page, "M", 2)
    slip = SAMPLES["print/slip.html"][0]
    slip = {**slip, "slip": {**slip["slip"], "qr_src": _source(_SCENE, "M")}}
    yield Sheet("slip", "print/slip.html", slip, _SCENE, "M", 3)
    cards = SAMPLES["print/cards.html"][0]
    cards = {**cards, "cards": [{**cards["cards"][0], "qr_src": _source(card, "Q")}]}
    yield Sheet("card", "print/cards.html", cards, card, "Q", 3)


def _page_code() -> str:
    expires_at = datetime(2026, 11, 24, 4, 0, tzinfo=UTC) + timedelta(minutes=5)
    ref = "P-23456789C"
    return checkin.write_page_code(make.KEYS, checkin.PageCode(ref, expires_at.date(), "lunch", expires_at))


def _source(text: str, level: str) -> str:
    return "data:image/png;base64," + base64.b64encode(checkin.qr_png(text, error_correction=level)).decode()


def _drawn(sheets: list[Sheet]) -> Iterator[tuple[Sheet, Shown]]:
    """Draw the pages as a screen or a printer would, and cut out the code with what stands around it."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.find(), args=list(browser.FLAGS))
        for sheet in sheets:
            context = chromium.new_context(device_scale_factor=sheet.fineness, viewport={"width": 800, "height": 1100})
            yield sheet, _cut(context.new_page(), sheet)
        chromium.close()


def _cut(page: Page, sheet: Sheet) -> Shown:
    page.route("http://static.invalid/**", lambda route: route.fulfill(path=str(STATIC / route.request.url[29:])))
    page.set_content(render(sheet.template, sheet.context).replace("/static/", "http://static.invalid/static/"))
    box = page.locator(".qr-image").first.bounding_box()
    assert box is not None
    clip = {
        "x": max(0, box["x"] - _MARGIN), "y": max(0, box["y"] - _MARGIN),
        "width": box["width"] + 2 * _MARGIN, "height": box["height"] + 2 * _MARGIN,
    }  # fmt: skip
    picture = Image.open(io.BytesIO(page.screenshot(clip=clip, full_page=True)))
    return Shown(picture, box["width"] * sheet.fineness / _across(sheet.text, sheet.level), sheet.text)


def _chat_picture() -> Shown:
    text = _page_code()
    picture = Image.open(io.BytesIO(checkin.qr_png(text)))
    return Shown(picture, picture.width / _across(text, "M"), text)


def _across(text: str, level: str) -> int:
    return 17 + 4 * checkin.qr_version(text, error_correction=level) + _QUIET


def _read(photograph: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(photograph)]


if __name__ == "__main__":
    main()
