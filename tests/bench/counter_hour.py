"""Play the hour of a counter: 200 diners by every means, the network cut twice, one device lost; then add up the books.

``.venv/bin/python -m tests.bench.counter_hour [sqlite|postgresql]``. The product runs under gunicorn, each window is a
browser on an enrolled device, and every diner is scanned, typed, looked for or served as a guest through the page. Two
figures come out: how long the page lets somebody wait for its answer, and how long people stand in the queue. For the
queue the hour is computed from the measured answers and the stated seconds of hands (``HANDS``), since nobody waits an
hour for a measurement. The run fails if a tray is lost or counted twice, or if the books do not balance.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from canteen.foundation.db import Database
from canteen.foundation.secrecy import Vault, development_key
from tests.bench.hour_books import PASSWORD, Hour, crowd, proved
from tests.bench.load import served
from tests.bench.run import ROOT, database_of, lay_out
from tools import browser, ports

HANDS = {"card": 8.0, "page": 8.0, "typed": 14.0, "name": 20.0, "guest": 14.0, "walk_in": 10.0}
WINDOWS = 2
CUTS = (range(60, 90), range(130, 160))
LOST_AT = 90
READY = "在线，断网也能收"

WATCH = """() => {
  const panel = document.querySelector("[data-answer]");
  window.began = performance.now();
  window.answered = new Promise((resolve) => {
    const watcher = new MutationObserver(() => {
      if (panel.dataset.verdict === "wait") return;
      watcher.disconnect();
      const told = (part) => panel.querySelector(`[data-${part}]`).textContent;
      resolve({ ms: performance.now() - window.began, verdict: panel.dataset.verdict, word: told("word") });
    });
    watcher.observe(panel, { attributes: true, attributeFilter: ["data-verdict"] });
  });
}"""
GUN = """(digits) => {
  const send = (code, key) => document.body.dispatchEvent(new KeyboardEvent("keydown", { code, key, bubbles: true }));
  for (const digit of digits) send("Digit" + digit, digit);
  window.began = performance.now();
  send("Enter", "Enter");
}"""


@dataclass(frozen=True, slots=True)
class Told:
    """Hold what a diner met: by which means, whether the network was there, how long the answer took, and its word."""

    means: str
    is_cut: bool
    seconds: float
    verdict: str
    word: str


def main() -> None:
    """Play the hour on the database that is named, else on SQLite."""
    kind = sys.argv[1] if len(sys.argv) > 1 else "sqlite"
    with database_of(kind) as url, tempfile.TemporaryDirectory() as folder:
        database = Database(url, Vault({"1": development_key("DATA_KEYS")}), survives_power_cut=False)
        hour = crowd(database)
        lay_out(Path(folder))
        port = ports.choose("bench", 18_600, host="127.0.0.1")
        address = f"http://127.0.0.1:{port}"
        environment = {
            "PATH": os.environ["PATH"], "DATABASE_URL": url, "CANTEEN_CLOCK": "2026-03-02T11:10+08:00",
            "PYTHONPATH": str(ROOT), "PORT": str(port), "PUBLIC_URL": address,
        }  # fmt: skip
        with served("wsgi:app", port, Path(folder), environment), sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=browser.find(), args=list(browser.FLAGS))
            told = _play(chromium, address, hour)
            chromium.close()
        _say(told)
        for line in proved(database, hour):
            print(line)
        database.dispose()


def _play(chromium: Browser, address: str, hour: Hour) -> list[Told]:
    """Serve everybody in turn; the second window is lost at the end of the first cut, and a third takes its place."""
    windows = [_window(chromium, address, name) for name in ("一号", "二号")]
    told: list[Told] = []
    for number, diner in enumerate(hour.diners):
        is_cut = any(number in cut for cut in CUTS)
        if number == LOST_AT:
            windows[1].context.close()
            windows[1] = _window(chromium, address, "备用")
            _enter_paper(windows[0], address, hour)
        for window in windows:
            _cut(window.context, is_cut)
        told.append(_serve(windows[number % WINDOWS], diner.means, diner.code, is_cut=is_cut))
        if number in hour.twice:
            told.append(_serve(windows[(number + 1) % WINDOWS], diner.means, diner.code, is_cut=is_cut))
    for window in windows:
        _cut(window.context, False)
        expect(window.locator("[data-waiting]")).to_have_text("0", timeout=120_000)
        window.context.close()
    return told


def _window(chromium: Browser, address: str, name: str) -> Page:
    """Enrol a browser as the manager does, and open the counter until it could go on without network."""
    page = chromium.new_context(base_url=address, viewport={"width": 1024, "height": 768}).new_page()
    page.goto("/login?next=/counter/devices")
    page.get_by_label("账号").fill("li")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="进入").click()
    page.get_by_label("给它起个名字").fill(name)
    page.get_by_role("button", name="登记这台设备").click()
    expect(page.locator("[data-enrol-state]")).to_contain_text("断了网也能收餐", timeout=60_000)
    page.goto("/counter")
    expect(page.locator("[data-net-word]")).to_have_text(READY, timeout=60_000)
    return page


def _cut(context: BrowserContext, is_cut: bool) -> None:
    context.set_offline(is_cut)


def _serve(page: Page, means: str, code: str, *, is_cut: bool) -> Told:
    page.evaluate(WATCH)
    if means == "typed":
        page.get_by_role("button", name="手工输号").click()
        page.locator("#number").fill(code)
        page.evaluate("() => { window.began = performance.now(); }")
        page.locator("#number").press("Enter")
    elif means == "name":
        page.get_by_role("button", name="按名字找").click()
        page.locator("#people").fill(code)
        found = page.locator("[data-people-dialog] [data-people-list] button").first
        found.wait_for()
        page.evaluate("() => { window.began = performance.now(); }")
        found.click()
    elif means == "guest":
        page.get_by_role("button", name="不在册").click()
        dish = page.locator("[data-guests-dialog] [data-people-list] button").first
        dish.wait_for()
        page.evaluate("() => { window.began = performance.now(); }")
        dish.click()
    else:
        page.evaluate(GUN, code)
    answer = page.evaluate("() => window.answered")
    return Told(means, is_cut, answer["ms"] / 1000, answer["verdict"], answer["word"])


def _enter_paper(page: Page, address: str, hour: Hour) -> None:
    """Enter from the printed list whom the lost device had served."""
    paper = page.context.new_page()
    page.context.set_offline(False)
    paper.goto(f"{address}/counter/paper?meal=lunch")
    for number in CUTS[0]:
        if number % WINDOWS == 1:
            paper.locator(f"input[value='{hour.diners[number].order_ref}']").check()
    paper.get_by_role("button", name="照着勾补录").click()
    expect(paper.locator("body")).to_contain_text("补录了")
    paper.close()


def _say(told: Sequence[Told]) -> None:
    for is_cut, what in ((False, "online"), (True, "network cut")):
        seconds = sorted(one.seconds for one in told if one.is_cut is is_cut)
        print(
            f"answers {what}: {len(seconds)}; median {1000 * statistics.median(seconds):.0f} ms, "
            f"p95 {1000 * seconds[int(len(seconds) * 0.95)]:.0f} ms, longest {1000 * seconds[-1]:.0f} ms"
        )
    print("words: " + "、".join(f"{word} {count}" for word, count in Counter(one.word for one in told).most_common()))
    waits = sorted(_waits(told))
    print(
        f"queue at {WINDOWS} windows, {len(waits)} people in an hour, half of them in the first quarter: median "
        f"{statistics.median(waits):.0f} s, p95 {waits[int(len(waits) * 0.95)]:.0f} s, longest {waits[-1]:.0f} s"
    )


def _waits(told: Sequence[Told]) -> Iterator[float]:
    """Say how long each stands before the next free window takes them."""
    free = [0.0] * WINDOWS
    for one, arrives in zip(told, _arrivals(len(told)), strict=True):
        window = min(range(WINDOWS), key=free.__getitem__)
        begins = max(arrives, free[window])
        free[window] = begins + HANDS[one.means] + one.seconds
        yield begins - arrives


def _arrivals(count: int) -> list[float]:
    draw = random.Random(20260302)
    rush = count // 2
    return sorted([draw.uniform(0, 900) for _ in range(rush)] + [draw.uniform(900, 3600) for _ in range(count - rush)])


if __name__ == "__main__":
    main()
