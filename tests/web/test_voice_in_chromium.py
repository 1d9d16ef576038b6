"""The desk hears in the browser what nothing could make out: a format that no browser knows."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from canteen import tickets
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from tests.house.tree import ROOT
from tests.web import desk
from tests.web.test_kitchen_in_chromium import entered
from tests.web.test_tickets import a_ticket

pytestmark = pytest.mark.browser

SOUND = (ROOT / "bot" / "simulator" / "static" / "voice.amr").read_bytes()
# Tells of what is played how long it is, in tenths of a second, and whether it is louder than silence.
LISTEN = """() => {
  window.played = [];
  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (...when) {
    const samples = this.buffer.getChannelData(0);
    window.played.push([Math.round(this.buffer.duration * 10), samples.some((one) => Math.abs(one) > 0.1)]);
    return start.apply(this, when);
  };
}"""


def test_a_voice_message_is_decoded_and_played_and_who_heard_it_is_kept(office, serving, page):
    ref = a_ticket(office)
    with office.database.transaction(EVERYWHERE) as session:
        ticket = tickets.find(session, ref=ref)
        for media_id, sound in (("good", SOUND), ("other", b"#!SILK")):
            tickets.await_recording(session, ticket_id=ticket.id, media_id=media_id, at=clock.now())
            tickets.keep_sound(session, media_id=media_id, sound=sound, at=clock.now())
    office.browser("wang", "canteen_manager")
    address = serving(office.app)
    page.add_init_script(f"({LISTEN})()")
    entered(page, address)
    page.goto(f"{address}/office/tickets/{ref}")

    buttons, said = page.locator("[data-voice]"), page.get_by_role("status")
    buttons.first.click()
    expect(said.first).to_have_text("2 秒")
    buttons.last.click()
    expect(said.last).to_have_text("放不出来，请打电话问")

    assert page.evaluate("window.played") == [[20, True]]
    assert len(desk.acts(office, "recording_heard")) == 2
