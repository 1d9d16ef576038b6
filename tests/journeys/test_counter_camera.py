"""The counter reads with a camera, by the engine from our own host: a film of cards stands in for the hands."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from canteen import access, checkin
from canteen.foundation.db import EVERYWHERE, Database
from tests import builders as make
from tests.conftest import PATIENCE_MILLISECONDS
from tests.edges import ROOT, built, settings_for
from tests.journeys.test_counter_in_chromium import log_in
from tools import browser as tool

pytestmark = pytest.mark.browser
# The film goes on while the test looks, and what it showed first is taken by then: so each answer is noted as it comes.
REMEMBER = """() => {
  const [name, word] = ["[data-name]", "[data-word]"].map((part) => document.querySelector(part));
  window.shown = new Set();
  new MutationObserver(() => window.shown.add(`${name.textContent} ${word.textContent}`))
    .observe(document.querySelector("[data-answer]"), { subtree: true, childList: true, characterData: true });
}"""


def a_frame(digits: str) -> bytes:
    """Show a card askew on a table."""
    table = Image.new("RGB", (640, 480), (150, 140, 128))
    if digits:
        code = Image.open(io.BytesIO(checkin.qr_png(digits, error_correction="Q", box=7))).convert("RGB")
        table.paste(code.rotate(12, expand=True, fillcolor=(150, 140, 128)), (170, 90))
    made = io.BytesIO()
    table.save(made, "JPEG", quality=85)
    return made.getvalue()


@pytest.fixture
def cards(database: Database, town: make.Town) -> list[str]:
    with database.transaction(EVERYWHERE) as session:
        staff = access.add(session, username="wang", name="王师傅", password="correct-horse", actor="t", at=make.BEFORE)
        access.give(session, ref=staff.ref, role="canteen_staff", actor="t", at=make.BEFORE, canteen_id=town.canteen_id)
        people = [make.a_senior(session, name=name) for name in ("张秀英", "李福")]
        make.an_order(session, town, people[0])
        return [
            checkin.issue_card(session, make.KEYS, person_id=person, actor="t", at=make.BEFORE).digits
            for person in people
        ]


@pytest.fixture
def filming(cards: list[str], tmp_path: Path, chromium: Browser) -> Iterator[Browser]:
    """Open a browser whose camera sees two cards, one after the other, again and again."""
    film = tmp_path / "film.mjpeg"
    film.write_bytes(b"".join(a_frame(digits) for digits in (*[cards[0]] * 12, *[""] * 6, *[cards[1]] * 12, *[""] * 6)))
    eyes = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
    opened = chromium.browser_type.launch(
        executable_path=tool.find(), args=[*tool.FLAGS, *eyes, f"--use-file-for-fake-video-capture={film}"]
    )
    yield opened
    opened.close()


@pytest.fixture
def site(cards: list[str], database: Database, tmp_path: Path, serving) -> Iterator[str]:
    assert cards
    (tmp_path / "static").symlink_to(ROOT / "static")
    for app in built(settings_for(database, tmp_path, CANTEEN_CLOCK="2026-03-02T11:30+08:00")):
        yield serving(app)


def test_two_cards_are_read_by_the_camera(site: str, filming: Browser) -> None:
    page = filming.new_page()
    page.set_default_timeout(PATIENCE_MILLISECONDS)
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    log_in(page, site, "wang", "/counter")
    page.wait_for_selector("[data-ready]")
    page.evaluate(REMEMBER)
    page.get_by_role("button", name="开摄像头").click()
    page.wait_for_function("() => ['张*英 可以取', '李* 可以取'].every((answer) => window.shown.has(answer))")
    expect(page.locator("[data-served]")).to_have_text("2")
    page.get_by_role("button", name="关摄像头").click()
    expect(page.locator("[data-camera] video")).to_have_count(0)
    assert refused == []
