"""The manager's plan and the courier's round work end to end, and nobody else sees a door."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from canteen import checkin, rounds, seniors
from canteen.checkin.tables import Redemption
from canteen.foundation.db import EVERYWHERE
from canteen.notices.tables import Notice
from canteen.orders.tables import Order
from canteen.rounds.tables import DoorEvent
from tests import builders as make
from tests.rounds.street import CLOSED, Street, a_street, another_order, quickly
from tests.web.conftest import Browser, Office
from tests.web.desk import a_list

ROUND = "/rounds?day=2026-03-02&meal=lunch"
OF = {"day": "2026-03-02", "meal": "lunch"}
MINE = "/deliveries/round?meal=lunch"


@pytest.fixture
def street(office: Office) -> Street:
    """Plan a street of which the first person has a telephone, an address and a daughter who is told."""
    with office.database.transaction(EVERYWHERE) as session:
        made = a_street(session, office.town, people=4)
        changes = seniors.Changes(phone="13800001234", address="莲花路 1 号 201")
        seniors.change(session, person_id=made.people[0], changes=changes, actor="test", at=make.BEFORE)
        seniors.link(
            session, account="wechat:7", person_id=made.people[0], proof="office", relation="女儿", actor="test",
            at=make.BEFORE,
        )  # fmt: skip
    rounds.plan(office.database, made.due, actor="job", at=CLOSED, solve=quickly)
    return made


@pytest.fixture
def manager(office: Office) -> Browser:
    return office.browser("lin", "canteen_manager")


@pytest.fixture
def courier(office: Office) -> Browser:
    return office.browser("zhou", "courier")


def door(browser: Browser, street: Street, event: str, number: int = 0, **more: str) -> str:
    form = {"meal": "lunch", "event": event, "event_id": f"event-{number:04d}-{event}", "order": street.orders[number]}
    return browser.send("/deliveries/door", MINE, **{**form, **more}).text


def out(manager: Browser) -> None:
    manager.send("/rounds/publish", ROUND, version="1", **OF)


def kinds(office: Office) -> list[str]:
    with office.database.reading(EVERYWHERE) as session:
        return list(session.scalars(select(Notice.kind).order_by(Notice.id)))


def state(office: Office, ref: str) -> str:
    with office.database.reading(EVERYWHERE) as session:
        return str(session.scalar(select(Order.state).where(Order.ref == ref)))


def test_a_manager_sees_the_plan_publishes_it_and_follows_what_changed(office, street, manager, courier):
    draft = manager.client.get(ROUND).text
    assert "还没发布" in draft
    assert draft.count("<polyline") >= 1
    assert "莲花里 2 栋" in draft
    assert "计划还没发布" in courier.client.get(MINE).text
    out(manager)
    with office.database.transaction(EVERYWHERE) as session:
        another_order(session, street, street.buildings[2])
    assert "跟上了 1 处变化" in manager.send("/rounds/follow", ROUND, **OF).text
    shown = manager.client.get(ROUND).text
    assert "第 2 版，已发布" in shown
    assert "加进来" in shown
    assert "已被后来的版本代替" in manager.client.get("/rounds/versions/1?day=2026-03-02&meal=lunch").text
    sheet = manager.client.get("/rounds/sheets?day=2026-03-02&meal=lunch").text
    assert "莲花路 1 号 201" in sheet
    assert "敲门大声点" in sheet


def test_moving_a_stop_shows_its_consequences_first(office, street, manager):
    with office.database.reading(EVERYWHERE) as session:
        held = rounds.round_on(session, canteen_id=street.due.canteen_id, service_date=make.MONDAY, meal="lunch")
        stop = rounds.stops(session, round_id=held.id, number=1)[0]
    other = next(one for one in street.couriers if one.ref != stop.courier_ref)
    asked = f"/rounds/move?day=2026-03-02&meal=lunch&order={stop.order_ref}&courier={other.ref}"
    preview = manager.client.get(asked).text
    assert "还没有改" in preview
    assert "换了人送" in preview
    told = manager.send("/rounds/move", asked, order=stop.order_ref, courier=other.ref, **OF).text
    assert "改派好了" in told
    assert "第 2 版" in told


def test_a_meal_is_handed_over_once_however_often_the_telephone_says_so(office, street, manager, courier):
    out(manager)
    page = courier.client.get(MINE).text
    assert "莲花路 1 号 201" in page
    assert 'href="tel:13800001234"' in page
    assert "https://uri.amap.com/marker?position=114" in page
    assert "张秀英" not in page, "the name is what the person at the door has to say"
    assert "报的名字对不上" in door(courier, street, "handed", name="李四")
    first = door(courier, street, "handed", name="张秀英", tender="tab")
    assert "送到了" in first
    door(courier, street, "handed", name="张秀英", tender="tab")
    with office.database.reading(EVERYWHERE) as session:
        meal = session.scalars(select(Redemption)).one()
        assert (meal.means, meal.mode) == ("courier", "delivery")
        assert checkin.tender_of(session.connection(), meal.ref)[0] == "tab"
        assert session.scalars(select(DoorEvent)).one().proof == "name"
    assert state(office, street.orders[0]) == "delivered"
    assert kinds(office) == ["meal_handed"]
    assert "取过了" in door(courier, street, "handed", name="张秀英", event_id="another-message")


def test_a_card_proves_the_person_and_somebody_elses_card_does_not(office, street, manager, courier):
    out(manager)
    with office.database.transaction(EVERYWHERE) as session:
        cards = [
            checkin.issue_card(session, make.KEYS, person_id=person, actor="test", at=make.BEFORE)
            for person in street.people[:2]
        ]
    assert "这张卡不是这一户的" in door(courier, street, "handed", code=cards[1].digits)
    assert "送到了" in door(courier, street, "handed", code=cards[0].digits)


def test_what_was_noted_without_a_signal_comes_late_with_its_own_time(office, street, manager, courier):
    out(manager)
    told = {
        "event": "left_with_helper", "event_id": "kept-without-signal", "order": street.orders[0], "meal": "lunch",
        "helper_kind": "neighbour", "helper": "李婶", "happened_at": "2026-03-02T11:12:00+08:00",
    }  # fmt: skip
    answers = [courier.say("/deliveries/door", told, page=MINE) for _ in range(2)]
    assert [answer.json["said"].split("　")[0] for answer in answers] == ["记下了，交给邻居。"] * 2
    with office.database.reading(EVERYWHERE) as session:
        event = session.scalars(select(DoorEvent)).one()
        assert event.happened_at == make.at(make.MONDAY, 11, 12)
        assert event.received_at > event.happened_at + timedelta(minutes=10)
        assert session.scalars(select(Redemption.happened_at)).one() == event.happened_at
        assert "李婶" not in event.helper_sealed
    assert state(office, street.orders[0]) == "delivered"


def test_departing_tells_the_family_once_and_nobody_at_the_door_hands_nothing_over(office, street, manager, courier):
    out(manager)
    with office.database.reading(EVERYWHERE) as session:
        held = rounds.round_on(session, canteen_id=street.due.canteen_id, service_date=make.MONDAY, meal="lunch")
        stop = next(s for s in rounds.stops(session, round_id=held.id, number=1) if s.order_ref == street.orders[0])
        coming = rounds.whereabouts(session, person_id=street.people[0], on=make.MONDAY)["lunch"]
        assert (coming.state, coming.at) == ("planned", stop.due_at)
    departs = {"event": "departed", "order": "", "trip": str(stop.trip), "courier": stop.courier_ref}
    door(courier, street, **departs)
    door(courier, street, **departs, event_id="event-departed-again")
    assert kinds(office) == ["meal_on_the_way"]
    assert "没人应门" in door(courier, street, "no_answer")
    assert kinds(office) == ["meal_on_the_way", "meal_no_answer"]
    assert state(office, street.orders[0]) in ("placed", "locked")
    with office.database.reading(EVERYWHERE) as session:
        assert rounds.whereabouts(session, person_id=street.people[0], on=make.MONDAY)["lunch"].state == "no_answer"
        assert session.scalars(select(Redemption)).all() == []


def test_cash_is_handed_in_with_a_count_and_two_names(office, street, manager, courier):
    out(manager)
    door(courier, street, "handed", name="张秀英", tender="cash")
    page = manager.client.get("/rounds/couriers").text
    fields = {name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("event_id", "courier")}
    due = re.search(r"还要交 <b>([0-9.]+)</b>", page)[1]
    form = {**fields, "meal": "lunch", "counted": due, "given_by": "小周0"}
    assert "两个不同的人" in manager.send("/rounds/cash", "/rounds/couriers", **form, taken_by="小周0").text
    assert "请写明原因" in manager.send(
        "/rounds/cash", "/rounds/couriers", **{**form, "counted": "1"}, taken_by="林主任"
    ).text  # fmt: skip
    assert "已交清" in manager.send("/rounds/cash", "/rounds/couriers", **form, taken_by="林主任").text


def test_a_problem_at_an_address_is_shown_until_it_was_seen_to(office, street, manager, courier):
    out(manager)
    form = {"meal": "lunch", "event_id": "problem-0001", "order": street.orders[0], "note": "门禁坏了"}
    courier.send("/deliveries/problem", MINE, **form)
    assert "上次有问题：门禁坏了" in courier.client.get(MINE).text
    assert "门禁坏了" in manager.client.get(ROUND).text
    manager.send("/rounds/problems", ROUND, event_id="problem-0001", **OF)
    assert "门禁坏了" not in courier.client.get(MINE).text


def test_buildings_are_taken_over_from_a_list_or_not_at_all(office, street, manager):
    page = "/rounds/buildings"

    def upload(*rows: tuple[str, ...]) -> str:
        content = a_list(("楼栋", "经度", "纬度", "坐标系", "电梯"), *rows)
        import io

        data = {"csrf_token": manager.token(page), "file": (io.BytesIO(content), "楼栋.xlsx")}
        return manager.client.post("/rounds/buildings/import", data=data, follow_redirects=True).text

    good = ("景田 5 栋", "114.0452", "22.5561", "百度", "有")
    assert "一行都没有录入" in upload(good, ("景田 6 栋", "22.5561", "114.0452", "百度", "有"))
    assert "景田 5 栋" not in manager.client.get(page).text
    assert "新增 1 栋，更新 1 栋" in upload(good, ("莲花里 1 栋", "", "", "", "有"))


@pytest.mark.parametrize("role", ["canteen_staff", "community_worker", "auditor", "hotline_clerk"])
def test_nobody_else_opens_a_round(office, street, manager, role):
    out(manager)
    browser = office.browser("chen", role)
    for address in (ROUND, MINE, "/rounds/sheets", "/rounds/buildings", "/rounds/couriers"):
        assert browser.client.get(address).status_code == 403, address


def test_another_canteens_people_reach_nothing_of_it(office, street, manager, courier):
    out(manager)
    with office.database.transaction(EVERYWHERE) as session:
        other = make.a_canteen(session)
    stranger = office.browser("qian", "courier", canteen_id=other)
    assert "莲花路" not in stranger.client.get(MINE).text
    assert "没有" in door(stranger, street, "handed", name="张秀英")
    assert state(office, street.orders[0]) in ("placed", "locked")
