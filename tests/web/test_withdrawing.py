"""A list is taken back as a whole; whoever was fed or touched since stays as is, and is named."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from canteen import checkin, seniors
from canteen.foundation.db import EVERYWHERE
from canteen.seniors.tables import Contact, Person, RosterImport
from tests import builders as make
from tests.web import desk

AT = make.at(make.MONDAY, 11, 30)


@pytest.fixture
def browser(office):
    return desk.a_worker(office)


def take(browser, *rows):
    page = desk.upload(browser, desk.a_list(*rows)).text
    action = desk.way_in(page, r'action="(/office/import/(?!taken)[^"]+)"')
    return browser.send(action, "/office/import")


def withdraw(office, browser):
    with office.database.reading(EVERYWHERE) as session:
        number = session.scalars(select(RosterImport.id).order_by(RosterImport.id.desc())).first()
    return browser.send(f"/office/import/taken/{number}/withdraw", "/office/import")


def found(office, number):
    with office.database.reading(EVERYWHERE) as session:
        return seniors.find_by_document(session, document=number)


def values(office, ref, kind):
    with office.database.reading(EVERYWHERE) as session:
        person_id = seniors.person(session, ref=ref).id
        return seniors.values_on(session, person_id=person_id, kind=kind, day=make.MONDAY)


def test_people_whom_a_list_brought_in_are_gone_from_the_register_and_can_be_brought_in_again(office, browser):
    row = desk.a_row()
    take(browser, row)
    assert desk.people_count(office) == 1
    assert "已撤回 1 人" in withdraw(office, browser).text
    assert (desk.people_count(office), found(office, row[1])) == (0, None)
    with office.database.reading(EVERYWHERE) as session:
        left = session.scalars(select(Person)).one()
        assert (left.document_kind, left.document_sealed, left.phone_sealed) == ("none_yet", None, None)
        assert {fact.withdrawn for fact in seniors.facts_of(session, person_id=left.id)} <= {True}
    take(browser, row)
    assert desk.people_count(office) == 1
    assert len(desk.acts(office, "roster_withdrawn")) == 1


def test_what_a_list_changed_is_as_before(office, browser):
    row = desk.a_row()
    take(browser, row)
    ref = found(office, row[1]).ref
    take(browser, (row[0], row[1], "13700002222", "特困", "莲花街道"))
    assert set(values(office, ref, "category")) == {"minimum_living", "extreme_hardship"}
    assert "已撤回 1 人" in withdraw(office, browser).text
    assert values(office, ref, "category") == ("minimum_living",)
    assert values(office, ref, "residence") == (make.FUTIAN,)
    person = found(office, row[1])
    assert (person.phone_tail, person.region_code) == ("1111", make.FUTIAN)
    with office.database.transaction(EVERYWHERE) as session:
        number = seniors.open_phone(session, person_id=person.id, actor="test", at=AT)
        assert number == "13900001111"
        assert [one.id for one in seniors.find_by_phone(session, phone=number)] == [person.id]


def test_who_ate_since_stays_and_is_named(office, browser):
    eater, other = desk.a_row(), desk.a_row("李德福", 502)
    take(browser, eater, other)
    person = found(office, eater[1])
    with office.database.transaction(EVERYWHERE) as session:
        number = make.a_number(session, person.id)
    now = datetime.now(tz=AT.tzinfo).replace(year=2026, month=3, day=2, hour=3, minute=45)
    assert checkin.redeem(office.database, make.KEYS, make.a_scan(office.town, number, now=now)).redemption_ref
    page = withdraw(office, browser).text
    assert "已撤回 1 人，1 人撤不回来" in page
    assert "导入以后用过餐" in page
    assert found(office, eater[1]).ref == person.ref
    assert values(office, person.ref, "category") == ("minimum_living",)
    assert found(office, other[1]) is None


@pytest.mark.parametrize("use", ["changed", "carded", "ordered", "bound"])
def test_who_was_touched_since_stays_and_the_reason_is_said(office, browser, use):
    row = desk.a_row()
    take(browser, row)
    person = found(office, row[1])
    with office.database.transaction(EVERYWHERE) as session:
        if use == "changed":
            seniors.change(session, person_id=person.id, changes=seniors.Changes(diet=["软饭"]), actor="test", at=AT)
        elif use == "carded":
            checkin.issue_card(session, make.KEYS, person_id=person.id, actor="test", at=AT)
        elif use == "ordered":
            day = make.MONDAY + timedelta(days=1)
            item = make.a_menu(session, office.town.canteen_id, day=day)[0]
            make.an_order(session, office.town, person.id, day=day, item=item)
        else:
            seniors.link(
                session, person_id=person.id, account="wechat:9", proof="desk", relation="妈妈", actor="test", at=AT
            )
    page = withdraw(office, browser).text
    said = {"changed": "又改过资料或资格", "carded": "已经发了卡", "ordered": "没取消的订餐", "bound": "已经绑定账号"}
    assert said[use] in page
    assert found(office, row[1]).ref == person.ref


def test_a_list_is_taken_back_once_and_in_reach_only(office, browser):
    take(browser, desk.a_row())
    far = office.browser("far", "community_worker", region=desk.OTHER_DISTRICT)
    assert withdraw(office, far).status_code == 404
    withdraw(office, browser)
    again = withdraw(office, browser)
    assert (again.status_code, "已经撤回过了" in again.text) == (409, True)


def test_who_may_not_import_may_not_withdraw(office, browser):
    take(browser, desk.a_row())
    reader = office.browser("reader", "hotline_clerk", region=make.FUTIAN)
    with office.database.reading(EVERYWHERE) as session:
        number = session.scalars(select(RosterImport.id)).one()
        assert session.scalars(select(Contact.id)).all() == []
    assert reader.send(f"/office/import/taken/{number}/withdraw", "/home").status_code == 403
    assert desk.people_count(office) == 1
    assert date(2026, 3, 2) == make.MONDAY
