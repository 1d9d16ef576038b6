"""A canteen's balances are tried, kept and signed on a page; meals are drawn and asked about on another."""

from __future__ import annotations

import io
import re
from datetime import date

from canteen import anomalies, places
from canteen.foundation.db import EVERYWHERE
from tests import builders as make
from tests.settlement import months
from tests.treasury.test_opening import BALANCES, PAID, a_workbook


def test_balances_are_tried_kept_and_signed_by_another(office):
    with office.database.transaction(EVERYWHERE) as session:
        ref = places.canteen_by_id(session, canteen_id=office.town.canteen_id).ref
    here = f"/accounting/openings/{ref}"
    first, second = (office.browser(name, "accountant", region=make.FUTIAN) for name in ("zheng", "liang"))
    sent = {"live_on": "2026-03-02", "document": "移交表"}

    def send(purpose: str, content: bytes):
        return first.send(here, here, workbook=(io.BytesIO(content), "期初.xlsx"), purpose=purpose, **sent)

    assert "第 2 行读不懂" in send("try", a_workbook([["8888", "", "1", ""]], [])).text
    assert "借方合计 6,200.50" in send("try", a_workbook(BALANCES, PAID)).text
    assert "还没有导入" in first.client.get(here).text
    assert "请另一位签字" in send("keep", a_workbook(BALANCES, PAID)).text
    assert "签字入账" not in first.client.get(here).text
    assert "已入账，凭证号 1" in second.send(f"{here}/sign", here).text
    listed = first.client.get("/accounting/openings").text
    assert ("移交表" in listed, "已入账" in listed) == (True, True)
    assert "期初应收" in first.client.get("/accounting/payments").text


def test_meals_are_drawn_and_asked_about(office):
    world = months.a_world(office.database, town=office.town)
    for person in world.people:
        months.eat(office.database, world, person)
    accountant, here = office.browser("zheng", "accountant", region=make.FUTIAN), "/accounting/spot-checks"
    days = {"first": "2026-03-01", "last": "2026-03-02", "seed": "7", "size": "2"}
    assert "只能抽查已经过去的日子" in accountant.send(here, here, **days).text
    with office.database.transaction(EVERYWHERE) as session:
        ref = anomalies.draw_sample(
            session, canteen_ids=[office.town.canteen_id], first=date(2026, 3, 1), until=date(2026, 4, 1), seed="7",
            size=2, actor="staff:li", at=months.AFTER,
        ).ref  # fmt: skip
    at = f"{here}/{ref}"
    meals = re.findall(r'value="(M-\w+)"', accountant.client.get(at).text)
    assert len(set(meals)) == 2
    assert accountant.send(at, at, meal=meals[0], answer="wrong", note="").status_code == 422
    told = accountant.send(at, at, meal=meals[0], answer="wrong", note="当天住院").text
    assert ("不属实 1 份" in told, "差错率 100.0%" in told) == (True, True)
    assert "100.0%（" in accountant.client.get(here).text
    assert date(2026, 3, 2).isoformat() in told


def test_the_vouchers_of_a_month_are_handed_out(office):
    world = months.a_world(office.database, town=office.town)
    months.eat(office.database, world, world.people[0])
    with office.database.transaction(EVERYWHERE) as session:
        ref = places.canteen_by_id(session, canteen_id=office.town.canteen_id).ref
    here = f"/accounting/months/{ref}/2026-03"
    accountant = office.browser("zheng", "accountant", region=make.FUTIAN)
    assert "vouchers?layout=kingdee" in accountant.client.get(here).text
    file = accountant.client.get(f"{here}/vouchers?layout=kingdee")
    assert file.data.startswith(b"PK")
    assert accountant.client.get(f"{here}/vouchers?layout=none").status_code == 422
