"""The kitchen keeps its records on one page; the bureau draws by lot and everybody reads the result."""

from __future__ import annotations

import re

from tests import builders as make

PAGE = "/kitchen/safety"


def test_the_records_of_a_day_on_one_page(office):
    cook = office.browser("wang", "canteen_staff")
    page = cook.client.get(PAGE).text
    dish = re.search(r'<option value="(lunch/[^"]+)"', page)[1]
    kept = cook.send(f"{PAGE}/samples", PAGE, dish=dish, grams="150", place="留样柜").text
    small = cook.send(f"{PAGE}/samples", PAGE, dish=dish, grams="100", place="留样柜")
    warm = cook.send(f"{PAGE}/temperatures", PAGE, point="fridge", place="一号", celsius="12.5", measure="")
    noted = cook.send(f"{PAGE}/temperatures", PAGE, point="freezer", place="二号", celsius="－18", measure="").text
    wrong = cook.send(f"{PAGE}/temperatures", PAGE, point="freezer", celsius="冷")
    checked = cook.send(f"{PAGE}/checks", PAGE, hands="yes", pests="no", **{"pests-measure": "放了粘板"}).text

    assert "还没留样" in page
    assert "留好样了" in kept
    assert [answer.status_code for answer in (small, warm, wrong)] == [422, 422, 422]
    assert "写一句是怎么处理的" in warm.text
    assert 'value="12.5"' in warm.text
    assert "记下了：-18.0℃" in noted
    assert "记下了 2 项检查" in checked
    assert "放了粘板" in checked
    assert cook.send(f"{PAGE}/samples/1/discard", PAGE).status_code == 409
    assert cook.send(f"{PAGE}/certificates", PAGE, holder="王").status_code == 403


def test_from_the_draw_to_the_published_result_and_what_was_put_right(office):
    bureau = office.browser("admin", "administrator", region=make.FUTIAN)
    manager = office.browser("sun", "canteen_manager")
    form = {"region": make.FUTIAN, "seed": "03 08 17", "count": "1", "first": "甲", "second": "乙"}
    alone = bureau.send("/office/inspections", "/office/inspections", **{**form, "second": "甲"})
    page = bureau.send("/office/inspections", "/office/inspections", **form).text
    ref = re.search(r"/inspections/(J-\w+)", page)[1]
    canteen = re.search(r'name="canteen" value="([^"]+)"', page)[1]
    result = {"canteen": canteen, "day": "2026-03-02", "result": "rectify", "summary": "总体好"}
    address = f"/office/inspections/{ref}"
    unnamed = bureau.send(address, address, **result)
    stated = bureau.send(address, address, **result, **{"finding-0": "没有温度计", "due-0": ""}).text
    fixed = manager.send(f"{PAGE}/findings/1", PAGE, measure="买了").text
    public = office.stranger().get(f"/inspections/{ref}").text

    assert alone.status_code == 422
    assert "抽中 1 个" in page
    assert unnamed.status_code == 422
    assert "已经公开" in stated
    assert "改好了" in fixed
    assert "已改：买了" in public
    assert "再抽一遍，结果一样" in public
    assert office.stranger().get("/inspections/J-2222222222").status_code == 404
    assert (
        "健康证记下了"
        in manager.send(f"{PAGE}/certificates", PAGE, holder="王师傅", tail="01", until="2027-01-01").text
    )


def test_a_stranger_office_sees_no_draw(office):
    bureau = office.browser("admin", "administrator", region=make.FUTIAN)
    form = {"region": make.FUTIAN, "seed": "1", "count": "1", "first": "甲", "second": "乙"}
    ref = re.search(r"/inspections/(J-\w+)", bureau.send("/office/inspections", "/office/inspections", **form).text)[1]
    other = office.browser("qian", "administrator", region="440305000000")

    assert ref not in other.client.get("/office/inspections").text
    assert other.client.get(f"/office/inspections/{ref}").status_code == 403
