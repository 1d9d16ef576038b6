"""The audit log, as far as the asker may see."""

from __future__ import annotations

import re

import pytest

from canteen.audit import AuditRow
from canteen.foundation.db import EVERYWHERE
from tests import builders as make
from tests.web import desk

PAGE = "/office/audit"


def rows(page):
    return re.findall(r"<tr><td>.*?</tr>", page)


def test_acts_in_reach_are_listed_newest_first(office):
    ref = desk.a_senior(office)
    page = desk.a_worker(office, "auditor").client.get(f"{PAGE}?subject={ref}").text

    assert ["修改资料" in row for row in rows(page)] == [True, False]
    assert "登记人员" in rows(page)[1]


def test_a_row_speaks_in_words(office):
    ref = desk.a_senior(office)
    page = desk.a_worker(office, "auditor").client.get(f"{PAGE}?subject={ref}").text

    assert "证件：居民身份证" in page
    assert "document_kind" not in page


def test_acts_of_another_district_are_not_shown(office):
    ref = desk.a_senior(office, region_code=desk.OTHER_DISTRICT)

    assert ref not in desk.a_worker(office, "auditor").client.get(PAGE).text


def test_who_sees_one_street_sees_the_acts_on_its_people_only(office):
    street = "440304001000"
    near, far = desk.a_senior(office, region_code=street), desk.a_senior(office)
    page = desk.a_worker(office, "auditor", region=street).client.get(PAGE).text

    assert near in page
    assert far not in page


@pytest.mark.parametrize(
    ("asked", "is_there"),
    [
        ("action=person_registered", True),
        ("action=phone_opened", False),
        ("actor=nobody", False),
        ("since=2026-03-03", False),
        ("until=2026-03-02", True),
        ("since=yesterday", True),
    ],
)
def test_a_filter_narrows_the_list(office, asked, is_there):
    ref = desk.a_senior(office)
    page = desk.a_worker(office, "auditor").client.get(f"{PAGE}?subject={ref}&{asked}").text

    assert bool(rows(page)) is is_there


def test_a_long_log_has_pages_that_keep_the_filter(office):
    for _ in range(21):
        desk.a_senior(office)
    page = desk.a_worker(office, "auditor").client.get(f"{PAGE}?action=person_registered").text

    assert "第 1–20 条，共 21 条" in page
    assert "action=person_registered&amp;page=2" in page


def test_a_whole_chain_is_found_whole(office):
    desk.a_senior(office)

    assert "没有被改动或抽走" in desk.a_worker(office, "auditor").client.get(f"{PAGE}?check=1").text


def test_a_row_that_was_slipped_in_is_found_and_named(office):
    desk.a_senior(office)
    with office.database.transaction(EVERYWHERE) as session:
        forged = AuditRow(
            chain="region:440304", seq=99, at=make.NOON, actor="test", action="phone_opened", subject="", detail="{}",
            previous_hash="0" * 64, hash="0" * 64,
        )  # fmt: skip
        session.add(forged)
    page = desk.a_worker(office, "auditor").client.get(f"{PAGE}?check=1").text

    assert "地区 福田区 第 99 条" in page


def test_the_log_is_closed_to_who_may_not_read_it(office):
    assert desk.a_worker(office).client.get(PAGE).status_code == 403
