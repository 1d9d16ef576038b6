"""What only a browser can tell: sizes, overflow, and the keys of a scanner gun."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.conftest import PATIENCE_MILLISECONDS
from tests.web.sample_site import SampleSite, sample_site

pytestmark = pytest.mark.browser

NUMBER = "38162047"
TAB_COMMAND = "900000000063"
GUEST_COMMAND = "900000000073"
LONG = "1234567890123456789012345678901234"
WIDTHS = [320, 390, 1440]
WIDE_PAGES = [
    "start.html",
    "accounting/statement.html",
    "office/person.html",
    "office/menus.html",
    "access/login.html",
]

SMALL_TEXT = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const small = [];
  while (walker.nextNode()) {
    const box = walker.currentNode.parentElement;
    const text = walker.currentNode.data.trim();
    if (text && box.checkVisibility() && parseFloat(getComputedStyle(box).fontSize) < 18) small.push(text);
  }
  return small;
}"""
SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, input, summary")]
  .filter((target) => target.checkVisibility() && !target.matches(".skip"))
  .map((target) => [target.textContent.trim(), target.getBoundingClientRect()])
  .filter(([, box]) => box.width < 60 || box.height < 60)
  .map(([text]) => text)"""
OVERFLOW = "() => document.documentElement.scrollWidth - innerWidth"
# What a gun sends; tells whether the suffix was kept from the page.
GUN = """([digits, suffix, key]) => {
  const send = (code, own) => document.body.dispatchEvent(
    new KeyboardEvent("keydown", { code, key: key || own, bubbles: true, cancelable: true }));
  for (const digit of digits) send("Digit" + digit, digit);
  return !send(suffix, suffix);
}"""

COLLECT = """async ([keys, lengths]) => {
  const { Collector } = await import("/static/js/scan/collector.js");
  const collector = new Collector({ lengths });
  return keys.map((key) => collector.take(key)).at(-1);
}"""


@pytest.fixture(scope="module")
def site() -> Iterator[SampleSite]:
    with sample_site() as running:
        yield running


@pytest.fixture
def context(chromium: Browser, site: SampleSite) -> Iterator[BrowserContext]:
    site.posts.clear()
    opened = chromium.new_context(base_url=site.address, viewport={"width": 390, "height": 844})
    opened.set_default_timeout(PATIENCE_MILLISECONDS)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    assert complaints == []


@pytest.fixture
def counter(page: Page) -> Page:
    page.goto("/counter/scan.html")
    page.wait_for_selector("[data-ready]")
    return page


def _scan(page: Page, digits: str, *, suffix: str = "Enter", key: str = "") -> bool:
    return bool(page.evaluate(GUN, [digits, suffix, key]))


def _keys(digits: str, *, at: int) -> list[dict[str, object]]:
    return [{"code": f"Digit{digit}", "key": "Process", "at": at + 5 * n} for n, digit in enumerate(digits)]


def _collected(page: Page, keys: list[dict[str, object]]) -> object:
    """Hand keys with stated instants to the collector of the page; answers what the last one made of them."""
    return page.evaluate(COLLECT, [keys, [len(NUMBER), len(LONG)]])


def _answered(page: Page) -> None:
    page.wait_for_selector('[data-answer][data-verdict="ok"]')


@pytest.mark.parametrize("size", ["1", "3"])
def test_meal_code_is_large_and_fits(page: Page, size: str) -> None:
    page.add_init_script(f"localStorage.setItem('text-size', '{size}')")
    page.goto("/senior/code.html")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate(SMALL_TEXT) == [], width
        assert page.evaluate(SMALL_TARGETS) == [], width
        assert page.evaluate(OVERFLOW) <= 0, width
        assert page.evaluate("document.querySelector('[data-qr]').getBoundingClientRect().width") >= 288


def test_larger_text_is_remembered(page: Page) -> None:
    page.goto("/senior/code.html")
    page.click("[data-bigger]")
    page.reload()
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "24px"


def test_code_renews_itself_in_place(page: Page) -> None:
    page.clock.install()
    page.goto("/senior/code.html")
    page.clock.run_for(55_000)
    page.wait_for_selector("[data-number]:has-text('9999 8888')")
    assert page.url.endswith("/senior/code.html")


@pytest.mark.parametrize("path", WIDE_PAGES)
def test_desk_page_never_scrolls_sideways(page: Page, path: str) -> None:
    page.goto(f"/{path}")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(OVERFLOW) <= 0, width


def test_counter_fits_with_large_targets(counter: Page) -> None:
    _scan(counter, NUMBER)
    _answered(counter)
    for width in WIDTHS:
        counter.set_viewport_size({"width": width, "height": 844})
        assert counter.evaluate(OVERFLOW) <= 0, width
        assert set(counter.evaluate(SMALL_TARGETS)) <= {"今天的单子", "回首页"}, width


@pytest.mark.parametrize("suffix", ["Enter", "Tab"])
@pytest.mark.parametrize("digits", [NUMBER, LONG])
def test_gun_makes_one_post_with_its_digits(counter: Page, site: SampleSite, digits: str, suffix: str) -> None:
    assert _scan(counter, digits, suffix=suffix), "the suffix would press a button"
    _answered(counter)
    [(path, body)] = site.posts
    assert (path, body["code"], body["means"]) == ("/counter/scans", digits, "gun")


def test_command_codes_say_by_gun_what_a_finger_would_tap(counter: Page, site: SampleSite) -> None:
    _scan(counter, TAB_COMMAND)
    assert counter.inner_text("[data-word]") == "还没有扫人"
    _scan(counter, NUMBER)
    _answered(counter)
    with counter.expect_response("**/tender"):
        _scan(counter, TAB_COMMAND)
    assert [body.get("tender") or body["code"] for _, body in site.posts] == [NUMBER, "tab"]


def test_set_up_page_tells_what_is_wrong_with_a_gun(page: Page) -> None:
    page.goto("/counter/gun.html")
    for keys, verdict in (
        ("0123456789", "结尾键设成回车就能用"),
        ("01256789", "丢了数字"),
    ):
        page.evaluate(GUN, [keys, "KeyX", ""])
        assert verdict in page.inner_text("[data-gun-verdict]")
    page.evaluate(GUN, ["0123456789", "Enter", ""])
    assert page.inner_text("[data-gun-verdict]") == "这把枪可以用"
    assert page.inner_text("[data-gun-read]") == "10 位，都对"


def test_gun_is_heard_through_a_chinese_input_method(counter: Page, site: SampleSite) -> None:
    _scan(counter, LONG, key="Process")
    _answered(counter)
    assert [body["code"] for _, body in site.posts] == [LONG]


def test_code_that_came_in_two_halves_is_one_code(counter: Page, site: SampleSite) -> None:
    keys = _keys(LONG[:17], at=0) + _keys(LONG[17:], at=4000) + [{"code": "Enter", "key": "Process", "at": 4900}]
    assert _collected(counter, keys) == {"kind": "code", "digits": LONG}


def test_digit_touched_before_a_scan_does_not_spoil_it(counter: Page, site: SampleSite) -> None:
    keys = _keys("7", at=0) + _keys(NUMBER, at=900) + [{"code": "Enter", "key": "Enter", "at": 1500}]
    assert _collected(counter, keys) == {"kind": "code", "digits": NUMBER}


def test_digits_of_long_ago_are_forgotten(counter: Page, site: SampleSite) -> None:
    keys = _keys(NUMBER[:4], at=0) + _keys(NUMBER[4:], at=60_000) + [{"code": "Enter", "key": "Enter", "at": 60_100}]
    assert _collected(counter, keys) == {"kind": "other", "digits": NUMBER[4:]}


def test_scan_that_lost_digits_is_not_sent_but_said(counter: Page, site: SampleSite) -> None:
    _scan(counter, LONG[:-1])
    assert counter.inner_text("[data-word]") == "没扫全"
    assert site.posts == []


def test_typed_number_is_sent(counter: Page, site: SampleSite) -> None:
    counter.click("[data-open-number]")
    for key in "3816":
        counter.click(f'[data-key="{key}"]')
    counter.keyboard.type("2047")
    counter.keyboard.press("Enter")
    _answered(counter)
    assert [(body["code"], body["means"]) for _, body in site.posts] == [(NUMBER, "typed")]


def test_short_number_is_asked_for_again(counter: Page, site: SampleSite) -> None:
    counter.click("[data-open-number]")
    counter.keyboard.type("381")
    counter.keyboard.press("Enter")
    assert "3 位" in counter.inner_text("[data-number-alert]")
    counter.keyboard.press("Escape")
    assert not counter.locator("[data-number-dialog]").is_visible()
    assert site.posts == []


def test_scan_that_got_no_answer_goes_again_under_the_same_id(counter: Page, site: SampleSite) -> None:
    sent: list[dict[str, str]] = []

    def fail_once(route: Route) -> None:
        sent.append(route.request.post_data_json)
        if len(sent) == 1:
            route.abort()
        else:
            route.continue_()

    counter.route("**/counter/scans", fail_once)
    _scan(counter, NUMBER)
    counter.wait_for_selector('[data-net][data-state="slow"]')
    _answered(counter)
    assert len(sent) == 2
    # Only the moment of sending differs: by it the server knows how long the scan waited.
    assert {**sent[0], "sent_at": ""} == {**sent[1], "sent_at": ""}
    assert site.posts == [("/counter/scans", sent[1])]


def test_waiting_scan_survives_a_reload(counter: Page, site: SampleSite) -> None:
    counter.route("**/counter/scans", lambda route: route.abort())
    _scan(counter, NUMBER)
    counter.wait_for_selector('[data-net][data-state="slow"]')
    counter.reload()
    counter.wait_for_selector('[data-net][data-state="slow"]')
    counter.unroute_all(behavior="wait")
    _answered(counter)
    assert [body["code"] for _, body in site.posts] == [NUMBER]


def test_scan_waits_for_a_new_log_in(counter: Page, site: SampleSite) -> None:
    refusal = {"status": 401, "content_type": "application/problem+json", "body": '{"status": 401}'}
    counter.route("**/counter/scans", lambda route: route.fulfill(**refusal))
    _scan(counter, NUMBER)
    counter.wait_for_selector("[data-word]:has-text('没记上')")
    counter.unroute_all(behavior="wait")
    counter.reload()
    _answered(counter)
    assert [body["code"] for _, body in site.posts] == [NUMBER]


def test_answer_can_be_undone_and_its_tender_changed(counter: Page, site: SampleSite) -> None:
    _scan(counter, NUMBER)
    with counter.expect_response("**/tender"):
        counter.click("text=收款码")
    with counter.expect_response("**/undo"):
        counter.click("text=撤销这次")
    assert [path for path, _ in site.posts] == [
        "/counter/scans",
        "/counter/redemptions/HX-1/tender",
        "/counter/redemptions/HX-1/undo",
    ]


def test_a_guest_is_served_by_two_taps_or_by_gun(counter: Page, site: SampleSite) -> None:
    counter.click("[data-open-guests]")
    counter.click("text=18 元")
    _answered(counter)
    with counter.expect_response(lambda response: response.request.method == "POST"):
        _scan(counter, GUEST_COMMAND)
    assert [(path, body["dish"]) for path, body in site.posts] == [("/counter/guests", 7)] * 2


def test_the_family_of_who_was_served_is_offered_and_each_is_served_apart(counter: Page, site: SampleSite) -> None:
    _scan(counter, NUMBER)
    _answered(counter)
    counter.click("[data-open-people]")
    counter.wait_for_selector("text=卡丢了，补一张")
    with counter.expect_response("**/P-2/serve"):
        counter.click("text=没留手机")
    assert [path for path, _ in site.posts] == ["/counter/scans", "/counter/people/P-2/serve"]


def test_statement_pane_is_fetched_again_within_two_seconds_of_a_meal(page: Page, site: SampleSite) -> None:
    site.redemptions = 3
    page.clock.install(time=0)
    page.clock.pause_at(1000)
    page.goto("/start.html")
    page.wait_for_selector("[data-clock]:has-text('10:41')")
    site.redemptions = 4
    with page.expect_request("**/accounting/statement.html*"):
        page.clock.run_for(2000)
    page.wait_for_selector("[data-news]:not(:empty)")
