"""Give the pages of food safety a context. All people and canteens are invented."""

from __future__ import annotations

from typing import Any

from tests.web.sample_frames import DESK

SAFETY: dict[str, Any] = {
    **DESK,
    "title": "幸福里 11 月 21 日 食品安全",
    "prev_href": "?p",
    "next_href": "?n",
    "missing": [("lunch/红烧鸡块", "午餐 红烧鸡块")],
    "samples": [
        {
            "dish": "清炒菜心",
            "meal": "11-19 午餐",
            "grams": 150,
            "place": "留样柜",
            "kept": "11月19日 10:50",
            "until": "11月21日 10:50",
            "state": "可以倒了",
            "tone": "warn",
            "action": "/discard",
        }
    ],
    "temperatures": [
        {
            "at": "10:00",
            "point": "冷藏",
            "place": "一号",
            "celsius": "12.0℃",
            "state": "不合格",
            "tone": "bad",
            "measure": "换了冰箱",
        }
    ],
    "checks": [{"point": "hands", "label": "洗手", "state": "还没查", "tone": "warn", "measure": ""}],
    "holders": [{"name": "王师傅", "tail": "0123", "until": "2027-01-01", "state": "有效", "tone": "ok"}],
    "findings": [
        {
            "id": 1,
            "text": "冰箱没有温度计",
            "due": "2026-12-01",
            "measure": "",
            "state": "要改",
            "tone": "warn",
            "action": "/fix",
        },
        {
            "id": 2,
            "text": "垃圾桶没盖",
            "due": "2026-11-01",
            "measure": "换了",
            "state": "改好了",
            "tone": "ok",
            "action": None,
        },
    ],
    "points": [("fridge", "冷藏")],
    "acts": {"sample": "/s", "temperature": "/t", "checks": "/c", "certificate": "/h"},
    "typed": {"place": "", "celsius": "", "measure": "", "grams": "", "holder": "", "tail": ""},
}
INSPECTIONS: dict[str, Any] = {
    **DESK,
    "regions": [("440304000000", "福田区")],
    "action": "/draw",
    "typed": {"region": "", "seed": "", "count": "", "first": "", "second": ""},
    "rows": [
        {
            "ref": "J-1",
            "href": "/J-1",
            "region": "福田区",
            "at": "11月21日",
            "count": "7 个里抽 2 个",
            "inspectors": "甲、乙",
        }
    ],
}
_SITE: dict[str, Any] = {
    "ref": "C-1",
    "name": "幸福里",
    "day": None,
    "result": "还没查",
    "tone": "info",
    "is_stated": False,
    "summary": "",
    "findings": [],
}
_DRAW: dict[str, Any] = {
    "title": "福田区 食堂随机检查",
    "ref": "J-1",
    "drawn_at": "11月21日 9:00",
    "seed": "03 08 17",
    "candidates": ["C-1", "C-2"],
    "proved": True,
    "inspectors": "甲、乙",
    "sites": [
        _SITE,
        {
            **_SITE,
            "ref": "C-2",
            "is_stated": True,
            "day": "2026-11-22",
            "result": "要改",
            "tone": "warn",
            "summary": "总体好",
            "findings": [{"text": "没有温度计", "due": "2026-12-01", "measure": ""}],
        },
    ],
}
INSPECTION: dict[str, Any] = {
    **DESK,
    **_DRAW,
    "action": "/state",
    "results": [("passed", "合格"), ("rectify", "要改")],
    "rows_to_fill": [0, 1],
    "today": "2026-11-21",
    "public_href": "/public",
}
_NOTHING: dict[str, Any] = {
    "missing": [],
    "samples": [],
    "temperatures": [],
    "checks": [],
    "holders": [],
    "findings": [],
}
_NOTE: dict[str, Any] = {
    "id": 1,
    "ref": "P-1",
    "site": "幸福里",
    "meal": "午餐第 1 车",
    "dishes": [{"name": "红烧鸡块", "count": 40, "href": "/i"}, {"name": "米饭", "count": 40, "href": None}],
    "celsius": "66.5℃",
    "measure": "",
    "sent": "11月21日 10:30",
    "came": "",
    "came_celsius": "",
    "explanation": "",
    "tone": "",
    "action": "/receive",
}
SUPPLY: dict[str, Any] = {
    **DESK,
    "title": "中央厨房 11 月 21 日 配送",
    "prev_href": "?p",
    "next_href": "?n",
    "meals": [{"label": "午餐", "href": "?m", "active": True}],
    "sites": [
        {"id": 1, "name": "幸福里", "portions": 40, "dishes": [("红烧鸡块", 40)], "action": "/send"},
        {"id": 2, "name": "莲花", "portions": 0, "dishes": [], "action": None},
    ],
    "dishes": [{"name": "红烧鸡块", "counts": [40, 0], "sum": 40}],
    "sent": [_NOTE, {**_NOTE, "id": 2, "came": "红烧鸡块 -1", "tone": "warn", "explanation": "翻了", "action": None}],
    "coming": [],
}
RECEIVING: dict[str, Any] = {**SUPPLY, "sites": [], "dishes": [], "sent": [], "coming": [_NOTE]}
SAFETY_SAMPLES: dict[str, list[dict[str, Any]]] = {
    "office/safety.html": [SAFETY, {**SAFETY, **_NOTHING, "acts": dict.fromkeys(SAFETY["acts"])}],
    "office/supply.html": [SUPPLY, RECEIVING, {**RECEIVING, "coming": []}],
    "office/inspections.html": [INSPECTIONS, {**INSPECTIONS, "rows": []}],
    "office/inspection.html": [INSPECTION, {**INSPECTION, "proved": False}],
    "print/inspection.html": [_DRAW, {**_DRAW, "proved": False}],
}
