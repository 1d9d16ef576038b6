"""A manager publishes a plan and a courier carries it out, in a browser, one of them on a telephone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from canteen import rounds
from canteen.foundation.db import EVERYWHERE
from canteen.orders.tables import Order
from tests import builders as make
from tests.rounds.street import CLOSED, a_street, quickly
from tests.web.conftest import Office

pytestmark = pytest.mark.browser


def enter(page: Page, address: str, who: str) -> None:
    """Enter by the door of the demonstration."""
    page.goto(f"{address}/login")
    page.evaluate(
        """async (who) => {
          const form = new FormData();
          form.append("csrf_token", document.querySelector("[name=csrf_token]").value);
          form.append("username", who);
          await fetch("/demo/login", { method: "POST", body: form });
        }""",
        who,
    )


def test_a_plan_goes_out_and_is_carried_door_by_door(office: Office, serving, page: Page) -> None:
    with office.database.transaction(EVERYWHERE) as session:
        street = a_street(session, office.town, people=3, couriers=1)
    rounds.plan(office.database, street.due, actor="job", at=CLOSED, solve=quickly)
    for who, role in (("lin", "canteen_manager"), ("zhou", "courier")):
        office.browser(who, role)
    address = serving(office.app)

    enter(page, address, "lin")
    page.goto(f"{address}/rounds?day={make.MONDAY}&meal=lunch")
    expect(page.locator("svg .pin circle")).to_have_count(3)
    page.get_by_role("button", name="发布给送餐员").click()
    expect(page.get_by_text("第 1 版，已发布")).to_be_visible()

    page.set_viewport_size({"width": 390, "height": 844})
    enter(page, address, "zhou")
    page.goto(f"{address}/deliveries/round?meal=lunch")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name=re.compile("点过 3 盒，出发")).click()
    expect(page.get_by_text("已告诉家人")).to_be_visible()
    first = page.locator(".round-doors > li").first
    first.get_by_text("交给别人代收").click()
    first.get_by_label("代收人姓名").fill("李婶")
    first.get_by_role("button", name="交好了").click()
    expect(page.get_by_text("记下了，交给邻居")).to_be_visible()
    expect(page.locator(".round-doors > li.is-done")).to_have_count(1)
    second = page.locator(".round-doors > li").nth(1)
    second.get_by_text("没人应门").first.click()
    second.get_by_role("button", name="确实没人应").click()
    expect(page.get_by_text("请先送下一家")).to_be_visible()

    with office.database.reading(EVERYWHERE) as session:
        states = session.scalars(select(Order.state).order_by(Order.state)).all()
    assert states == ["delivered", "placed", "placed"]
