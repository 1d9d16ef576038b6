"""Months are closed on their page by two people; a statement is stated anew on its own."""

from __future__ import annotations

import re

import pytest

from canteen import access, places
from canteen.foundation.db import EVERYWHERE
from tests import builders as make
from tests.edges import ROOT, built, settings_for
from tests.settlement import months
from tests.web.conftest import Office

MARCH = "2026-03"


@pytest.fixture
def april(database, tmp_path):
    """Open the application on the third of April, a month of meals behind it."""
    (tmp_path / "static").symlink_to(ROOT / "static")
    world = months.a_lived_month(database)
    with database.transaction(EVERYWHERE) as session:
        access.install(session, actor="test", at=make.BEFORE)
        ref = places.canteen_by_id(session, canteen_id=world.town.canteen_id).ref
    for app in built(settings_for(database, tmp_path, CANTEEN_CLOCK="2026-04-03T09:00+08:00")):
        yield Office(app, database, world.town), world, ref


def page_of(ref: str) -> str:
    return f"/accounting/months/{ref}/{MARCH}"


def statement_of(ref: str) -> str:
    return f"/accounting/statements/{ref}/{MARCH}"


def test_a_month_goes_from_accountant_to_leader(april):
    office, _, ref = april
    accountant = office.browser("li", "accountant", region=make.FUTIAN)
    here, stated = page_of(ref), statement_of(ref)
    assert "先到结算表里冻结" in accountant.client.get(here).text
    refused = accountant.send(f"{here}/soft-close", stated)
    assert (refused.status_code, "全部结算没有通过" in refused.text) == (409, True)
    accountant.send(f"{stated}/freeze", stated)
    assert "已预结账，请另一位来结账" in accountant.send(f"{here}/soft-close", here).text
    page = accountant.client.get(here).text
    assert "结账要由另一位来办" in page
    assert f"{here}/close" not in page
    again = accountant.send(f"{here}/close", here)
    assert (again.status_code, "不能是同一个人" in again.text) == (409, True)
    leader = office.browser("xu", "leader", region=make.FUTIAN)
    assert "已结账" in leader.send(f"{here}/close", here).text
    assert "已结账" in leader.client.get(f"/accounting/months?month={MARCH}").text
    assert accountant.send(f"{here}/reopen", stated, reason="晚了").status_code == 409


def test_a_soft_close_is_taken_back_with_a_reason(april):
    office, _, ref = april
    accountant = office.browser("li", "accountant", region=make.FUTIAN)
    accountant.send(f"{statement_of(ref)}/freeze", statement_of(ref))
    here = page_of(ref)
    accountant.send(f"{here}/soft-close", here)
    assert accountant.send(f"{here}/reopen", here, reason="").status_code == 422
    assert "已退回" in accountant.send(f"{here}/reopen", here, reason="漏了一餐").text


def test_who_only_reads_changes_nothing(april):
    office, _, ref = april
    auditor = office.browser("shen", "auditor", region=make.FUTIAN)
    here = page_of(ref)
    assert "预结账" in auditor.client.get(here).text
    for step in ("soft-close", "close", "reopen"):
        assert auditor.send(f"{here}/{step}", "/home").status_code == 403


def test_a_month_of_a_canteen_out_of_reach_is_not_there(april):
    office, _, ref = april
    accountant = office.browser("li", "accountant", region="440118000000")
    assert accountant.client.get(page_of(ref)).status_code == 404
    assert "您的范围里还没有食堂" in accountant.client.get("/accounting/months").text


def test_a_month_that_is_none_is_refused(april):
    office, _, _ = april
    accountant = office.browser("li", "accountant", region=make.FUTIAN)
    assert accountant.client.get("/accounting/months?month=2026-13").status_code == 422


def test_a_second_version_is_made_on_the_page_and_shows_its_differences(april):
    office, world, ref = april
    accountant = office.browser("li", "accountant", region=make.FUTIAN)
    stated = statement_of(ref)
    accountant.send(f"{stated}/freeze", stated)
    first = accountant.client.get(f"{stated}?part=1").text
    assert "出新的版本" not in first
    months.eat(office.database, world, world.people[1], day=world.days[1], again=True)
    page = accountant.client.get(f"{stated}?part=1").text
    number = re.search(r'name="ref" value="(S-[2-9A-Z]+)"', page)[1]
    second = accountant.send(f"{stated}/supersede", f"{stated}?part=1", ref=number)
    assert "有 1 处差异" in second.text
    assert f"与上一版的差异（{number}）" in second.text
    old = accountant.client.get(f"{stated}?part=1&version=1").text
    assert "已经被新的版本替代" in old
    assert accountant.client.get(f"{stated}/workbook?part=1&version=1").status_code == 200
    again = accountant.send(f"{stated}/supersede", f"{stated}?part=1", ref=number)
    assert again.status_code == 409


def test_the_links_of_an_old_version_stay_with_it(april):
    office, _, ref = april
    accountant = office.browser("li", "accountant", region=make.FUTIAN)
    stated = statement_of(ref)
    accountant.send(f"{stated}/freeze", stated)
    page = accountant.client.get(f"{stated}?part=1&version=1").text
    for link in set(re.findall(r'href="(/accounting/statements/[^"]*meals[^"]*)"', page)):
        shown = accountant.client.get(link.replace("&amp;", "&"))
        assert shown.status_code == 200
        assert "一致" in shown.text
