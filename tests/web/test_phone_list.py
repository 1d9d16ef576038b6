"""The desk sees whom no message reaches, calls, marks what came of it, and sends dead letters again."""

from __future__ import annotations

import re
import tomllib

from canteen import notices, seniors
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.web import phone_list
from tests.house.tree import ROOT
from tests.web import desk

PAGE = "/office/calls"
CONTENT = {"name": "张秀英", "day": "2026-03-02", "meal": "lunch", "canteen": "幸福里食堂", "phone": "12349"}


def tell(office, person_id, account=None):
    known = {"person_id": person_id, "canteen_id": office.town.canteen_id, "content": CONTENT, "at": clock.now()}
    with office.database.transaction(EVERYWHERE) as session:
        if account:
            seniors.link(session, person_id=person_id, account=account, proof="t", actor="t", at=clock.now())
        notices.tell(session, matter=f"closed:{account}", kind="kitchen_closed", **known)
        for due in notices.due(session, at=clock.now(), limit=9):
            lost = notices.Outcome("never", "wechat.unfollowed", (notices.Try("template", "wechat.unfollowed"),))
            notices.mark(session, notice_id=due.notice_id, outcome=lost, at=clock.now())


def test_who_has_no_telephone_of_that_kind_is_called_until_told(office):
    tell(office, desk.person_id(office, desk.a_senior(office)))
    manager = office.browser("li", "canteen_manager")
    page = manager.client.get(PAGE).text
    assert "3月2号午餐停餐，订的那份取消了" in page
    assert "没有接上微信" in page
    assert "张秀英" not in page

    sheet = manager.send(f"{PAGE}/numbers", PAGE).text
    assert "张秀英" in sheet
    assert "13800001234" in sheet
    assert len(desk.acts(office, "call_list_opened")) == len(desk.acts(office, "phone_opened")) == 1

    address = re.search(rf'action="({PAGE}/T-[^"]+)"', page)[1]
    assert "没打通（王师傅" in manager.send(address, PAGE, mark="not_reached").text
    assert "现在没有要打电话的人" in manager.send(address, PAGE, mark="told").text
    assert "已经说到了" in manager.send(address, PAGE, mark="called").text
    assert "请从给出的几项里选" in manager.send(address, PAGE, mark="forgotten").text


def test_a_message_that_reached_nobody_is_shown_with_each_attempt_and_sent_again(office):
    tell(office, desk.person_id(office, desk.a_senior(office)), "wechat:9")
    manager = office.browser("li", "canteen_manager")
    page = manager.client.get(PAGE).text
    assert "模板消息：不看公众号了" in page
    assert "停餐，订的那份" in page, "and the person is called meanwhile"

    again = manager.send(re.search(r'action="(/office/letters/[^"]+)"', page)[1], PAGE).text
    assert "又发了一次" in again
    assert "没有送不到的消息" in again


def test_every_notice_has_a_name_and_what_is_called_a_sentence_and_every_reason_words():
    said = phone_list.words_of()
    assert set(said["kinds"]) == set(notices.KINDS)
    assert set(said["sentences"]) == {name for name, kind in notices.KINDS.items() if kind.is_called}
    rows = tomllib.loads((ROOT / "bot" / "errcodes.toml").read_text(encoding="utf-8"))
    assert {row["reason"] for row in rows.values()} <= set(said["why"])
    assert phone_list.sentence("kitchen_closed", {}) == "停餐"
