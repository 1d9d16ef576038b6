"""Two records of one person are looked at side by side, made one, and what clashes is listed."""

from __future__ import annotations

from datetime import date

from canteen import checkin
from canteen.foundation.db import EVERYWHERE
from tests import builders as make
from tests.web import desk


def two(office):
    return [desk.a_senior(office, name=name, birth=date(1950, 5, day)) for name, day in (("张秀英", 1), ("张秀瑛", 2))]


def eat(office, ref):
    with office.database.transaction(EVERYWHERE) as session:
        number = make.a_number(session, desk.person_id(office, ref))
    return checkin.redeem(office.database, make.KEYS, make.a_scan(office.town, number)).redemption_ref


def test_both_records_are_shown_before_anything_is_done(office):
    stands, gone = two(office)
    browser = desk.a_worker(office)
    page = browser.client.get(f"/office/people/{stands}/merge?other={gone.lower()}").text
    assert "张秀英" in page
    assert "张秀瑛" in page
    assert "合并成一份" in page
    assert desk.acts(office, "person_merged") == []
    assert "这就是同一份档案" in browser.client.get(f"/office/people/{stands}/merge?other={stands}").text
    assert browser.client.get(f"/office/people/{stands}/merge?other=P-2222222222").status_code == 404


def test_the_merged_record_leads_to_the_one_that_stands(office):
    stands, gone = two(office)
    browser = desk.a_worker(office)
    here = f"/office/people/{stands}/merge"
    page = browser.send(here, f"{here}?other={gone}", other=gone)
    assert "两份档案已合并" in page.text
    assert "合并过的档案" in page.text
    assert gone in page.text
    assert stands in browser.client.get(f"/office/people/{gone}").text
    again = browser.send(here, here, other=gone)
    assert again.status_code == 409


def test_two_subsidised_meals_of_one_lunch_are_listed_with_what_is_too_much(office):
    stands, gone = two(office)
    meals = [eat(office, ref) for ref in (gone, stands)]
    browser = desk.a_worker(office)
    here = f"/office/people/{stands}/merge"
    page = browser.send(here, f"{here}?other={gone}", other=gone).text
    assert "同一餐吃了两份补贴餐" in page
    for ref in meals:
        assert f'href="/accounting/meals/{ref}"' in page
    assert "多出的补贴 5.00 元" in page


def test_a_record_of_another_district_is_not_merged(office):
    stands, _ = two(office)
    other = desk.a_senior(office, region_code=desk.OTHER_DISTRICT, birth=date(1950, 6, 1))
    here = f"/office/people/{stands}/merge"
    assert desk.a_worker(office).send(here, here, other=other).status_code == 404


def test_who_only_reads_does_not_merge(office):
    stands, gone = two(office)
    reader = desk.a_worker(office, "hotline_clerk")
    assert "合并档案" not in reader.client.get(f"/office/people/{stands}").text
    assert reader.send(f"/office/people/{stands}/merge", "/home", other=gone).status_code == 403
