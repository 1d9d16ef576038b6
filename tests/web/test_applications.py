"""Community workers take applications in, hang out notices, and confirm what a colleague assessed."""

from __future__ import annotations

import re
from datetime import date

import pytest

from canteen import eligibility, seniors
from canteen.foundation.db import EVERYWHERE
from tests import builders as make
from tests.eligibility import applying as way
from tests.web import desk
from tests.web.conftest import Browser, Office

_FORM = {"category": way.CATEGORY, "day": "2026-02-02", "evidence": "申请表"}
_NOTICE = {"region": make.FUTIAN, "place": "公告栏", "phone": "0755-5550111", "days": "5", "day_kind": "working"}
_CONFIRM = {"evidence": "民政〔2026〕7号", "valid_from": "2026-02-02", "recheck_on": "2027-02-01"}


def _apply(browser: Browser, person_ref: str, **more: str) -> str:
    page = f"/office/people/{person_ref}/applications/new"
    answer = browser.send(page, page, **(_FORM | more))
    found = re.search("A-[0-9A-Z]{10}", answer.text)
    assert found, answer.text
    return found[0]


def _step(browser: Browser, ref: str, act: str, **form: str) -> str:
    return browser.send(f"/office/applications/{ref}/{act}", f"/office/applications/{ref}", **form).text


@pytest.mark.both
def test_two_people_bring_an_application_to_the_fact(office: Office) -> None:
    person_ref = desk.a_senior(office)
    worker = desk.a_worker(office)
    ref = _apply(worker, person_ref)
    _step(worker, ref, "assess", category=way.CATEGORY, day="2026-02-03", evidence="入户调查表")
    _past_notice(office, ref)
    assert "还没有本人同意处理个人信息的记录" in _step(worker, ref, "confirm", **_CONFIRM)
    _agreed(worker, person_ref)
    assert "请换一位同事确认" in _step(worker, ref, "confirm", **_CONFIRM)
    colleague = office.browser("lin", "community_worker", region=make.FUTIAN)
    assert "已确认" in _step(colleague, ref, "confirm", **_CONFIRM)
    fact = desk.history(office, person_ref)[-1]
    assert (fact.value, fact.valid_from, fact.source) == (way.CATEGORY, date(2026, 2, 2), f"application:{ref}")


def _agreed(browser: Browser, person_ref: str) -> None:
    form = {"consent": "data", "text_version": "2026-01", "given_by": "张秀英"}
    browser.send(f"/office/people/{person_ref}/consents", f"/office/people/{person_ref}", **form)


def _past_notice(office: Office, ref: str) -> None:
    """Hang the notice out in February, as the paper on the wall says."""
    with office.database.transaction(EVERYWHERE) as session:
        way.published(session, ref, from_day=date(2026, 2, 4), day_kind="calendar")


@pytest.mark.both
def test_the_sheet_shows_masked_names_and_the_days_left(office: Office) -> None:
    worker = desk.a_worker(office)
    person_ref = desk.a_senior(office)
    ref = _apply(worker, person_ref)
    _agreed(worker, person_ref)
    _step(worker, ref, "assess", category=way.CATEGORY, day="2026-02-03", evidence="入户调查表")
    sheet = worker.send("/office/notices", "/office/applications", application=ref, **_NOTICE).text
    assert "张*英" in sheet
    assert "张秀英" not in sheet
    assert "2026-03-02 至 2026-03-06，共 5 个工作日" in sheet
    assert "还剩 5 个工作日" in sheet
    assert "公示还没有满期" in _step(
        office.browser("lin", "community_worker", region=make.FUTIAN), ref, "confirm", **_CONFIRM
    )


def test_a_refusal_is_kept_with_what_to_bring_and_what_was_typed_is_not_lost(office: Office) -> None:
    worker = desk.a_worker(office)
    person_ref = desk.a_senior(office)
    ref = _apply(worker, person_ref)
    page = f"/office/people/{person_ref}/applications/new"
    again = worker.send(page, page, **(_FORM | {"evidence": "第二份申请表"})).text
    assert "还在办" in again
    assert "第二份申请表" in again
    assert "要带：银行流水" in _step(worker, ref, "refuse", evidence="收入超过标准", to_bring="银行流水")


def test_empty_lists_say_so(office: Office) -> None:
    worker = desk.a_worker(office)
    assert "没有等着办的申请" in worker.client.get("/office/applications").text
    assert "六十天里没有人到期" in worker.client.get("/office/expiring").text


def test_whose_category_ends_is_listed_with_what_to_bring(office: Office) -> None:
    with office.database.transaction(EVERYWHERE) as session:
        seniors.add_fact(
            session, person_id=make.a_senior(session), kind="category", value="disability_2",
            valid_from=date(2025, 1, 1), valid_until=date(2026, 4, 1), evidence="证", source="t", actor="t",
            at=make.BEFORE,
        )  # fmt: skip
    page = desk.a_worker(office).client.get("/office/expiring").text
    assert "2026-03-31" in page
    assert "残疾人证" in page
    assert "张*英" in page


@pytest.mark.both
def test_another_district_sees_nothing_and_who_only_reads_does_nothing(office: Office) -> None:
    ref = _apply(desk.a_worker(office), desk.a_senior(office))
    stranger = office.browser("wu", "community_worker", region=desk.OTHER_DISTRICT)
    assert stranger.client.get(f"/office/applications/{ref}").status_code == 404
    assert ref not in stranger.client.get("/office/applications").text
    reader = office.browser("guo", "auditor", region=make.FUTIAN)
    page = reader.client.get(f"/office/applications/{ref}")
    assert page.status_code == 200
    assert "下一步" not in page.text
    token = {"csrf_token": reader.token("/office/people")}
    assert reader.client.post(f"/office/applications/{ref}/withdraw", data=token).status_code == 403
    with office.database.reading(EVERYWHERE) as session:
        assert eligibility.shown(session, ref=ref, on=way.MONDAY).state == "applied"
