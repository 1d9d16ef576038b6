"""The pages of what-if, proposals, operator money and gaps: worked as the accountant and the community worker do."""

from __future__ import annotations

import io
import re
from datetime import date

import openpyxl
import pytest
from sqlalchemy import select

from canteen import audit, settlement, subsidy
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from tests import builders as make
from tests.settlement import late, months
from tests.settlement.months import World
from tests.settlement.test_operator_money import TEXT as WITH_GRANTS
from tests.web.conftest import Browser, Office

ADJUSTMENTS, WHATIF, GRANTS, GAPS = (
    "/accounting/adjustments", "/accounting/whatif", "/accounting/grants", "/office/gaps",
)  # fmt: skip
PROPOSAL = re.compile(r'name="proposal" value="([^"]+)"')
DRAFT = late.a_text(('gets: {up_to: "5.00"}', 'gets: {up_to: "6.00"}'))


@pytest.fixture
def world(office: Office) -> World:
    made = months.a_world(office.database, town=office.town, days=1)
    for person in made.people:
        months.eat(office.database, made, person)
    return made


@pytest.fixture
def accountant(office: Office) -> Browser:
    return office.browser("li", "accountant", region=make.FUTIAN)


@pytest.fixture
def proposals(office: Office, world: World) -> None:
    late.state(office.database, world.people[0], "death", "deceased", world.days[0], at=clock.now())
    settlement.reconsider(office.database, at=clock.now())


def recorded(office: Office) -> set[str]:
    with office.database.reading(EVERYWHERE) as session:
        assert list(audit.broken_rows(session)) == []
        return set(session.scalars(select(audit.AuditRow.action)))


def ask(accountant: Browser, **more: str):
    form = {"text": DRAFT, "region": make.FUTIAN, "first": "2026-03-01", "last": "2026-03-31", **more}
    return accountant.send(WHATIF, WHATIF, **form)


def run_of(page: str) -> str:
    found = re.search(r"W-[2-9B-Z]{10}", page)
    assert found
    return f"{WHATIF}/{found[0]}"


def test_a_death_entered_on_the_page_of_the_person_leads_to_a_proposal(office, accountant, world):
    worker = office.browser("chen", "community_worker", region=make.FUTIAN)
    with office.database.reading(EVERYWHERE) as session:
        ref = make.seniors.person_by_id(session, person_id=world.people[0]).ref
    page = f"/office/people/{ref}"
    worker.send(f"{page}/facts", page, kind="death", value="病故", valid_from="2026-03-02", evidence="死亡证明")
    office.app.extensions["canteen.jobs"].huey.execute(office.app.extensions["canteen.jobs"].huey.dequeue())
    assert "死亡证明" in accountant.client.get(ADJUSTMENTS).text


def test_the_accountant_sees_cause_person_purses_and_meals(accountant, proposals, world):
    page = accountant.client.get(ADJUSTMENTS).text
    for part in (
        "去世",
        "李*福",
        "应收助餐补贴 财政资金",
        "-5.00",
        "由财政承担，不向老人收",
        "改后补贴 0.00，自付 18.00",
    ):
        assert part in page, part
    assert f"/accounting/meals/{world.refs[0]}" in page
    assert "李德福" not in page


def test_accepting_posts_and_the_proposal_moves_to_the_accepted(office, accountant, proposals):
    refs = PROPOSAL.findall(accountant.client.get(ADJUSTMENTS).text)
    page = accountant.send(ADJUSTMENTS, ADJUSTMENTS, verdict="accept", proposal=refs[0]).text
    assert "已记账：2 张凭证" in page
    assert refs[0] not in PROPOSAL.findall(page)
    assert "凭证" in accountant.client.get(f"{ADJUSTMENTS}?state=accepted").text
    assert "adjustment.accepted" in recorded(office)


def test_turning_down_asks_for_a_reason_and_keeps_it(office, accountant, proposals):
    [ref] = PROPOSAL.findall(accountant.client.get(ADJUSTMENTS).text)
    refused = accountant.send(ADJUSTMENTS, ADJUSTMENTS, verdict="reject", proposal=ref)
    assert refused.status_code == 422
    assert "驳回要写明理由" in refused.text
    accountant.send(ADJUSTMENTS, ADJUSTMENTS, verdict="reject", proposal=ref, reason="名单有误")
    assert "名单有误" in accountant.client.get(f"{ADJUSTMENTS}?state=rejected").text


def test_who_may_only_read_cannot_decide(office, accountant, proposals):
    leader = office.browser("sun", "leader", region=make.FUTIAN)
    page = leader.client.get(ADJUSTMENTS).text
    assert "-5.00" in page
    assert PROPOSAL.findall(page) == []
    [ref] = PROPOSAL.findall(accountant.client.get(ADJUSTMENTS).text)
    assert leader.send(ADJUSTMENTS, ADJUSTMENTS, verdict="accept", proposal=ref).status_code == 403
    elsewhere = office.browser("zhao", "accountant", region="510000000000")
    assert "没有这样的建议" in elsewhere.client.get(ADJUSTMENTS).text
    assert elsewhere.send(ADJUSTMENTS, GRANTS, verdict="accept", proposal=ref).status_code == 404


@pytest.mark.parametrize("form", [{}, {"verdict": "accept"}, {"verdict": "odd", "proposal": "x"}])
def test_an_odd_decision_is_answered(accountant, proposals, form):
    assert accountant.send(ADJUSTMENTS, ADJUSTMENTS, **form).status_code in {422}


def test_a_draft_is_tried_with_a_bar_and_then_the_figures(office, accountant, world):
    page = ask(accountant)
    address = run_of(page.text)
    assert "data-progress" in page.text
    told = accountant.client.get(f"{address}/progress").json
    assert (told["state"], told["done"]) == ("waiting", 0)
    settlement.work(office.database, clock=clock.now, processes=1)
    assert accountant.client.get(f"{address}/progress").json["state"] == "done"
    page = accountant.client.get(address).text
    for part in ("+1.00", "少付的人", "70 至 99 岁", "李*福", "账到第", "<svg"):
        assert part in page, part
    assert "李德福" not in page
    assert address in accountant.client.get(WHATIF).text


def test_the_workbook_of_a_run_opens_and_is_recorded(office, accountant, world):
    address = run_of(ask(accountant).text)
    assert accountant.client.get(f"{address}/workbook").status_code == 404
    settlement.work(office.database, clock=clock.now, processes=1)
    book = openpyxl.load_workbook(io.BytesIO(accountant.client.get(f"{address}/workbook").data), data_only=True)
    assert book["按月份"]["A5"].value == "2026-03"
    assert {"whatif.ask", "whatif.download"} <= recorded(office)


def test_a_draft_is_tried_from_its_page(office, accountant, world):
    text = DRAFT
    with office.database.transaction(EVERYWHERE) as session:
        drafted = subsidy.begin_draft(session, text=text, region_code=make.FUTIAN, actor="staff:x", at=make.BEFORE)
        ref = drafted.ref
    page = accountant.client.get(f"/policies/drafts/{ref}").text
    assert f"{WHATIF}?draft={ref}" in page
    form = accountant.client.get(f"{WHATIF}?draft={ref}").text
    assert f'value="{ref}"' in form
    assert "up_to: &#34;6.00&#34;" in form
    assert accountant.client.get(f"{WHATIF}?draft=P-NOBODY").status_code == 404


def test_a_run_is_called_off_on_its_page(office, accountant, world):
    address = run_of(ask(accountant).text)
    page = accountant.send(f"{address}/cancel", address).text
    assert "已取消" in page
    assert settlement.work(office.database, clock=clock.now, processes=1) == 0


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"text": "policy: x\nname: y\n"}, "改法"),
        ({"text": " "}, "请贴上政策草稿"),
        ({"last": "2020-01-01"}, "起止日期不对"),
        ({"region": "440305000000"}, "不在您的范围里"),
        ({"first": "never"}, "never"),
    ],
)
def test_a_draft_that_cannot_be_tried_is_shown_again_with_the_reason(accountant, world, more, sentence):
    answer = ask(accountant, **more)
    assert answer.status_code in {403, 422}
    assert sentence in answer.text


def test_a_leader_reads_runs_and_a_stranger_elsewhere_finds_none(office, accountant, world):
    address = run_of(ask(accountant).text)
    leader = office.browser("sun", "leader", region=make.FUTIAN)
    assert "新的试算" not in leader.client.get(WHATIF).text
    assert leader.client.get(address).status_code == 200
    elsewhere = office.browser("zhao", "accountant", region="510000000000").client
    for page in (address, f"{address}/progress", f"{address}/workbook"):
        assert elsewhere.get(page).status_code == 404


def test_the_command_prints_what_a_draft_would_cost(office, world, tmp_path):
    file = tmp_path / "draft.yaml"
    file.write_text(DRAFT, "utf-8")
    period = ["--region", "440304", "--from", "2026-03-01", "--to", "2026-03-31"]
    told = office.app.test_cli_runner().invoke(args=["policy", "whatif", str(file), *period])
    assert told.exit_code == 0, told.output
    assert "gain\t1 of 4 people\t-1.00" in told.output
    assert re.search(r"payer\t440300:government\t35.00\t36.00\t6.00\t6.00", told.output)
    file.write_text("policy: x\n", "utf-8")
    assert office.app.test_cli_runner().invoke(args=["policy", "whatif", str(file), *period]).exit_code == 1


def test_grants_are_listed_proposed_and_exported(office, accountant, world):
    assert "没有期满的年度补助" in accountant.client.get(GRANTS).text
    assert "6.00" in accountant.client.get(GRANTS).text
    ref = re.search(r'name="canteen"[^>]*><option value="([^"]+)"', accountant.client.get(GRANTS).text)
    assert ref
    fact = {"canteen": ref[1], "kind": "cost", "value": "50000.00", "valid_from": "2026-01-01", "evidence": "考核表"}
    assert "考核表" in accountant.send(f"{GRANTS}/facts", GRANTS, **fact).text
    wrong = accountant.send(f"{GRANTS}/facts", GRANTS, **{**fact, "value": "很好"})
    assert (wrong.status_code, "填得不对" in wrong.text) == (422, True)
    assert "没有新的建议" in accountant.send(f"{GRANTS}/propose", GRANTS, year="2026").text
    book = openpyxl.load_workbook(io.BytesIO(accountant.client.get(f"{GRANTS}/workbook").data), data_only=True)
    assert book["按餐"]["E4"].value == 6
    assert [cell.value for cell in book["按月份和资金"][4]][2:] == [0, 6, 6]
    meals = re.search(r'href="(/accounting/statements/[^"]+/2026-03/meals)"', accountant.client.get(GRANTS).text)
    assert meals
    assert accountant.client.get(meals[1]).status_code == 200
    assert {"site_fact.state", "grants.download"} <= recorded(office)


def test_a_grant_is_shown_with_every_rule_and_its_month_and_funder(office, accountant, world):
    with office.database.transaction(EVERYWHERE) as session:
        subsidy.publish(session, text=WITH_GRANTS, actor="staff:test", at=make.BEFORE)
    page = accountant.client.get(f"{GRANTS}?year=2025").text
    assert "年度运营补助" in page
    assert re.search(r"<li>给：[^<]*</li>", page)
    content = accountant.client.get(f"{GRANTS}/workbook?year=2025").data
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    by_month = [[cell.value for cell in row] for row in book["按月份和资金"].iter_rows(min_row=4)]
    assert by_month[0][0] == "2025-12"
    assert by_month[0][2] == by_month[0][4] == book["年度和奖补"]["E4"].value
    traces = [[cell.value for cell in row] for row in book["怎么算的"].iter_rows(min_row=4)]
    assert {row[3] for row in traces} <= {"给", "不给"}
    assert traces[0][1] == "年度运营补助"


@pytest.mark.parametrize("query", ["?year=x", "?year=99999", "?year=1", "?year=2024"])
def test_an_odd_year_is_answered(accountant, query):
    assert accountant.client.get(GRANTS + query).status_code == 200


def test_the_gap_list_shows_masked_names_and_its_workbook_is_recorded(office, world):
    worker = office.browser("chen", "community_worker", region=make.FUTIAN)
    with office.database.transaction(EVERYWHERE) as session:
        make.a_senior(session, name="赵小满", birth=date(1944, 2, 2))
    page = worker.client.get(GAPS).text
    for part in ("赵*满", "从没来过", "1 人，其中从没来过 1 人", "本村（社区）有食堂"):
        assert part in page, part
    assert "赵小满" not in page
    assert "李*福" in worker.client.get(f"{GAPS}?at_most=2&days=30").text
    answer = worker.client.get(f"{GAPS}/workbook?region={make.FUTIAN}")
    cells = [cell.value for row in openpyxl.load_workbook(io.BytesIO(answer.data)).active for cell in row]
    assert "赵*满" in cells
    assert "赵小满" not in cells
    assert "gaps.download" in recorded(office)


def test_the_gap_list_of_another_district_is_refused(office, world):
    elsewhere = office.browser("zhao", "community_worker", region="440305000000").client
    assert elsewhere.get(f"{GAPS}?region={make.FUTIAN}").status_code == 403
    assert elsewhere.get(f"{GAPS}/workbook?region={make.FUTIAN}").status_code == 403
    assert "李" not in elsewhere.get(GAPS).text.partition("<section")[2]


@pytest.mark.parametrize("query", ["?days=x&at_most=-1", "?region=abc", "?page=zz"])
def test_an_odd_gap_list_is_answered(office, world, query):
    worker = office.browser("chen", "community_worker", region=make.FUTIAN)
    assert worker.client.get(GAPS + query).status_code in {200, 404, 422}


def test_the_command_takes_over_the_middles_of_villages(office, tmp_path):
    file = tmp_path / "middles.csv"
    file.write_text("code,latitude,longitude\n440304,22.5410,114.0600\n", "utf-8")
    told = office.app.test_cli_runner().invoke(args=["nation", "locate", str(file)])
    assert (told.exit_code, told.output) == (0, "1 places located\n")
