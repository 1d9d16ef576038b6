"""Who looks after people sees what to do now; the courier's "nobody there" arrives; strangers see nothing."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from canteen import rounds, seniors, welfare
from canteen.foundation.db import EVERYWHERE
from tests import builders as make
from tests.rounds.street import CLOSED, a_street, quickly
from tests.web.desk import a_worker, acts


@pytest.fixture
def nobody_opened(office):
    """Have a courier say that nobody opened, and return the reference of the task."""
    with office.database.transaction(EVERYWHERE) as session:
        street = a_street(session, office.town, people=1)
        seniors.change(
            session, person_id=street.people[0], changes=seniors.Changes(phone="13800001234"), actor="test",
            at=make.BEFORE,
        )  # fmt: skip
    rounds.plan(office.database, street.due, actor="job", at=CLOSED, solve=quickly)
    courier = office.browser("zhou", "courier")
    form = {"meal": "lunch", "event": "no_answer", "event_id": "event-0001", "order": street.orders[0]}
    courier.send("/deliveries/door", "/deliveries/round?meal=lunch", **form)
    courier.send("/deliveries/door", "/deliveries/round?meal=lunch", **form)
    with office.database.reading(EVERYWHERE) as session:
        (task,) = welfare.listed(session)
        return task.ref


def test_a_worker_takes_a_task_calls_and_closes_it(office, nobody_opened):
    worker, page = a_worker(office), f"/care/{nobody_opened}"
    listed = worker.client.get("/care").text
    assert "敲门没人应" in listed
    assert "张*英" in listed
    assert "张秀英" not in listed
    assert "13800001234" not in worker.client.get(page).text
    assert "13800001234" in worker.client.post(f"{page}/numbers", data={"csrf_token": worker.token(page)}).text
    assert acts(office, "phone_opened")
    assert "您在管" in worker.send(f"{page}/take", page).text
    assert "请写一句" in worker.send(f"{page}/tried", page, note="", reached="no").text
    told = worker.send(f"{page}/tried", page, note="打了两次没人接", reached="no").text
    assert "打给邻居、楼长" in told
    assert "打了两次没人接" in told
    assert "请选结果" in worker.send(f"{page}/close", page, outcome="").text
    assert "人没事" in worker.send(f"{page}/close", page, outcome="safe", note="去看病了").text
    assert "现在没有要看的" in worker.client.get("/care").text


@pytest.mark.parametrize("role", ["canteen_staff", "courier", "accountant", "auditor"])
def test_whoever_has_no_part_in_care_sees_none_of_it(office, nobody_opened, role):
    browser = office.browser("qian", role)

    for address in ("/care", f"/care/{nobody_opened}", "/care/visits"):
        assert browser.client.get(address).status_code == 403, address


def test_another_districts_worker_finds_nothing(office, nobody_opened):
    far = a_worker(office, region="440305000000")

    assert "现在没有要看的" in far.client.get("/care").text
    assert far.client.get(f"/care/{nobody_opened}").status_code == 404
    form = {"csrf_token": far.token("/care"), "note": "x", "reached": "no"}
    assert far.client.post(f"/care/{nobody_opened}/tried", data=form).status_code == 404


def test_a_visit_is_noted_and_the_rate_rises(office):
    with office.database.transaction(EVERYWHERE) as session:
        make.a_senior(session, categories=("extreme_hardship",))
    worker = a_worker(office)
    page = worker.client.get("/care/visits").text
    assert "0%" in page
    assert "超期" in page
    fields = {name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("person", "event_id")}
    assert (
        "不是这一户的" in worker.send("/care/visits", "/care/visits", **fields, means="in_person", code="12345678").text
    )
    told = worker.send("/care/visits", "/care/visits", **fields, means="in_person").text
    assert "100%" in told
    month = worker.client.get("/care/calendar?month=2026-03").text
    assert month.count('data-tone="ok"') == 1, "seen today"
    assert "下个月" in month
    assert worker.client.get("/care/calendar?month=2026-13").status_code == 200, "what is no month is this one"
    with zipfile.ZipFile(io.BytesIO(worker.client.get("/care/report").data)) as book:
        village, street = (book.read(f"xl/worksheets/sheet{number}.xml").decode() for number in (1, 2))
    assert "<f>IF(D4=0" in village
    assert "<f>SUM(D4:D4)</f>" in village
    assert "SUMIF(" in street
