"""What only a browser can tell of the kitchen: a late cancellation sounds, and the sheet fits one page of A4."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from canteen import kitchen, orders
from canteen.foundation.db import EVERYWHERE
from tests import builders as make
from tests.web.rendering import render
from tests.web.sample_kitchen import STOVE

pytestmark = pytest.mark.browser

COUNT_SOUNDS = """() => {
  window.sounds = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) { window.sounds += 1; return start.apply(this, when); };
}"""
A4_HEIGHT = 297 / 25.4 * 96


def entered(page: Page, address: str) -> None:
    page.goto(f"{address}/login")
    token = page.locator("input[name=csrf_token]").first.get_attribute("value")
    page.request.post(f"{address}/demo/login", form={"csrf_token": str(token), "username": "wang"})


def test_a_late_cancellation_is_shown_and_sounds_once(office, serving, page):
    with office.database.transaction(EVERYWHERE) as session:
        order = make.an_order(session, office.town, make.a_senior(session))
        of = kitchen.Meal(office.town.canteen_id, make.MONDAY, "lunch")
        kitchen.lock(session, of=of, actor="job", at=make.local(make.MONDAY, 9, 30))
    office.browser("wang", "canteen_staff")
    address = serving(office.app)
    page.add_init_script(f"({COUNT_SOUNDS})()")
    entered(page, address)
    page.clock.install()
    with page.expect_response("**/kitchen/changes*"):
        page.goto(f"{address}/kitchen")
    page.get_by_role("heading", level=1).click()
    page.wait_for_function("navigator.userActivation.hasBeenActive")
    with office.database.transaction(EVERYWHERE) as session:
        orders.cancel(
            session, ref=order.ref, actor="staff:1", channel="staff", at=make.NOON, late_reason="家里来接走了"
        )
    for _ in range(2):
        with page.expect_response("**/kitchen/changes*"):
            page.clock.fast_forward(11_000)
    expect(page.get_by_role("alert")).to_contain_text("不要了")

    assert page.evaluate("window.sounds") == 1


def test_ten_dishes_and_ten_changes_fit_one_page_in_18_points(page):
    sheet = {
        **STOVE,
        "totals": [STOVE["totals"][1]] * 10,
        "changes": [{**STOVE["changes"][0], "before": ""}] * 10,
    }
    html = render("print/prep.html", sheet).replace("/static/", "http://static.invalid/")
    page.route("http://static.invalid/**", lambda route: route.fulfill(path=f"static/{route.request.url[22:]}"))
    page.set_content(html)
    page.emulate_media(media="print")
    sizes = page.evaluate("""() => {
      const sheet = document.querySelector(".stove");
      return [sheet.getBoundingClientRect().height, parseFloat(getComputedStyle(sheet).fontSize)];
    }""")

    assert sizes[0] <= A4_HEIGHT
    assert sizes[1] == pytest.approx(18 / 72 * 96)
