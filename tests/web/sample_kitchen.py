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
    "labels_href": "/labels",
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
_DISH: dict[str, Any] = {
    "dish": "红烧鸡块",
    "price": "16",
    "left": 3,
    "portions": 80,
    "is_out": False,
    "action": "/out",
    "swap_href": "/swap",
}
DISHES: dict[str, Any] = {
    **DESK,
    "day_label": "11 月 21 日",
    "orders_href": "/orders",
    "periods": [
        {
            "label": "午餐",
            "rows": [_DISH, {**_DISH, "is_out": True, "left": 0}, {**_DISH, "action": None, "swap_href": None}],
        }
    ],
}
SWAP: dict[str, Any] = {
    **DESK,
    "dish": "红烧鸡块",
    "when": "11月21日 午餐",
    "affected": 12,
    "action": "/swap",
    "options": [("7", "清炒菜心 8 元，含花生")],
    "back_href": "/dishes",
    "menu_href": "/menus",
}
ASKED: dict[str, Any] = {**DESK, "count": 2, "refs": "D-1,D-2", "action": "/asked", "back_href": "/dishes"}
CLOSING: dict[str, Any] = {
    **DESK,
    "day_label": "11 月 21 日",
    "prev_href": "?d=1",
    "next_href": "?d=2",
    "rows": [{"meal": "午餐", "open": 40, "served": 2, "state": "供餐", "tone": "ok", "other": "莲花食堂，1.2 公里"}],
    "action": "/close",
    "question": "已订的 40 份都取消？",
    "meals": [("", "一整天"), ("lunch", "午餐")],
    "closed": [],
    "cancelled": 0,
    "calls_action": None,
}
CLOSED: dict[str, Any] = {
    **CLOSING,
    "rows": [],
    "action": None,
    "closed": [{"label": "午餐", "meal": "lunch", "action": "/reopen"}, {"label": "晚餐", "meal": "", "action": None}],
    "cancelled": 3,
    "calls_action": "/calls",
}
INCIDENT: dict[str, Any] = {
    **DESK,
    "first": "2026-11-20",
    "last": "2026-11-21",
    "meal": "",
    "dish": "红烧鸡块",
    "meals": [("", "所有餐"), ("lunch", "午餐")],
    "dishes": [("", "选一道菜"), ("红烧鸡块", "红烧鸡块")],
    "count": "1 份吃过",
    "rows": [
        {
            "name": "张*英",
            "canteen": "幸福里",
            "meal": "午餐",
            "at": "11月21日 11:30",
            "dishes": "红烧鸡块 米饭",
            "mode": "堂食",
        }
    ],
    "calls_action": "/calls",
}
CALLS: dict[str, Any] = {
    "title": "吃过这道菜的人",
    "subtitle": "幸福里 · 共 1 份",
    "rows": [
        {
            "name": "张秀英",
            "phone": "00000000",
            "others": [{"name": "张丽", "phone": "00000001"}, {"name": "张军", "phone": "00000002"}],
            "meal": "午餐",
            "dishes": "红烧鸡块",
            "told": "只能打电话",
        }
    ],
    "back_href": "/incident",
}
_TRAY: dict[str, Any] = {
    "order": "D-1",
    "number": 7,
    "name": "张*英",
    "dishes": "红烧鸡块",
    "mode": "自取",
    "is_ready": False,
}
READY: dict[str, Any] = {
    **DESK,
    "day_label": "11 月 21 日",
    "meals": [{"label": "午餐", "href": "?m", "active": True}, {"label": "晚餐", "href": "?d", "active": False}],
    "trays": [_TRAY, {**_TRAY, "number": 8, "order": "D-2", "is_ready": True}],
    "action": "/ready",
    "wall_href": "/wall",
}
WALL: dict[str, Any] = {
    "canteen": "幸福里",
    "numbers": [7, 12, 103],
    "numbers_url": "/numbers",
    "back_href": "/ready",
}
LABELS: dict[str, Any] = {
    "canteen": "幸福里",
    "when": "11-21 午餐",
    "labels": [
        {
            "number": number,
            "name": "张*英",
            "dishes": "红烧鸡块 清炒菜心 米饭",
            "wishes": "少盐、软食",
            "away": "忌花生" if number == 2 else "",
            "to": "莲花路 3 号 5 栋 12 楼",
            "eat_by": "13:00 前吃完",
        }
        for number in range(1, 16)
    ],
    "back_href": "/prep",
}
_PLANNED: dict[str, Any] = {
    "name": "红烧鸡块",
    "price": "16",
    "tags": "软食、450千卡",
    "unstated": True,
    "allergens": "花生",
}
WEEK: dict[str, Any] = {
    **DESK,
    "title": "11 月 23 日 起一周的菜单",
    "prev_href": "?p",
    "next_href": "?n",
    "copy_action": "/copy",
    "meals": ["午餐", "晚餐"],
    "days": [
        {
            "label": "11 月 23 日",
            "href": "/menus",
            "cells": [{"is_open": True, "dishes": [_PLANNED]}, {"is_open": False, "dishes": []}],
        }
    ],
}
_EXPECTED: dict[str, Any] = {
    "day": "11-24 二",
    "expected": 80,
    "low": 72,
    "high": 88,
    "ordered": 31,
    "based_on": 4,
}
OUTLOOK: dict[str, Any] = {
    **DESK,
    "canteen": "幸福里",
    "meals": [
        {
            "label": "午餐",
            "error": "平均差 8.0 份",
            "peak": 88,
            "rows": [_EXPECTED, {**_EXPECTED, "expected": None, "low": 0, "high": 0, "based_on": 0}],
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
    "office/dishes.html": [DISHES, {**DISHES, "periods": []}],
    "office/swap.html": [SWAP, {**SWAP, "options": []}],
    "office/asked.html": [ASKED],
    "office/closing.html": [CLOSING, CLOSED],
    "office/incident.html": [INCIDENT, {**INCIDENT, "rows": [], "calls_action": None}, {**INCIDENT, "dish": ""}],
    "print/calls.html": [CALLS, {**CALLS, "rows": []}],
    "office/ready.html": [READY, {**READY, "trays": []}],
    "counter/wall.html": [WALL, {**WALL, "numbers": []}],
    "print/labels.html": [LABELS, {**LABELS, "labels": []}],
    "office/week.html": [WEEK, {**WEEK, "copy_action": None}],
    "office/outlook.html": [OUTLOOK, {**OUTLOOK, "meals": []}],
    "office/cooks.html": [COOKS, {**COOKS, "rows": []}],
}
