"""Rules are written, reviewed and published on pages, and their registers kept, each within reach."""

from __future__ import annotations

import io
import re

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from canteen import ledger, places, subsidy
from canteen.foundation.db import EVERYWHERE
from tests import builders as make
from tests.web import desk

CITY = "440300000000"
EXAMPLE = """examples:
  - id: 甲
    person: {birth: 1950-01-01, hukou: {city: 深圳}}
    meal: {date: 2026-03-02, meal: lunch, price: 15.00}
    expect: {subsidy: 9.00}
"""
PDF = b"%PDF-1.7 scanned"


@pytest.fixture
def li(office):
    return office.browser("li", "accountant", region=CITY)


@pytest.fixture
def zhao(office):
    return office.browser("zhao", "accountant", region=CITY)


def begin(browser, source="policy:shenzhen-city", **more):
    answer = browser.send("/policies/drafts", "/policies", source=source, **more)
    assert answer.status_code == 200, answer.text
    return re.search(r"/policies/drafts/(P-\w+)/save", answer.text)[1]


def text_of(office, ref):
    with office.database.reading(EVERYWHERE) as session:
        draft = subsidy.draft(session, ref=ref)
        return draft.text, draft.revision


def check(browser, ref, **body):
    return browser.say(f"/policies/drafts/{ref}/check", body, page=f"/policies/drafts/{ref}/edit").json


def save(browser, ref, text, revision, number=""):
    page = f"/policies/drafts/{ref}/edit"
    body = {"text": text, "revision": revision, "document_number": number}
    return browser.say(f"/policies/drafts/{ref}/save", body, page=page)


def attach(browser, ref, content=PDF, number="深民规〔2026〕1号"):
    form = {
        "csrf_token": browser.token(f"/policies/drafts/{ref}"),
        "document_number": number,
        "scan": FileStorage(io.BytesIO(content), "文件.pdf"),
    }
    boundary, body = encode_multipart(form)
    kind = f"multipart/form-data; boundary={boundary}"
    url = f"/policies/drafts/{ref}/scan"
    return browser.client.post(url, data=body, content_type=kind, follow_redirects=True)


def act(browser, ref, name, **form):
    return browser.send(f"/policies/drafts/{ref}/{name}", f"/policies/drafts/{ref}", **form)


def ready(office, browser):
    """Write a draft that raises the subsidy from 70 on, with its document."""
    ref = begin(browser)
    text, revision = text_of(office, ref)
    save(browser, ref, text.replace('gets: {up_to: "5.00"}', 'gets: {up_to: "6.00"}'), revision)
    attach(browser, ref)
    return ref


def test_a_policy_goes_from_one_desk_to_the_other_and_out(office, li, zhao):
    ref = ready(office, li)
    draft = zhao.client.get(f"/policies/drafts/{ref}").text
    assert "<del>10.00</del>" in draft
    assert "改动了已经施行的版本：2019" in draft
    assert "＋ " in draft

    reviewed = act(zhao, ref, "review", revision=str(text_of(office, ref)[1])).text
    assert "已复核" in reviewed
    published = act(zhao, ref, "publish").text
    assert "已发布" in published
    assert "深民规〔2026〕1号" in published
    assert zhao.client.get(f"/policies/drafts/{ref}/scan").data == PDF
    assert [row.action for row in desk.acts(office, "draft.publish")] == ["draft.publish"]


def test_who_wrote_it_is_not_offered_the_review_and_refused_when_she_sends_it(office, li):
    ref = ready(office, li)
    assert f"/policies/drafts/{ref}/review" not in li.client.get(f"/policies/drafts/{ref}").text

    answer = act(li, ref, "review", revision=str(text_of(office, ref)[1]))
    assert answer.status_code == 409
    assert "不能自己复核" in answer.text


def test_a_review_of_an_older_revision_is_refused(office, li, zhao):
    assert act(zhao, ready(office, li), "review", revision="1").status_code == 409


def test_the_editor_answers_with_mistake_line_and_mend(office, li):
    ref = begin(li)
    text, _ = text_of(office, ref)
    broken = text.replace("who: {age: 70-99}", "who: {age: 七十}")
    answer = check(li, ref, text=broken)

    [problem] = answer["problems"]
    assert "七十" in broken.splitlines()[problem["line"] - 1]
    assert "60-74" in problem["mend"]
    assert answer["prices"] is None


def test_an_edit_in_the_form_comes_back_as_text_with_new_prices(office, li):
    ref = begin(li)
    text, _ = text_of(office, ref)
    path = "versions/0/subsidies/0/classes/1/gets/@amount"
    answer = check(li, ref, text=text, edit={"path": path, "value": "7.00"})

    assert 'gets: {up_to: "7.00"}' in answer["text"]
    nobody = answer["prices"]["rows"][0]
    assert nobody["label"] == "无类别"
    assert {cell["given"] for cell in nobody["cells"]} >= {"0.00", "7.00"}


def test_a_failing_example_is_counted_and_stops_the_review(office, li, zhao):
    ref = ready(office, li)
    text, revision = text_of(office, ref)
    assert check(li, ref, text=text + EXAMPLE)["examples"] == {"count": 1, "failed": 1}
    assert save(li, ref, text + EXAMPLE, revision, "深民规〔2026〕1号").status_code == 200

    answer = act(zhao, ref, "review", revision=str(revision + 1))
    assert answer.status_code == 422
    assert "例子“甲”" in answer.text


@pytest.mark.parametrize("body", [{"text": 1}, {"nothing": ""}, {"text": "a", "edit": {"path": "x", "act": "boom"}}])
def test_odd_questions_get_an_answer_that_is_no_crash(office, li, body):
    ref = begin(li)
    page = f"/policies/drafts/{ref}/edit"

    assert li.say(f"/policies/drafts/{ref}/check", body, page=page).status_code in (200, 422)


def test_a_text_that_is_far_too_long_is_refused(office, li):
    ref = begin(li)
    page = f"/policies/drafts/{ref}/edit"

    assert li.say(f"/policies/drafts/{ref}/check", {"text": "#" * 1_000_000}, page=page).status_code == 422
    assert save(li, ref, "#" * 300_000, 1).status_code == 422


def test_two_who_write_at_once_see_both_texts_and_lose_none(office, li, zhao):
    ref = begin(li)
    text, revision = text_of(office, ref)
    assert save(li, ref, text + "# 李的话\n", revision).status_code == 200
    assert save(zhao, ref, text + "# 赵的话\n", revision).status_code == 409

    page = f"/policies/drafts/{ref}/edit"
    form = {"text": text + "# 赵的话\n", "revision": str(revision), "document_number": ""}
    shown = zhao.send(f"/policies/drafts/{ref}/save", page, **form)
    assert shown.status_code == 409
    assert "# 李的话" in shown.text
    assert "# 赵的话" in shown.text
    kept = zhao.send(f"/policies/drafts/{ref}/save", page, **{**form, "revision": str(revision + 1)})
    assert kept.status_code == 200
    assert text_of(office, ref)[0] == text + "# 赵的话\n"


def test_a_template_becomes_a_policy_of_the_region_chosen(office, li):
    ref = begin(li, "template:tianjin", region=make.FUTIAN)
    text, _ = text_of(office, ref)

    assert 'region: "440304"' in text
    assert "chosen_by: {hukou: {city: 深圳市, district: 福田区}}" in text
    assert check(li, ref, text=text)["problems"] == []


@pytest.mark.parametrize(
    ("form", "found"),
    [
        ({"act": "version", "day": "2027-01-01"}, 'version: "2027"'),
        ({"act": "end", "day": "2026-12-31"}, "last_day: 2026-12-31"),
    ],
)
def test_a_published_policy_is_taken_further_in_a_draft(office, li, form, found):
    text, _ = text_of(office, begin(li, **form))

    assert found.replace('"', "") in text.replace('"', "")


def test_a_policy_without_an_end_cannot_be_prolonged(office, li):
    wanted = {"source": "policy:shenzhen-city", "act": "prolong", "day": "2027-01-01", "document": "x"}

    assert li.send("/policies/drafts", "/policies", **wanted).status_code == 422


def test_a_district_reads_the_policy_of_its_city_but_does_not_write_it(office):
    browser = office.browser("sun", "accountant", region=make.FUTIAN)
    assert "/policies/of/shenzhen-city" in browser.client.get("/policies").text

    assert browser.send("/policies/drafts", "/policies", source="policy:shenzhen-city").status_code == 403


def test_a_draft_of_elsewhere_is_not_there(office, li):
    ref = begin(li)
    stranger = office.browser("sun", "accountant", region="440500000000")

    assert stranger.client.get(f"/policies/drafts/{ref}").status_code == 404
    assert "/policies/of/shenzhen-city" not in stranger.client.get("/policies").text
    assert stranger.client.get("/policies/of/shenzhen-city").status_code == 404


def test_an_auditor_reads_everything_and_changes_nothing(office, li):
    ref = begin(li)
    auditor = office.browser("wu", "auditor", region=CITY)

    assert auditor.client.get(f"/policies/drafts/{ref}").status_code == 200
    assert auditor.client.get(f"/policies/drafts/{ref}/edit").status_code == 403
    assert "name: 深圳市长者助餐补贴" in auditor.client.get("/policies/of/shenzhen-city/text").text


def test_an_earlier_publication_is_shown_as_superseded(office, li, zhao):
    ref = ready(office, li)
    act(zhao, ref, "review", revision=str(text_of(office, ref)[1]))
    act(zhao, ref, "publish")
    first = li.client.get("/policies/of/shenzhen-city?edition=1").text

    assert "已被取代" in first
    assert "up_to: &#34;5.00&#34;" in first
    assert li.client.get("/policies/of/shenzhen-city?edition=9").status_code == 404


def test_a_scan_of_another_kind_is_refused(office, li):
    answer = attach(li, begin(li), b"GIF89a")

    assert answer.status_code == 422
    assert "PDF" in answer.text


def test_a_budget_is_stated_and_warned_of_when_it_runs_out(office, li):
    form = {"funder": "440300:government", "year": "2026", "amount": "0", "document": "深财〔2026〕1号"}
    page = li.send("/policies/purses/budget", "/policies/purses", **form)

    assert "深财〔2026〕1号" in page.text
    assert "预算快用完" in li.client.get("/accounting").text


def test_a_policy_that_ends_is_warned_of(office, li):
    with office.database.transaction(EVERYWHERE) as session:
        row = subsidy.standing_policy(session, "shenzhen-city")
        text = row.text.replace("    assumed: true\n", "    assumed: true\n    last_day: 2026-03-12\n")
        subsidy.publish(session, text=text, actor="test", at=make.BEFORE)

    assert "11 天后到期" in li.client.get("/accounting").text


def test_a_pot_is_opened_and_filled_once_a_voucher(office, li):
    li.send("/policies/purses/pot", "/policies/purses", funder="440300:government")
    form = {"funder": "440300:government", "kind": "receipt", "amount": "1,200.50", "voucher": "收据 7",
            "giver": "某公司", "day": "2026-03-02"}  # fmt: skip
    assert "1,200.50" in li.send("/policies/purses/move", "/policies/purses", **form).text
    assert li.send("/policies/purses/move", "/policies/purses", **form).status_code == 409
    with office.database.reading(EVERYWHERE) as session:
        assert ledger.pots(session)[0].balance_fen == 120_050


def test_a_purse_of_the_city_is_not_the_districts_to_fill(office):
    browser = office.browser("sun", "accountant", region=make.FUTIAN)
    form = {"funder": "440300:government", "year": "2026", "amount": "1", "document": "x"}

    assert browser.send("/policies/purses/budget", "/policies/purses", **form).status_code == 403


def test_a_rating_is_stated_ended_and_taken_back(office, li):
    with office.database.reading(EVERYWHERE) as session:
        ref = places.canteen_by_id(session, canteen_id=office.town.canteen_id).ref
    form = {
        "canteen": ref,
        "kind": "grade",
        "value": "三星",
        "valid_from": "2026-01-01",
        "last_day": "",
        "document": "评〔1〕",
    }
    page = li.send("/policies/ratings", "/policies/ratings", **form).text
    assert "三星" in page
    number = re.search(r'name="rating" value="(\d+)"', page)[1]
    ended = {"rating": number, "last_day": "2026-06-30", "document": "评〔2〕"}
    page = li.send("/policies/ratings/end", "/policies/ratings", **ended).text
    assert "2026-06-30" in page
    number = re.search(r'name="rating" value="(\d+)"', page)[1]
    gone = li.send(
        "/policies/ratings/end", "/policies/ratings", rating=number, withdrawn="yes", document="评〔3〕"
    ).text
    assert "还没有评级" in gone


def test_a_category_is_entered_changed_and_ended_by_who_keeps_the_places(office, li):
    keeper = office.browser("admin", "administrator", region=CITY)
    form = {"code": "honoured_carer", "name": "最美护理员", "aliases": "护理标兵、标兵", "kind_of": "劳模", "scale": "",
            "rank": "", "valid_from": "2026-01-01", "document": "民政〔2026〕8号"}  # fmt: skip
    assert "最美护理员" in keeper.send("/policies/categories", "/policies/categories", **form).text
    assert keeper.send("/policies/categories", "/policies/categories", **form).status_code == 409
    ended = {"code": "honoured_carer", "last_day": "2026-02-28", "document": "民政〔2026〕9号"}
    assert "2026-02-28" in keeper.send("/policies/categories/end", "/policies/categories", **ended).text
    assert li.client.get("/policies/categories").status_code == 200
    assert li.send("/policies/categories", "/policies", **form).status_code == 403


def test_a_region_is_added_renamed_and_retired(office):
    keeper = office.browser("admin", "administrator", region=CITY)
    page = f"/office/regions?under={make.FUTIAN}"
    said = {"on": "2026-03-01", "document": "深府〔2026〕3号"}
    added = keeper.send(f"/office/regions?under={make.FUTIAN}", page, code="440304900", name="梅林开发区", **said)
    assert "梅林开发区" in added.text
    code = "440304900000"
    assert "梅林新区" in keeper.send("/office/regions/rename", page, code=code, name="梅林新区", **said).text
    assert "起停用" in keeper.send("/office/regions/retire", page, code=code, **said).text
    assert "起停用" not in keeper.send("/office/regions/restore", page, code=code, **said).text
    outside = {"code": "120000000000", "name": "x", **said}
    assert keeper.send("/office/regions/rename", page, **outside).status_code == 403
