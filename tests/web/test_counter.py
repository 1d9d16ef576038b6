"""At the counter: one scan, one answer; nobody else's counter."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from canteen import orders
from canteen.checkin.tables import Redemption, ScanAttempt
from canteen.foundation.db import EVERYWHERE
from canteen.orders.tables import Order
from canteen.seniors.tables import Person
from canteen.web.scans import happened_at
from canteen.web.shell import PAGE_CONFIG
from tests import builders as make

_ids = itertools.count(1)
NOW = datetime(2026, 3, 2, 3, 30, tzinfo=UTC)


def a_guest(office, *, orders_it=True, mode="dine_in", **person):
    """Register somebody who ordered lunch, and return the person and the number to type."""
    with office.database.transaction(EVERYWHERE) as session:
        person_id = make.a_senior(session, **person)
        order = make.an_order(session, office.town, person_id, mode=mode) if orders_it else None
        return person_id, make.a_number(session, person_id), order.ref if order else ""


def a_body(code, **more):
    return {"scan_id": f"page-{next(_ids):08d}", "code": code, "means": "typed", **more}


def rows(office, table):
    with office.database.reading(EVERYWHERE) as session:
        return session.scalars(select(table)).all()


def test_the_page_names_canteen_meal_and_person(office):
    text = office.browser("wang", "canteen_staff").client.get("/counter").text

    assert "午餐" in text
    assert "王师傅" in text
    assert 'data-code-lengths="8,12,51,183"' in text


def test_the_page_can_be_shown_inside_another_without_ways_out(office):
    text = office.browser("wang", "canteen_staff").client.get("/counter?embed=1").text

    assert "data-scan-page" in text
    assert "回首页" not in text


def test_a_typed_number_is_served_with_the_amount(office):
    _, number, _ = a_guest(office)
    answer = office.browser("wang", "canteen_staff").say("/counter/scans", a_body(number)).json

    assert (answer["word"], answer["collect"], answer["collect_fen"]) == ("可以取", "收 13 元", 1300)
    assert answer["name"] == "张*英"
    assert answer["counts"] == {"served": 1, "open": 0}
    assert [action["id"] for action in answer["actions"]] == ["undo"]
    assert [tender["id"] for tender in answer["tenders"]] == ["cash", "own_code", "tab"]


def test_the_same_scan_sent_twice_is_one_meal(office):
    _, number, _ = a_guest(office)
    browser, body = office.browser("wang", "canteen_staff"), a_body(number)
    first, second = (browser.say("/counter/scans", body).json for _ in range(2))

    assert first == second
    assert len(rows(office, Redemption)) == 1


def test_a_second_scan_says_when_and_where_and_offers_one_more(office):
    _, number, _ = a_guest(office)
    browser = office.browser("wang", "canteen_staff")
    browser.say("/counter/scans", a_body(number))
    answer = browser.say("/counter/scans", a_body(number)).json
    more = browser.say(f"/counter/scans/{answer['scan_id']}/again", {"scan_id": "again-0001"}).json

    assert (answer["word"], answer["why"], answer["collect"]) == ("取过了", "11:30 已在本食堂取走", "不再收")
    assert (more["word"], more["collect"]) == ("可以取", "收 18 元")


def test_a_cancelled_order_is_eaten_after_all(office):
    _, number, ref = a_guest(office)
    browser = office.browser("wang", "canteen_staff")
    with office.database.transaction(EVERYWHERE) as session:
        session.scalars(select(Order).where(Order.ref == ref)).one().state = "cancelled"
    answer = browser.say("/counter/scans", a_body(number)).json
    eaten = browser.say(f"/counter/scans/{answer['scan_id']}/eat-now", {"scan_id": "eat-now-0001"}).json

    assert answer["word"] == "这餐已取消"
    assert (eaten["word"], eaten["reason"]) == ("可以取", "walk_in")


def test_an_allergy_stops_the_tray_and_another_dish_is_given(office):
    person_id, number, ref = a_guest(office)
    with office.database.transaction(EVERYWHERE) as session:
        session.get_one(Person, person_id).allergies = ["花生"]
        session.scalars(select(Order).where(Order.ref == ref)).one().allergens = ["花生"]
    browser = office.browser("wang", "canteen_staff")
    answer = browser.say("/counter/scans", a_body(number)).json
    other = browser.say(f"/counter/scans/{answer['scan_id']}/eat-now", {"scan_id": "other-dish-1"}).json

    assert (answer["verdict"], answer["allergy"]) == ("bad", "花生")
    assert (other["verdict"], other["why"]) == ("ok", "换了一份，按这一份收")


def test_a_scan_of_another_canteen_cannot_be_taken_up(office):
    _, number, _ = a_guest(office)
    answer = office.browser("wang", "canteen_staff").say("/counter/scans", a_body(number)).json
    with office.database.transaction(EVERYWHERE) as session:
        other = make.a_canteen(session)
        make.a_menu(session, other)
    stranger = office.browser("li", "canteen_staff", canteen_id=other)

    assert stranger.say(f"/counter/scans/{answer['scan_id']}/again", {"scan_id": "stranger-1"}).json["verdict"] == "bad"


def test_the_tender_is_changed_by_one_tap_and_the_answer_stays(office):
    _, number, _ = a_guest(office)
    browser = office.browser("wang", "canteen_staff")
    served = browser.say("/counter/scans", a_body(number)).json
    changed = browser.say(f"/counter/redemptions/{served['redemption']}/tender", {"tender": "tab"}).json

    assert changed == {**served, "tender": "tab"}


def test_an_unknown_tender_is_refused(office):
    _, number, _ = a_guest(office)
    browser = office.browser("wang", "canteen_staff")
    served = browser.say("/counter/scans", a_body(number)).json
    refused = browser.say(f"/counter/redemptions/{served['redemption']}/tender", {"tender": "gold"})

    assert (refused.status_code, refused.json["code"]) == (422, "checkin.unknown_tender")


def test_an_undo_opens_the_order_again(office):
    _, number, _ = a_guest(office)
    browser = office.browser("wang", "canteen_staff")
    served = browser.say("/counter/scans", a_body(number)).json
    undone = browser.say(f"/counter/redemptions/{served['redemption']}/undo", {"scan_id": "undo-0001"}).json

    assert (undone["word"], undone["redemption"]) == ("已撤销", None)
    assert undone["counts"] == {"served": 0, "open": 1}


def test_a_walk_in_taken_back_comes_as_a_walk_in_again(office):
    _, number, _ = a_guest(office, orders_it=False)
    browser = office.browser("wang", "canteen_staff")
    served = browser.say("/counter/scans", a_body(number)).json
    browser.say(f"/counter/redemptions/{served['redemption']}/undo", {"scan_id": "undo-0001"})
    answer = browser.say("/counter/scans", a_body(number)).json

    assert (answer["word"], answer["why"]) == ("可以取", "没预订，现打一份")


def test_a_walk_in_is_nothing_that_somebody_orders_again(office):
    person_id, number, _ = a_guest(office, orders_it=False)
    office.browser("wang", "canteen_staff").say("/counter/scans", a_body(number))

    with office.database.reading(EVERYWHERE) as session:
        assert orders.latest(session, person_id=person_id) is None


def test_another_device_does_not_undo(office):
    _, number, _ = a_guest(office)
    served = office.browser("wang", "canteen_staff").say("/counter/scans", a_body(number)).json
    other = office.entered("wang")
    refused = other.say(f"/counter/redemptions/{served['redemption']}/undo", {"scan_id": "undo-0001"})

    assert (refused.status_code, refused.json["code"]) == (409, "checkin.undo_other_device")


@pytest.mark.parametrize("act", ["undo", "tender"])
def test_the_meals_of_another_canteen_are_out_of_reach(office, act):
    _, number, _ = a_guest(office)
    served = office.browser("wang", "canteen_staff").say("/counter/scans", a_body(number)).json
    with office.database.transaction(EVERYWHERE) as session:
        other = make.a_canteen(session)
    stranger = office.browser("li", "canteen_staff", canteen_id=other)
    body = {"scan_id": "stranger-1", "tender": "tab"}

    assert stranger.say(f"/counter/redemptions/{served['redemption']}/{act}", body).status_code == 404


def test_a_stranger_is_led_to_the_log_in(office):
    assert office.stranger().get("/counter").location.startswith("/login?next=")


def test_other_roles_have_no_counter(office):
    assert office.browser("li", "accountant").client.get("/counter").status_code == 403


def test_an_ended_log_in_answers_401_so_that_the_page_keeps_the_scan(office):
    _, number, _ = a_guest(office)
    browser = office.browser("wang", "canteen_staff")
    token = browser.token("/counter")
    browser.client.delete_cookie("staff")
    answer = browser.client.post("/counter/scans", json=a_body(number), headers={"X-CSRFToken": token})

    assert (answer.status_code, answer.json["code"]) == (401, "access.not_logged_in")


def test_an_old_form_token_answers_401_so_that_the_page_keeps_the_scan(office):
    _, number, _ = a_guest(office)
    browser = office.browser("wang", "canteen_staff")
    answer = browser.client.post("/counter/scans", json=a_body(number), headers={"X-CSRFToken": "old"})

    assert (answer.status_code, answer.json["code"]) == (401, "http.csrf")
    assert rows(office, ScanAttempt) == []


@pytest.mark.parametrize(
    "change",
    [
        {"scan_id": "x"},
        {"scan_id": 7},
        {"scan_id": "with\0zero-byte"},
        {"code": None},
        {"code": "1" * 500},
        {"means": "paper"},
    ],
)
def test_a_malformed_scan_is_refused(office, change):
    body = {**a_body("12345678"), **change}

    assert office.browser("wang", "canteen_staff").say("/counter/scans", body).status_code == 422


def test_who_works_at_two_canteens_is_asked_once(office):
    with office.database.transaction(EVERYWHERE) as session:
        other = make.a_canteen(session, name="第二食堂")
    browser = office.browser("wang", "canteen_staff", region=make.FUTIAN)
    asked = browser.client.get("/counter", follow_redirects=True)
    with office.database.reading(EVERYWHERE) as session:
        from canteen import places

        ref = places.canteen_by_id(session, canteen_id=other).ref
    shown = browser.send("/canteen", "/canteen", canteen=ref, next="/counter")

    assert "您现在在哪个食堂" in asked.text
    assert "第二食堂 · 午餐" in shown.text


def test_a_chosen_canteen_must_be_one_of_ones_own(office):
    with office.database.transaction(EVERYWHERE) as session:
        make.a_canteen(session)
        far = make.a_canteen(session, region_code="441502000000", name="远方食堂")
        from canteen import places

        ref = places.canteen_by_id(session, canteen_id=far).ref
    browser = office.browser("wang", "canteen_staff", region=make.FUTIAN)
    shown = browser.send("/canteen", "/canteen", canteen=ref, next="/counter")

    assert "您现在在哪个食堂" in shown.text


def test_the_list_serves_who_comes_without_a_code(office):
    _, _, ref = a_guest(office)
    browser = office.browser("wang", "canteen_staff")
    page = browser.client.get("/counter/board").text
    done = browser.send("/counter/board", "/counter/board", order=ref, scan_id="by-hand-0001", why="no_code")

    assert "张*英" in page
    assert "张秀英" not in page
    assert "张*英　可以取　收 13 元" in done.text
    assert [(meal.means, meal.own_fen) for meal in rows(office, Redemption)] == [("manual", 1300)]


def test_who_is_served_by_hand_is_so_for_a_reason_and_shows_among_the_anomalies(office):
    _, _, ref = a_guest(office)
    browser = office.browser("wang", "canteen_manager")
    sent = {"csrf_token": browser.token("/counter/board"), "order": ref, "scan_id": "by-hand-0001"}
    refused = browser.client.post("/counter/board", data=sent)
    browser.client.post("/counter/board", data={**sent, "why": "unreadable"})
    page = browser.client.get("/counter/remarks").text

    assert refused.status_code == 422
    assert len(rows(office, Redemption)) == 1
    for told in ("没扫码", "码扫不出来", "张*英", "11:30"):
        assert told in page


def test_a_paper_list_is_entered_afterwards_once(office):
    refs = [a_guest(office, name=name)[2] for name in ("张秀英", "李福", "陈大山")]
    browser = office.browser("wang", "canteen_manager")
    address = "/counter/paper?day=2026-03-02&meal=lunch"
    texts = [browser.send(address, address, order=refs[:2]).text for _ in range(2)]

    assert ("补录了 2 份" in texts[0], "没有新的要补录" in texts[1]) == (True, True)
    assert [(meal.means, meal.own_fen) for meal in rows(office, Redemption)] == [("paper", 1300)] * 2
    assert "纸质名单补录" in browser.client.get("/counter/remarks?days=1").text
    assert browser.client.get("/counter/paper?day=2026-02-01").status_code == 422


def test_the_list_does_not_serve_orders_of_another_canteen(office):
    _, _, ref = a_guest(office)
    with office.database.transaction(EVERYWHERE) as session:
        other = make.a_canteen(session)
    browser = office.browser("li", "canteen_staff", canteen_id=other)
    browser.send("/counter/board", "/canteen?next=/", order=ref, scan_id="by-hand-0001", why="known")

    assert rows(office, Redemption) == []


def test_a_courier_hands_over_at_the_door_and_nothing_else(office):
    _, _, carried = a_guest(office, mode="delivery")
    _, _, eaten_here = a_guest(office, name="李福")
    browser = office.browser("zhao", "courier")
    page = browser.client.get("/deliveries").text
    for number, ref in enumerate((carried, eaten_here)):
        browser.send("/deliveries", "/deliveries", order=ref, scan_id=f"at-the-door-{number}")

    assert "李*" not in page
    assert [(meal.means, meal.mode) for meal in rows(office, Redemption)] == [("courier", "delivery")]
    assert sorted(order.state for order in rows(office, Order)) == ["delivered", "placed"]


def test_a_courier_has_no_counter(office):
    assert office.browser("zhao", "courier").client.get("/counter").status_code == 403


@pytest.mark.parametrize(
    ("happened", "sent", "seconds"),
    [
        (NOW - timedelta(hours=1), None, 3600),
        (NOW + timedelta(minutes=1), None, 0),
        (NOW + timedelta(minutes=3), None, 0),
        (NOW - timedelta(hours=49), None, 0),
        (NOW - timedelta(days=400), NOW - timedelta(days=400, minutes=-5), 300),
        ("nonsense", None, 0),
        ("2026-03-02T11:30:00", None, 0),
    ],
)
def test_the_time_of_a_scan_is_taken_from_how_long_it_waited(happened, sent, seconds):
    body = {"happened_at": str(happened), "sent_at": str(sent)}

    assert NOW - happened_at(body, NOW) == timedelta(seconds=seconds)


def test_only_the_counters_own_address_is_signed_for_wechats_scanner(office):
    browser = office.browser("wang", "canteen_staff")

    def asked(url):
        return browser.client.get("/counter/wechat", query_string={"url": url})

    without = asked("http://localhost/counter").status_code
    office.app.extensions[PAGE_CONFIG] = lambda url: {"appId": "wx1", "signature": url}

    assert without == 404
    assert asked("http://localhost/counter?practice=1").json["signature"] == "http://localhost/counter?practice=1"
    assert asked("http://elsewhere.invalid/counter").status_code == 422
