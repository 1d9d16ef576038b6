"""Show the list of those whom no message reaches with what it may have to show."""

from __future__ import annotations

from typing import Any

from tests.web.sample_frames import DESK

_ROW: dict[str, Any] = {
    "name": "王*英",
    "canteen": "幸福里食堂",
    "kind": "停餐",
    "sentence": "3月2号午饭停餐，订的那份取消了，不收钱。",
    "why": "没有接上微信",
    "until": "3 月 3 日 星期二 08:00",
    "is_danger": False,
    "state": "没打通",
    "is_told": False,
    "marks": ["没打通（王师傅 3 月 2 日 星期一 08:10）"],
    "mark_url": "/office/calls/T-1",
}
_LETTER: dict[str, Any] = {
    "name": "李*国",
    "canteen": "幸福里食堂",
    "kind": "取餐了",
    "why": "不看公众号了",
    "given_up": "3 月 2 日 星期一 12:00",
    "tries": ["聊天消息：两天没说话", "模板消息：不看公众号了"],
    "can_be_sent": True,
    "again_url": "/office/letters/1",
}
PHONE_LIST: dict[str, Any] = {
    **DESK,
    "rows": [_ROW, {**_ROW, "is_danger": True}],
    "done": [{**_ROW, "is_told": True}, _ROW],
    "letters": [_LETTER, {**_LETTER, "can_be_sent": False, "tries": []}],
    "marks": [("called", "打过了"), ("not_reached", "没打通"), ("told", "说到了")],
    "sheet_url": "/office/calls/numbers",
}
SHEET: dict[str, Any] = {
    "title": "要打电话的人",
    "subtitle": "3 月 2 日 · 共 1 件",
    "rows": [{**_ROW, "phone": "13800001234", "others": [{"name": "李静", "phone": "13900001234"}] * 2}],
    "back_href": "/office/calls",
}
PAGES: dict[str, list[dict[str, Any]]] = {
    "office/phone_list.html": [PHONE_LIST, {**PHONE_LIST, "rows": [], "done": [], "letters": []}],
    "print/phone_list.html": [SHEET, {**SHEET, "rows": []}],
}
