"""The register and the page of a person."""

from __future__ import annotations

from datetime import date

import pytest

from canteen import checkin, seniors
from canteen.foundation.db import EVERYWHERE
from tests import builders as make
from tests.web import desk

FACT = {"kind": "category", "category": "minimum_living", "valid_from": "2026-01-01", "evidence": "民政〔2026〕1号"}


def test_an_empty_register_says_so(office):
    assert "没有找到人" in desk.a_worker(office).client.get("/office/people").text


def test_the_register_shows_names_and_covers_numbers(office):
    desk.a_senior(office)
    page = desk.a_worker(office).client.get("/office/people").text

    assert "张秀英" in page
    assert "*******1234" in page
    assert "13800001234" not in page


@pytest.mark.parametrize("text", ["张秀", "zxy"])
def test_somebody_is_found_by_name_and_by_initials(office, text):
    desk.a_senior(office)
    desk.a_senior(office, name="李福")
    page = desk.a_worker(office).client.get("/office/people", query_string={"q": text}).text

    assert "张秀英" in page
    assert "李福" not in page


@pytest.mark.parametrize("text", ["13800001234", "1234", "document"])
def test_somebody_is_found_by_a_number_that_stands_in_no_address(office, text):
    ref = desk.a_senior(office)
    if text == "document":
        with office.database.transaction(EVERYWHERE) as session:
            opened = seniors.open_document
            text = opened(session, person_id=desk.person_id(office, ref), actor="test", at=make.NOON)
    browser = desk.a_worker(office)
    form = {"csrf_token": browser.token("/office/people"), "q": text}
    answer = browser.client.post("/office/people", data=form)

    assert answer.location == f"/office/people/{ref}"


def test_a_number_in_an_address_is_not_looked_for(office):
    desk.a_senior(office)
    page = desk.a_worker(office).client.get("/office/people?q=13800001234").text

    assert "13800001234" not in page


def test_a_long_register_has_pages(office):
    for order in range(21):
        desk.a_senior(office, birth=date(1940, 1, 1 + order))
    client = desk.a_worker(office).client

    assert "第 1–20 条，共 21 条" in client.get("/office/people").text
    assert "第 21–21 条，共 21 条" in client.get("/office/people?page=2").text


@pytest.mark.parametrize("path", ["", "/change"])
def test_a_stranger_of_another_district_is_not_there(office, path):
    ref = desk.a_senior(office, region_code=desk.OTHER_DISTRICT)

    assert desk.a_worker(office).client.get(f"/office/people/{ref}{path}").status_code == 404


@pytest.mark.parametrize("act", ["open", "facts", "facts/1", "facts/1/withdraw", "contacts", "change"])
def test_nothing_can_be_done_to_a_stranger(office, act):
    ref = desk.a_senior(office, region_code=desk.OTHER_DISTRICT)
    form = {**FACT, "what": "phone", "name": "王", "contact_kind": "kin", "contact_name": "王", "contact_phone": "1"}
    answer = desk.a_worker(office).send(f"/office/people/{ref}/{act}", "/office/people", **form)

    assert answer.status_code == 404
    assert len(desk.history(office, ref)) == 2


def test_a_look_at_a_number_shows_it_once_and_is_kept(office):
    ref = desk.a_senior(office)
    browser = desk.a_worker(office)
    page = f"/office/people/{ref}"
    answer = browser.send(f"{page}/open", page, what="phone")

    assert "13800001234" in answer.text
    assert "13800001234" not in browser.client.get(page).text
    assert [row.subject for row in desk.acts(office, "phone_opened")] == [ref]


def test_a_look_at_a_number_needs_the_token_of_the_page(office):
    ref = desk.a_senior(office)
    answer = desk.a_worker(office).client.post(f"/office/people/{ref}/open", data={"what": "phone"})

    assert answer.status_code == 400
    assert desk.acts(office, "phone_opened") == []


def test_a_fact_is_added_with_its_evidence(office):
    ref = desk.a_senior(office)
    page = f"/office/people/{ref}"
    answer = desk.a_worker(office).send(f"{page}/facts", page, valid_to="2026-12-31", **FACT)

    assert "民政〔2026〕1号" in answer.text
    assert "2026-01-01 至 2026-12-31" in answer.text
    assert desk.history(office, ref)[-1].valid_until == date(2027, 1, 1)


def test_a_fact_sent_twice_is_stated_once(office):
    ref = desk.a_senior(office)
    page, browser = f"/office/people/{ref}", desk.a_worker(office)
    browser.send(f"{page}/facts", page, **FACT)
    again = browser.send(f"{page}/facts", page, **FACT)

    assert again.status_code == 409
    assert len(desk.history(office, ref)) == 3


def test_a_superseded_fact_stays_and_is_struck(office):
    ref = desk.a_senior(office, categories=["minimum_living"])
    page, browser = f"/office/people/{ref}", desk.a_worker(office)
    answer = browser.send(f"{page}/facts/3", page, valid_to="2026-02-28", evidence="复核")

    assert "<s>低保</s>" in answer.text
    assert [fact.valid_until for fact in desk.history(office, ref)[-2:]] == [None, date(2026, 3, 1)]
    assert browser.send(f"{page}/facts/3", page, valid_to="2026-01-31", evidence="复核").status_code == 409


def test_a_withdrawn_fact_counts_no_more(office):
    ref = desk.a_senior(office, categories=["minimum_living"])
    page = f"/office/people/{ref}"
    answer = desk.a_worker(office).send(f"{page}/facts/3/withdraw", page, evidence="录错了")

    assert "已撤回" in answer.text
    assert desk.history(office, ref)[-1].withdrawn


def test_a_fact_without_evidence_is_asked_for_again_with_what_was_typed(office):
    ref = desk.a_senior(office)
    page = f"/office/people/{ref}"
    answer = desk.a_worker(office).send(f"{page}/facts", page, **{**FACT, "evidence": " "})

    assert answer.status_code == 422
    assert 'value="2026-01-01"' in answer.text


def test_a_death_is_shown_and_changes_nothing_by_itself(office):
    ref = desk.a_senior(office)
    page = f"/office/people/{ref}"
    death = {"kind": "death", "value": "病故", "valid_from": "2026-02-20", "evidence": "死亡证明"}
    answer = desk.a_worker(office).send(f"{page}/facts", page, **death)

    assert "已登记去世：2026-02-20" in answer.text
    with office.database.transaction(EVERYWHERE) as session:
        assert make.an_order(session, office.town, desk.person_id(office, ref)).state == "placed"


def test_contacts_are_added_opened_and_ended(office):
    ref = desk.a_senior(office)
    page, browser = f"/office/people/{ref}", desk.a_worker(office)
    contact = {"contact_kind": "kin", "contact_name": "张小芳", "contact_phone": "13912345678", "relation": "女儿"}
    shown = browser.send(f"{page}/contacts", page, **contact).text
    key = desk.way_in(shown, r'name="contact" value="(\d+)"')

    assert "13912345678" not in shown
    assert "13912345678" in browser.send(f"{page}/contacts/open", page, contact=key).text
    assert "还没有联系人" in browser.send(f"{page}/contacts/end", page, contact=key).text


def test_a_contact_of_somebody_else_is_not_opened(office):
    ref, other = desk.a_senior(office), desk.a_senior(office, region_code=desk.OTHER_DISTRICT)
    with office.database.transaction(EVERYWHERE) as session:
        contact = seniors.add_contact(
            session, person_id=desk.person_id(office, other), kind="kin", name="李明", phone="13912345678",
            actor="test", at=make.NOON,
        )  # fmt: skip
        key = str(contact.id)
    page = f"/office/people/{ref}"

    assert desk.a_worker(office).send(f"{page}/contacts/open", page, contact=key).status_code == 404


def test_consents_are_kept_and_taken_back(office):
    ref = desk.a_senior(office)
    page, browser = f"/office/people/{ref}", desk.a_worker(office)
    given = browser.send(f"{page}/consents", page, consent="health", text_version="2026-01", given_by="本人")

    assert "文本 2026-01" in given.text
    assert "还没有签过" in browser.send(f"{page}/consents/withdraw", page, consent="health").text


def test_a_bound_account_is_shown_and_unbound(office):
    ref = desk.a_senior(office)
    with office.database.transaction(EVERYWHERE) as session:
        seniors.link(
            session, person_id=desk.person_id(office, ref), account="wechat:7", proof="slip:1", relation="妈妈",
            actor="test", at=make.NOON,
        )  # fmt: skip
    page, browser = f"/office/people/{ref}", desk.a_worker(office)

    assert "妈妈，2026-03-02 绑定" in browser.client.get(page).text
    assert "还没有人绑定" in browser.send(f"{page}/accounts/end", page, account="wechat:7").text


def test_meals_show_the_price_and_who_paid(office):
    ref = desk.a_senior(office)
    with office.database.transaction(EVERYWHERE) as session:
        make.an_order(session, office.town, desk.person_id(office, ref))
        code = make.a_number(session, desk.person_id(office, ref))
    checkin.redeem(office.database, make.KEYS, make.a_scan(office.town, code))
    page = desk.a_worker(office).client.get(f"/office/people/{ref}").text

    assert '<td class="n">18.00</td>' in page
    assert "已取餐" in page


def test_somebody_is_registered_with_residence_and_registration(office):
    number = make.a_document(date(1950, 5, 1), 700).number
    form = {"name": "陈秀英", "document": number, "region": make.FUTIAN, "diner": "senior", "allergies": "花生，虾"}
    answer = desk.a_worker(office).send("/office/people/new", "/office/people/new", **form)

    assert "已登记：陈秀英" in answer.text
    assert "过敏：花生、虾" in answer.text
    assert number not in answer.text


def test_the_same_number_is_registered_once(office):
    form = {"name": "陈秀英", "document": make.a_document(date(1950, 5, 1), 700).number, "region": make.FUTIAN}
    browser = desk.a_worker(office)
    browser.send("/office/people/new", "/office/people/new", diner="senior", **form)
    again = browser.send("/office/people/new", "/office/people/new", diner="senior", **form)

    assert again.status_code == 409
    assert 'value="陈秀英"' in again.text
    assert desk.people_count(office) == 1


def test_nobody_is_registered_in_another_district(office):
    form = {"name": "陈秀英", "region": desk.OTHER_DISTRICT, "diner": "senior"}
    answer = desk.a_worker(office).send("/office/people/new", "/office/people/new", **form)

    assert answer.status_code == 403
    assert desk.people_count(office) == 0


def test_a_change_leaves_covered_numbers_as_they_are(office):
    ref = desk.a_senior(office)
    page = f"/office/people/{ref}/change"
    answer = desk.a_worker(office).send(page, page, name="张秀英", diet="软饭 少盐")

    assert "软饭、少盐" in answer.text
    assert "*******1234" in answer.text


@pytest.mark.parametrize("act", ["facts", "contacts", "change"])
def test_who_only_reads_changes_nothing(office, act):
    ref = desk.a_senior(office)
    browser = desk.a_worker(office, "accountant")
    page = f"/office/people/{ref}"

    assert "加一条" not in browser.client.get(page).text
    assert browser.send(f"{page}/{act}", page, **FACT).status_code == 403


def test_the_home_page_counts_the_people_in_reach(office):
    desk.a_senior(office)
    desk.a_senior(office, region_code=desk.OTHER_DISTRICT)
    page = desk.a_worker(office).client.get("/home").text

    assert "名册人数" in page
    assert '<a href="/office/people">1</a>' in page


def test_slip_and_cards_are_one_step_away(office):
    ref = desk.a_senior(office)
    page, browser = f"/office/people/{ref}", desk.a_worker(office)
    shown = browser.client.get(page).text

    assert browser.client.get(desk.way_in(shown, r'href="(/office/cards[^"]*)"')).status_code == 200
    assert browser.send(desk.way_in(shown, r'action="([^"]+/slip)"'), page).status_code == 200


def test_a_lost_card_is_revoked_on_the_spot(office):
    ref = desk.a_senior(office)
    with office.database.transaction(EVERYWHERE) as session:
        checkin.issue_card(session, make.KEYS, person_id=desk.person_id(office, ref), actor="test", at=make.NOON)
    page, browser = f"/office/people/{ref}", desk.a_worker(office)
    act = desk.way_in(browser.client.get(page).text, r'action="(/office/cards/[^"]+/revoke)"')
    browser.send(act, page, reason="lost")

    assert "已挂失" in browser.client.get(page).text
