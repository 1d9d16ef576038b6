"""A statement is signed place by place on its page, listed for the paper, and paid by two of finance."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest

from canteen import access, places, settlement
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.secrecy import masked_name
from canteen.places.tables import Canteen
from tests import builders as make
from tests.edges import ROOT, built, settings_for
from tests.settlement import months
from tests.web.conftest import Office

LIST, WAYS = "/accounting/signing", "/accounting/payments"


@pytest.fixture
def may(database, tmp_path):
    """Open the application on the third of April, the statement of March frozen."""
    (tmp_path / "static").symlink_to(ROOT / "static")
    world = months.a_lived_month(database)
    with database.transaction(EVERYWHERE) as session:
        access.install(session, actor="test", at=make.BEFORE)
        canteen = session.get_one(Canteen, world.town.canteen_id)
        operator = canteen.operator
        places.change_operator(
            session, operator_id=operator.id, name=operator.name, kind=operator.kind, bank_name="农商银行",
            bank_account="6222020200112233", actor="test", at=make.BEFORE,
        )  # fmt: skip
        ref = settlement.freeze(
            session, canteen_id=world.town.canteen_id, month=months.MONTH, actor="staff:li", at=months.AFTER
        ).ref
    for app in built(settings_for(database, tmp_path, CANTEEN_CLOCK="2026-04-03T09:00+08:00")):
        yield Office(app, database, world.town), world, ref


def sheet_of(answer) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(answer.data), data_only=True)
    return [tuple(cell.value for cell in row) for row in book.active]


def signed_by_all(office, world, ref):
    """Sign a statement in all four places, with a question on the way; return finance's browser."""
    here = f"{LIST}/{ref}"
    manager = office.browser("lin", "canteen_manager")
    assert "等我签的" in manager.client.get(LIST).text
    assert manager.send(f"{here}/checked", here).status_code == 403
    assert "已签字：食堂确认" in manager.send(f"{here}/signed", here).text
    street = office.browser("he", "street_officer", region=make.FUTIAN)
    asked = street.send(f"{here}/ask", here, line=world.refs[0], question="当天是否住院")
    assert "已提出疑问" in asked.text
    refused = street.send(f"{here}/checked", here)
    assert (refused.status_code, "还有没答复的疑问" in refused.text) == (409, True)
    query = re.search(r'name="query" value="(Q-\w+)"', manager.client.get(here).text)
    assert query
    assert "已答复" in manager.send(f"{here}/answer", here, query=query[1], answer="家属代取").text
    assert "街道初审" in street.send(f"{here}/checked", here).text
    office.browser("xu", "leader", region=make.FUTIAN).send(f"{here}/approved", here)
    finance = office.browser("liang", "finance_officer", region=make.FUTIAN)
    assert "已签字：财政复核" in finance.send(f"{here}/accepted", here).text
    assert "人数增减" in finance.client.get(here).text
    return finance


def test_from_signature_to_bank_on_the_pages(may):
    office, world, ref = may
    finance, here = signed_by_all(office, world, ref), f"{LIST}/{ref}"
    listed = sheet_of(finance.client.get(f"{here}/list?format=xlsx"))
    amounts = [row[-1] for row in listed[1:-1]]
    assert listed[-1][0] == "合计"
    assert round(sum(amounts), 2) == listed[-1][-1] > 0
    public = finance.client.get(f"{here}/notice").text
    assert masked_name("李德福") in public
    assert "李德福" not in public

    pay(office, finance, listed[-1][-1])
    assert "没有欠款" not in finance.client.get(WAYS).text
    verified = office.app.test_cli_runner().invoke(args=["ledger", "verify"])
    assert (verified.exit_code, " 0 findings" in verified.output) == (0, True), verified.output


def pay(office, finance, total):
    """Make up a batch, let another approve it, let the bank pay and return it."""
    page = finance.client.get(WAYS).text
    assert "30天内" in page
    funder = re.search(r'<option value="([^"]+)"', page)
    assert funder
    made = finance.send(f"{WAYS}/prepare", WAYS, funder=funder[1], memo="三月助餐")
    batch = re.search(r"\bZ-[2-9A-Z]{10}\b", made.text)
    assert batch
    at = f"{WAYS}/{batch[0]}"
    assert finance.send(f"{at}/approve", at).status_code == 409
    head = office.browser("deng", "finance_officer", region=make.FUTIAN)
    assert "已批准" in head.send(f"{at}/approve", at).text
    rows = sheet_of(head.client.get(f"{at}/file?layout=general"))
    assert rows[1][2] == "6222020200112233"
    assert rows[1][4] == rows[2][4] == total
    operator = re.search(r'name="operator" value="([^"]+)"', head.client.get(at).text)
    assert operator
    told = {"operator": operator[1], "day": "2026-04-03"}
    assert head.send(f"{at}/paid", at, serial="", **told).status_code == 422
    assert "已按银行回单记账" in head.send(f"{at}/paid", at, serial="0403-1", **told).text
    assert "没有欠款" in head.client.get(WAYS).text
    assert "已记下退票" in head.send(f"{at}/returned", at, reason="户名不符", **told).text


def test_a_bank_statement_is_sent_read_and_worked_on_its_page(may):
    office, world, _ = may
    accountant = office.browser("zheng", "accountant", region=make.FUTIAN)
    with office.database.reading(EVERYWHERE) as session:
        canteen_ref = session.get_one(Canteen, office.town.canteen_id).ref
    here = f"/accounting/reconciliation/{canteen_ref}"
    statement = "交易日期,收入,支出,摘要,流水号\n2026-04-02,88.50,,收款码,0402-1\n".encode("gb18030")
    form = {"csrf_token": accountant.token(here), "file": (io.BytesIO(statement), "流水.csv")}
    columns = accountant.client.post(here, data=form, follow_redirects=True)
    assert "共 1 行" in columns.text
    chosen = {f"column_{name}": str(at) for at, name in enumerate(("day", "credit", "debit", "memo", "serial"))}
    taken = accountant.send(columns.request.path, columns.request.path, **chosen)
    assert "新导入 1 行" in taken.text
    assert "收款码" in taken.text
    evidence = {"key": "0402-1", "decision": "own_code", "evidence": "日结单"}
    assert "银行流水都清了" in accountant.send(f"{here}/decide", here, **evidence).text
    assert "100%" in accountant.client.get("/accounting/reconciliation?month=2026-04").text
    away, said = (
        "/accounting/clawbacks",
        {"meals": world.refs[0], "reason": "住院", "document": "区民 1 号", "penalty": "50"},
    )
    made = accountant.send(away, away, **said)
    assert "请另一位确认" in made.text
    number = re.search(r"\bW-[2-9A-Z]{10}\b", made.text)
    assert number
    assert accountant.send(f"{away}/{number[0]}/confirm", away).status_code == 409
    leader = office.browser("xu", "leader", region=make.FUTIAN)
    assert "已记账" in leader.send(f"{away}/{number[0]}/confirm", away).text
