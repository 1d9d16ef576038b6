"""Two people open and close a shift on one page, and see what was counted before."""

from __future__ import annotations


def send(browser, act, counted, witness="陈师傅", **more):
    return browser.send(
        f"/counter/till/{act}", "/counter/till", counted=counted, counter_name="王师傅", witness=witness, **more
    )


def test_a_shift_is_opened_and_closed_by_two_with_a_reason_for_what_is_missing(office):
    browser = office.browser("wang", "canteen_staff")
    assert "现在没有开班" in browser.client.get("/counter/till").text
    opened = send(browser, "open", "200", explanation="备用金").text
    short = send(browser, "close", "199")
    closed = send(browser, "close", "199", explanation="找零", banked="150.5", bank_slip="0123").text

    assert "开班了。钱箱里 200 元" in opened
    assert short.status_code == 409
    assert "数出来比账上少 1.00 元" in short.text
    assert 'value="199"' in short.text
    assert "存银行 150.5 元，留 48.5 元" in closed
    assert "少 1 元" in closed


def test_one_person_alone_closes_nothing(office):
    browser = office.browser("wang", "canteen_staff")
    refused = send(browser, "open", "0", witness="王师傅")

    assert refused.status_code == 422
    assert "不能是同一个人" in refused.text
    assert "还没有清点过" in refused.text
    assert send(browser, "open", "", witness="陈师傅").status_code == 422
