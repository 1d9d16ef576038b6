"""Trays that no code asks for: guests on no register, a family of which one came, a card that was lost."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from canteen import checkin, ledger, seniors
from canteen.checkin.tables import Redemption
from canteen.foundation.db import EVERYWHERE
from canteen.ledger.tables import Posting
from tests import builders as make
from tests.web.conftest import Browser, Office


def balance(office: Office, account: str) -> int:
    with office.database.reading(EVERYWHERE) as session:
        return session.scalar(select(func.sum(Posting.amount_fen)).where(Posting.account == account)) or 0


def scanned(browser: Browser, code: str, number: int) -> dict[str, object]:
    body = {"scan_id": f"scanned-{number:04}", "code": code, "means": "gun"}
    return dict(browser.say("/counter/scans", body).json)


def test_a_guest_pays_the_full_price_once_and_can_owe_nothing(office: Office) -> None:
    browser = office.browser("wang", "canteen_staff")
    dish = browser.client.get("/counter/guests").json["dishes"][0]
    body = {"scan_id": "a-guest-0001", "dish": dish["id"]}
    first = browser.say("/counter/guests", body).json
    again = browser.say("/counter/guests", body).json
    meal = first["redemption"]
    on_tab = browser.say(f"/counter/redemptions/{meal}/tender", {"tender": "tab"})

    assert (first["verdict"], first["reason"], first["collect"], first["name"]) == ("ok", "guest", "收 18 元", "")
    assert [one["id"] for one in first["tenders"]] == ["cash", "own_code"]
    assert again["redemption"] == meal
    assert on_tab.status_code == 409
    assert balance(office, ledger.TILL) == 1800
    with office.database.reading(EVERYWHERE) as session:
        [kept] = session.scalars(select(Redemption)).all()
        assert (kept.kind, kept.person_id, kept.order_id, kept.subsidy_fen) == ("public", None, None, 0)

    assert browser.say(f"/counter/redemptions/{meal}/tender", {"tender": "own_code"}).json["tender"] == "own_code"
    assert browser.say(f"/counter/redemptions/{meal}/undo", {"scan_id": "a-guest-undo"}).json["word"] == "已撤销"
    assert (balance(office, ledger.TILL), balance(office, ledger.OWN_CODE_CLEARING)) == (0, 0)


def test_a_dish_of_another_menu_is_no_dish(office: Office) -> None:
    browser = office.browser("wang", "canteen_staff")

    assert browser.say("/counter/guests", {"scan_id": "a-guest-0002", "dish": 10**9}).status_code == 404
    assert browser.say("/counter/guests", {"scan_id": "a-guest-0003", "dish": "1"}).status_code == 422


def test_one_takes_trays_for_the_family_each_on_their_own_entitlement(office: Office) -> None:
    with office.database.transaction(EVERYWHERE) as session:
        she, he = make.a_senior(session), make.a_senior(session, name="李福")
        child = make.a_senior(session, name="李小满", birth=date(2016, 5, 1))
        seniors.person_by_id(session, person_id=child).diner = "child"
        make.a_senior(session, name="陈大山")
        for one in (she, he, child):
            seniors.link(session, account="wechat:9", person_id=one, proof="test", actor="test", at=make.BEFORE)
        card = checkin.issue_card(session, make.KEYS, person_id=she, actor="test", at=make.BEFORE).digits
    browser = office.browser("wang", "canteen_staff")
    first = scanned(browser, card, 1)
    kin = browser.client.get("/counter/people", query_string={"with": "scanned-0001"}).json["people"]
    trays = [browser.say(f"/counter/people/{one['ref']}/serve", {"scan_id": f"kin-{one['ref']}"}).json for one in kin]

    assert first["collect"] == "收 13 元"
    assert [one["name"] for one in kin] == ["李*", "李*满"]
    assert [one["collect"] for one in trays] == ["收 13 元", "收 18 元"]
    assert browser.client.get("/counter/people", query_string={"with": "nobody-here"}).json["people"] == []
    assert all(one["card"] is None for one in kin)


def test_a_lost_card_is_replaced_by_one_tap_and_dead_at_once(office: Office) -> None:
    with office.database.transaction(EVERYWHERE) as session:
        person_id = make.a_senior(session)
        ref = seniors.person_by_id(session, person_id=person_id).ref
        lost = checkin.issue_card(session, make.KEYS, person_id=person_id, actor="test", at=make.BEFORE).digits
    manager = office.browser("li", "canteen_manager")
    [found] = manager.client.get("/counter/people", query_string={"q": "张秀英"}).json["people"]
    sheet = manager.send(found["card"], "/counter")
    with office.database.reading(EVERYWHERE) as session:
        new = next(one for one in checkin.cards_of(session, person_id=person_id) if one.revoked_at is None)

    assert (found["card"], sheet.status_code) == (f"/counter/people/{ref}/card", 200)
    assert new.ref in sheet.text
    assert scanned(manager, lost, 2)["reason"] == "card_revoked"
    assert scanned(manager, checkin.write_card_code(make.KEYS, new.serial), 3)["verdict"] == "ok"
