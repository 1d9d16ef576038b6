"""Cards are printed for one's own people, read back from the sheet, and worthless once revoked."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select

from canteen import checkin, seniors
from canteen.checkin.tables import Card
from canteen.foundation.db import EVERYWHERE
from tests import builders as make


def people(office, *names, region_code=make.FUTIAN):
    with office.database.transaction(EVERYWHERE) as session:
        keys = [make.a_senior(session, name=name, region_code=region_code) for name in names]
        return [seniors.person_by_id(session, person_id=key).ref for key in keys]


def a_worker(office):
    return office.browser("chen", "community_worker", region=make.FUTIAN)


def all_cards(office):
    with office.database.reading(EVERYWHERE) as session:
        return session.scalars(select(Card).order_by(Card.serial)).all()


def print_for(browser, refs):
    form = {"csrf_token": browser.token("/office/cards"), "person": refs}
    return browser.client.post("/office/cards", data=form, follow_redirects=True)


def test_the_chosen_people_get_one_card_each_on_one_sheet(office):
    refs = people(office, "张秀英", "李福来", "王小明")
    browser = a_worker(office)
    sheet = print_for(browser, refs[:2]).text
    print_for(browser, refs[:2])

    assert len(all_cards(office)) == 2
    assert "张*英" in sheet
    assert "李*来" in sheet
    assert "王*明" not in sheet


def test_the_code_of_a_printed_card_is_read_and_served(office):
    refs = people(office, "张秀英")
    browser = a_worker(office)
    print_for(browser, refs)
    picture = browser.client.get(f"/office/cards/{all_cards(office)[0].ref}/qr.png")
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.data)).convert("L"))
    answer = checkin.redeem(office.database, make.KEYS, make.a_scan(office.town, found[0].text))

    assert picture.headers["Cache-Control"] == "no-store"
    assert found[0].ec_level == "Q"
    assert checkin.qr_version(found[0].text, error_correction="Q") <= 4
    assert answer.verdict == "ok"


def test_a_revoked_card_is_replaced_by_a_new_one(office):
    refs = people(office, "张秀英")
    browser = a_worker(office)
    print_for(browser, refs)
    lost = all_cards(office)[0]
    done = browser.send(f"/office/cards/{lost.ref}/revoke", "/office/cards", reason="lost")
    print_for(browser, refs)

    assert "已挂失" in done.text
    assert [card.revoked_at is None for card in all_cards(office)] == [False, True]


def test_people_of_another_district_are_out_of_reach(office):
    refs = people(office, "远方人", region_code="441502000000")
    with office.database.transaction(EVERYWHERE) as session:
        person = seniors.person(session, ref=refs[0])
        card = checkin.issue_card(session, make.KEYS, person_id=person.id, actor="test", at=make.BEFORE)
    browser = a_worker(office)

    assert print_for(browser, refs).status_code == 404
    assert browser.client.get(f"/office/cards/{card.ref}/qr.png").status_code == 404
    assert browser.send(f"/office/cards/{card.ref}/revoke", "/office/cards", reason="lost").status_code == 404
    assert browser.send(f"/office/people/{refs[0]}/slip", "/office/cards").status_code == 404
    assert "远方人" not in browser.client.get("/office/cards").text


def test_people_are_found_by_the_first_letters_of_their_names(office):
    people(office, "张秀英", "李福来")
    text = a_worker(office).client.get("/office/cards?q=zxy").text

    assert "张秀英" in text
    assert "李福来" not in text


def test_the_way_to_a_slip_leads_to_its_button_and_makes_none(office):
    refs = people(office, "张秀英", "李福来")
    page = a_worker(office).client.get(f"/office/people/{refs[0]}/slip", follow_redirects=True).text

    assert f'action="/office/people/{refs[0]}/slip"' in page
    assert "李福来" not in page


def test_a_slip_shows_its_code_once(office):
    refs = people(office, "张秀英")
    browser = a_worker(office)
    first, second = (browser.send(f"/office/people/{refs[0]}/slip", "/office/cards").text for _ in range(2))

    assert "张*英" in first
    assert "只能用一次" in first
    assert "data:image" not in first
    assert first != second


def test_a_slip_shows_the_picture_of_its_scene_where_there_is_one(office):
    asked = []
    office.app.extensions["canteen.scene_qr"] = lambda scene: asked.append(scene) or b"picture"
    refs = people(office, "张秀英")
    text = a_worker(office).send(f"/office/people/{refs[0]}/slip", "/office/cards").text

    assert asked[0].startswith("bind-")
    assert "data:image/png;base64,cGljdHVyZQ==" in text


@pytest.mark.parametrize("form", [{}, {"person": "P-NOBODY"}])
def test_a_choice_of_nobody_prints_nothing(office, form):
    browser = a_worker(office)

    assert browser.send("/office/cards", "/office/cards", **form).status_code in {404, 422}


def test_canteen_staff_print_no_cards(office):
    assert office.browser("wang", "canteen_staff").client.get("/office/cards").status_code == 403
