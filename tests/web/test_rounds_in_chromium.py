"""A manager publishes a plan and a courier carries it out on a telephone, most of the way without a signal."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from canteen import access, checkin, rounds
from canteen.checkin.tables import Redemption
from canteen.foundation.db import EVERYWHERE
from canteen.orders.tables import Order
from canteen.rounds.tables import Courier, DoorEvent
from tests import builders as make
from tests.rounds.street import CLOSED, Street, a_street, quickly
from tests.web.conftest import Office

pytestmark = pytest.mark.browser


def enter(page: Page, who: str) -> None:
    """Enter by the door of the demonstration."""
    page.goto("/login")
    page.evaluate(
        """async (who) => {
          const form = new FormData();
          form.append("csrf_token", document.querySelector("[name=csrf_token]").value);
          form.append("username", who);
          await fetch("/demo/login", { method: "POST", body: form });
        }""",
        who,
    )


@pytest.fixture
def street(office: Office) -> Street:
    """Plan a street; one of its people has a card, and the courier an account."""
    with office.database.transaction(EVERYWHERE) as session:
        made = a_street(session, office.town, people=4, couriers=1)
    rounds.plan(office.database, made.due, actor="job", at=CLOSED, solve=quickly)
    for who, role in (("lin", "canteen_manager"), ("zhou", "courier")):
        office.browser(who, role)
    with office.database.transaction(EVERYWHERE) as session:
        session.get_one(Courier, made.couriers[0].id).staff_id = access.find(session, username="zhou").id
    return made


def carried(context: BrowserContext) -> Page:
    """Open the round once while there is a signal, then again without one."""
    page = context.new_page()
    enter(page, "zhou")
    page.goto("/deliveries/round?meal=lunch")
    page.wait_for_selector("[data-ready]")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.locator("[data-standing-word]")).to_have_text("都报上去了，没信号也能用")
    context.set_offline(True)
    page.goto("about:blank")
    page.goto("/deliveries/round?meal=lunch")
    page.wait_for_selector("[data-ready]")
    return page


def at_doors(page: Page, digits: str) -> None:
    """Set out, then hand over by name and by card, leave a box with a neighbour, and find one door shut."""
    page.get_by_role("button", name=re.compile("点过 4 盒，出发")).click()
    doors = [page.locator(f"[data-order][data-diner='{diner}']") for diner in ("张*英", "张*兰", "张*梅", "张*芳")]
    for door, what in zip(doors, ("送到本人", "送到本人", "交给别人代收", "没人应门"), strict=True):
        door.locator("summary", has_text=what).click()
    doors[0].get_by_label("没带卡：请老人报姓名").fill("张秀美")
    doors[1].get_by_label("卡号或八位数").fill(digits)
    doors[2].get_by_label("代收人姓名").fill("李婶")
    doors[0].get_by_role("button", name="送到了").click()
    doors[1].get_by_role("button", name="送到了").click()
    doors[2].get_by_role("button", name="交好了").click()
    doors[3].get_by_role("button", name="确实没人应").click()
    expect(doors[3].locator("[data-told]")).to_contain_text("没人应门 · 等着报")


def test_a_round_goes_on_without_a_signal_and_is_told_by_itself(
    office: Office, street: Street, serving, chromium: Browser
) -> None:
    with office.database.transaction(EVERYWHERE) as session:
        card = checkin.issue_card(session, make.KEYS, person_id=street.people[1], actor="test", at=make.BEFORE)
    context = chromium.new_context(base_url=serving(office.app), viewport={"width": 390, "height": 844})
    page = context.new_page()
    enter(page, "lin")
    page.goto(f"/rounds?day={make.MONDAY}&meal=lunch")
    expect(page.locator("svg .pin circle")).to_have_count(3)
    page.get_by_role("button", name="发布给送餐员").click()
    expect(page.get_by_text("第 1 版，已发布")).to_be_visible()

    page = carried(context)
    expect(page.locator("[data-standing-word]")).to_have_text("没信号，照常送，有信号自动报")
    at_doors(page, card.digits)
    expect(page.locator("[data-waiting]")).to_have_text("5")
    page.goto("about:blank")
    page.goto("/deliveries/round?meal=lunch")
    expect(page.locator("[data-waiting]")).to_have_text("5")
    expect(page.locator("[data-order].is-done")).to_have_count(3)

    context.set_offline(False)
    expect(page.locator("[data-waiting]")).to_have_text("0")
    refused = page.locator("[data-order][data-diner='张*英']")
    expect(refused.locator("[data-told]")).to_contain_text("报的名字对不上")
    refused.get_by_role("button", name="改一改").click()
    refused.get_by_label("没带卡：请老人报姓名").fill("张秀英")
    refused.get_by_role("button", name="送到了").click()
    expect(refused.locator("[data-told]")).to_contain_text("报上去了")
    expect(page.locator("[data-standing-word]")).to_have_text("都报上去了，没信号也能用")
    with office.database.reading(EVERYWHERE) as session:
        told = session.scalars(select(DoorEvent.event).order_by(DoorEvent.event)).all()
        states = session.scalars(select(Order.state).order_by(Order.state)).all()
        tenders = session.scalars(select(Redemption.tender).order_by(Redemption.tender)).all()
    assert told == ["departed", "handed", "handed", "left_with_helper", "no_answer"]
    assert states == ["delivered", "delivered", "delivered", "placed"]
    assert tenders == ["cash", "cash", "tab"]
    context.close()
