"""The page a senior shows at the window: the code is read, the price is told, nobody else's page opens."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select

from canteen import checkin
from canteen.checkin.tables import CodeLink
from canteen.foundation.db import EVERYWHERE
from canteen.orders.tables import Order
from tests import builders as make

HOUR_OF_ORDERING = make.at(make.MONDAY, 8)
END = make.at(make.MONDAY, 12, 30)


def a_link(office, *, orders_it=True, mode="dine_in", **person):
    """Register somebody who ordered lunch, and return the person and the address of the code."""
    with office.database.transaction(EVERYWHERE) as session:
        person_id = make.a_senior(session, **person)
        if orders_it:
            make.an_order(session, office.town, person_id, mode=mode)
        token = make.a_link(session, person_id, expires_at=END)
        return person_id, f"/m/{token}"


def set_clock(office, instant):
    office.app.extensions["canteen.clock"].set(instant)


def read(picture):
    """Return what a reader sees in a picture."""
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)).convert("L"))
    return [code.text for code in found]


def test_the_page_tells_name_dish_hours_and_price(office):
    _, address = a_link(office)
    text = office.stranger().get(address).text

    assert "张秀英，您好" in text
    assert "今天午餐 取餐码" in text
    assert "11 点到 12 点半，到窗口扫一下" in text
    assert "13 元" in text
    assert "补贴已减 5 元" in text
    assert "0755-5550100" in text


def test_who_gets_no_subsidy_reads_nothing_of_subsidies(office):
    _, address = a_link(office, birth=date(1990, 1, 1))
    text = office.stranger().get(address).text

    assert "18 元" in text
    assert "补贴" not in text


def test_the_picture_is_read_back_and_served_at_the_counter(office):
    _, address = a_link(office)
    page = office.stranger().get(address).text
    source = re.search(r'src="(/m/[^"]+qr.png[^"]*)"', page)[1].replace("&amp;", "&")
    picture = office.stranger().get(source)
    digits = read(picture.data)

    assert (picture.content_type, picture.headers["Cache-Control"]) == ("image/png", "no-store")
    answer = checkin.redeem(office.database, make.KEYS, make.a_scan(office.town, digits[0]))
    assert (answer.reason, answer.collect_fen) == ("served", 1300)


def test_the_picture_has_whole_pixels_and_is_large_enough(office):
    _, address = a_link(office)
    page = office.stranger().get(address).text
    size = int(re.search(r'data-qr src="[^"]+" width="(\d+)"', page)[1])
    picture = Image.open(io.BytesIO(office.stranger().get(f"{address}/qr.png").data))

    assert size >= 288
    assert picture.size == (size, size)
    assert size % (4 * 5 + 17 + 8) == 0


def test_the_code_lives_five_minutes_and_the_number_as_long_as_the_meal(office):
    _, address = a_link(office)
    client = office.stranger()
    old = read(client.get(f"{address}/qr.png").data)[0]
    number = client.get(f"{address}/code").json["number"]
    later = make.at(make.MONDAY, 11, 37)

    stale = checkin.redeem(office.database, make.KEYS, make.a_scan(office.town, old, now=later))
    typed = checkin.redeem(office.database, make.KEYS, make.a_scan(office.town, number, now=later))
    assert (stale.reason, typed.reason) == ("code_expired", "served")


def test_a_renewed_code_keeps_the_number(office):
    _, address = a_link(office)
    client = office.stranger()
    first = client.get(f"{address}/code").json
    set_clock(office, make.at(make.MONDAY, 11, 36))
    second = client.get(f"{address}/code").json

    assert second["number"] == first["number"]
    assert second["qr_src"] != first["qr_src"]
    assert second["seconds"] == 300


@pytest.mark.parametrize("way", ["", "/cancel"])
def test_an_address_of_yesterday_is_answered_kindly_without_a_name(office, way):
    _, address = a_link(office)
    set_clock(office, END)
    answer = office.stranger().get(address + way)

    assert answer.status_code == 410
    assert "直接来窗口" in answer.text
    assert "张" not in answer.text


@pytest.mark.parametrize("way", ["/code", "/qr.png"])
def test_an_invented_address_gives_no_code(office, way):
    assert office.stranger().get(f"/m/{'A' * 22}{way}", headers={"Accept": "application/json"}).status_code == 404


def test_the_token_is_not_in_the_database(office):
    _, address = a_link(office)
    with office.database.reading(EVERYWHERE) as session:
        kept = session.scalars(select(CodeLink.token_digest)).one()

    assert address.removeprefix("/m/") not in kept
    assert len(kept) == 64


def test_a_meal_that_was_taken_shows_no_code(office):
    _, address = a_link(office)
    digits = read(office.stranger().get(f"{address}/qr.png").data)[0]
    checkin.redeem(office.database, make.KEYS, make.a_scan(office.town, digits))
    text = office.stranger().get(address).text

    assert "这一餐取过了" in text
    assert "qr.png" not in text


def test_without_an_order_the_code_is_shown_without_a_price(office):
    _, address = a_link(office, orders_it=False)
    text = office.stranger().get(address).text

    assert "没有预订也能吃" in text
    assert "您付" not in text


def test_a_carried_meal_says_that_it_comes_to_the_door(office):
    _, address = a_link(office, mode="delivery")

    assert "送到门口" in office.stranger().get(address).text


def test_cancelling_asks_first_and_then_cancels(office):
    _, address = a_link(office)
    set_clock(office, HOUR_OF_ORDERING)
    client = office.stranger()
    assert "今天午餐不吃了" in client.get(address).text
    asked = client.get(f"{address}/cancel").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', asked)[1]
    done = client.post(f"{address}/cancel", data={"csrf_token": token})

    assert "今天午餐不吃了吗" in asked
    assert "这一餐取消了" in done.text
    assert "这一餐取消了" in client.get(f"{address}/cancel").text
    with office.database.reading(EVERYWHERE) as session:
        assert session.scalars(select(Order.state)).all() == ["cancelled"]


def test_after_the_cut_off_nothing_is_cancelled(office):
    _, address = a_link(office)
    set_clock(office, HOUR_OF_ORDERING)
    client = office.stranger()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(f"{address}/cancel").text)[1]
    set_clock(office, make.at(make.MONDAY, 9, 30))
    late = client.post(f"{address}/cancel", data={"csrf_token": token})

    assert "今天午餐不吃了" not in client.get(address).text
    assert "现在取消不了" in late.text
    with office.database.reading(EVERYWHERE) as session:
        assert session.scalars(select(Order.state)).all() == ["placed"]


def test_old_links_are_swept_out(office):
    a_link(office)
    with office.database.transaction(EVERYWHERE) as session:
        checkin.prune_links(session, before=END)
        kept = session.scalars(select(CodeLink)).all()
        checkin.prune_links(session, before=make.at(make.MONDAY, 13))

        assert (len(kept), session.scalars(select(CodeLink)).all()) == (1, [])
