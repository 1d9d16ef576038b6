"""Give the kitchen's pages a context. All people and amounts are invented."""

from __future__ import annotations

from typing import Any

from tests.web.sample_frames import DESK

_SHEET: dict[str, Any] = {
    "title": "午餐 备餐单",
    "subtitle": "幸福里社区食堂 · 11 月 21 日 星期六 · 09:30 截单",
    "number": "第 1 号 · 11月21日 9:30 编号",
    "count": 127,
    "totals": [
        {"dish": "红烧鸡块", "numbered": 128, "moved": "－1", "count": 127, "of_which": "其中软饭 6、少盐 11"},
        {"dish": "清炒菜心", "numbered": None, "moved": "", "count": 40, "of_which": ""},
    ],
    "changes": [
        {
            "kind": "不要了",
            "tone": "bad",
            "number": 7,
            "name": "李*福",
            "dishes": "红烧鸡块",
            "notes": "软饭",
            "before": "清炒菜心",
        }
    ],
    "allergies": [
        {"number": 9, "name": "赵*花", "dishes": "红烧鸡块", "text": "菜里有 花生，不能给", "is_clash": True},
        {"number": 8, "name": "李*福", "dishes": "清炒菜心", "text": "忌 虾，分开做、分开盛", "is_clash": False},
    ],
    "modes": [{"label": "堂食", "value": "90", "note": "11:00–12:30", "href": None}],
    "buildings": [("莲花路 3 号 5 栋", 4), ("地址没有楼号", 1)],
    "walk_ins": "现场来的 3 份，不在单内",
}
PREP: dict[str, Any] = {
    **DESK,
    **_SHEET,
    "rows": [
        {
            "number": number,
            "name": "张*英",
            "dishes": "红烧鸡块 清炒菜心",
            "notes": "软饭",
            "mode": "送餐" if number % 4 == 0 else "堂食",
            "place": "3 栋 201" if number % 4 == 0 else "",
        }
        for number in range(1, 41)
    ],
    "sheet_href": "/sheet",
    "changes_url": "/changes",
    "locked": {"action": "/lock", "last": 1, "label": "编第 2 号", "question": "把变动收进第 2 号。"},
}
STOVE: dict[str, Any] = {**_SHEET, "back_href": "/prep"}
COOKS: dict[str, Any] = {
    **DESK,
    "rows": [{"cook": "王师傅", "since": "11月21日 9:30 起", "end_action": "/end"}],
    "action": "/cooks",
}
TILL: dict[str, Any] = {
    **DESK,
    "state": "现在没有开班。",
    "is_open": False,
    "action": "/open",
    "button": "开班",
    "note": "两个人各数一遍，数好再填。",
    "filled": {"counted": "200", "counter_name": "王", "witness": "", "explanation": "", "banked": "", "bank_slip": ""},
    "rows": [
        {
            "number": 2,
            "kind": "收班",
            "at": "11月21日 13:30",
            "names": "王师傅、陈师傅",
            "expected_fen": 120000,
            "counted_fen": 119900,
            "difference": "少 1 元",
            "tone": "warn",
            "why": "找零",
            "banked_fen": 100000,
            "slip": "0123",
        }
    ],
}
_EMPTY: dict[str, Any] = {
    "totals": [],
    "changes": [],
    "allergies": [],
    "modes": [],
    "buildings": [],
    "walk_ins": "",
}
KITCHEN_SAMPLES: dict[str, list[dict[str, Any]]] = {
    "office/prep.html": [PREP, {**PREP, **_EMPTY, "rows": [], "locked": None}],
    "print/prep.html": [STOVE, {**STOVE, **_EMPTY}],
    "office/till.html": [TILL, {**TILL, "rows": [], "is_open": True}],
    "office/cooks.html": [COOKS, {**COOKS, "rows": []}],
}
