"""Who comes without telephone, card and order is found by name, and eats."""

from __future__ import annotations

from sqlalchemy import select

from canteen import seniors
from canteen.checkin.tables import Redemption, ScanAttempt
from canteen.foundation.db import EVERYWHERE
from canteen.seniors.tables import Person
from tests import builders as make

# 天津市和平区
ELSEWHERE = "120101001000"


def register(office, **more):
    with office.database.transaction(EVERYWHERE) as session:
        return make.a_senior(session, **more)


def found(browser, text):
    return browser.client.get("/counter/people", query_string={"q": text}).json["people"]


def test_somebody_without_an_order_is_found_by_name_initials_and_telephone_and_served_once(office):
    person_id = register(office)
    browser = office.browser("wang", "canteen_staff")
    with office.database.transaction(EVERYWHERE) as session:
        ref = session.get_one(Person, person_id).ref
        phone = seniors.Changes(phone="13800001234")
        seniors.change(session, person_id=person_id, changes=phone, actor="staff:test", at=make.BEFORE)
    ways = [found(browser, text) for text in ("张秀", "zx", "1234", "13800001234")]
    assert {one["ref"] for way in ways for one in way} == {ref}
    assert ways[0][0]["name"] == "张*英"
    assert ways[0][0]["order"] == "午餐没订，现打一份"

    body = {"scan_id": "found-00001"}
    first = browser.say(f"/counter/people/{ref}/serve", body).json
    again = browser.say(f"/counter/people/{ref}/serve", body).json
    other = browser.say(f"/counter/people/{ref}/serve", {"scan_id": "found-00002"}).json

    assert (first["verdict"], first["reason"], first["name"]) == ("ok", "walk_in", "张*英")
    assert again == first
    assert other["word"] == "取过了"
    assert found(browser, "张秀英")[0]["order"] == "午餐取过了"
    with office.database.reading(EVERYWHERE) as session:
        assert len(session.scalars(select(Redemption)).all()) == 1
        assert {one.means for one in session.scalars(select(ScanAttempt))} == {"manual"}


def test_an_order_of_the_meal_is_shown_and_used(office):
    person_id = register(office)
    with office.database.transaction(EVERYWHERE) as session:
        make.an_order(session, office.town, person_id)
    browser = office.browser("wang", "canteen_staff")
    person = found(browser, "张秀英")[0]
    answer = browser.say(f"/counter/people/{person['ref']}/serve", {"scan_id": "found-00003"}).json

    assert person["order"].startswith("午餐订了：")
    assert answer["reason"] == "served"


def test_a_text_that_would_list_half_a_street_finds_nobody(office):
    register(office)
    browser = office.browser("wang", "canteen_staff")

    assert [found(browser, text) for text in ("", " ", "张", "z", "%", "1", "12")] == [[]] * 7


def test_nobody_of_another_district_is_listed_or_served_by_a_guessed_reference(office):
    person_id = register(office, region_code=ELSEWHERE)
    with office.database.reading(EVERYWHERE) as session:
        ref = session.get_one(Person, person_id).ref
    browser = office.browser("wang", "canteen_staff")

    assert found(browser, "张秀英") == []
    assert browser.say(f"/counter/people/{ref}/serve", {"scan_id": "found-00004"}).status_code == 404


def test_a_reference_is_no_code(office):
    person_id = register(office)
    with office.database.reading(EVERYWHERE) as session:
        ref = session.get_one(Person, person_id).ref
    body = {"scan_id": "found-00005", "code": ref, "means": "gun", "person_ref": ref}

    assert office.browser("wang", "canteen_staff").say("/counter/scans", body).json["reason"] == "unknown_code"
