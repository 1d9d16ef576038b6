"""Sample contexts of what-if, proposals, gaps and operator money; all people and amounts are invented."""

from __future__ import annotations

from typing import Any

from tests.web.sample_frames import BOXES, DESK, PAGE

_REGIONS = [("440304000000", "福田区"), ("440304001000", "园岭街道")]
WHATIF: dict[str, Any] = {
    **DESK,
    "rows": [
        {
            "reference": "W-7KQ2MWX9TC",
            "href": "/run",
            "policy": "shenzhen-city",
            "region": "福田区",
            "period": "2026-10-01 至 2026-10-31",
            "draft": "3f1c09aa71be",
            "asked_at": "2026-11-20 10:12",
            "status": "算好了",
            "tone": "ok",
        }
    ],
    "ask": {
        "action": "/ask",
        "text": "policy: shenzhen-city\n",
        "first": "2026-10-01",
        "last": "2026-10-31",
        "region": "",
        "regions": _REGIONS,
        "draft": "P-1",
        "published": [{"label": "shenzhen-city", "href": "/from"}],
    },
}
_ROW = {
    "label": "70 至 99 岁",
    "meals": 1200,
    "subsidised": [1200, 1180],
    "subsidy": [600000, 720000],
    "own": [900000, 780000],
    "change": "+1,200.00",
}
FOUND: dict[str, Any] = {
    "boxes": BOXES,
    "tables": [{"title": "按类别", "rows": [_ROW]}, {"title": "按食堂", "rows": []}],
    "payers": [{"label": "财政资金", "subsidy": [600000, 720000], "operator": [1, 2], "change": "+1,200.00"}],
    "chart": {
        "pairs": [{"label": "2026-10", "values": [600000, 720000], "texts": ["6,000.00", "7,200.00"]}],
        "series": ["账上", "草稿"],
        "title": "每月补贴",
    },
    "sides": [
        {
            "title": "多付的人",
            "remark": "",
            "rows": [{"label": "张*英", "meals": 20, "own": [26000, 30000], "change": "+40.00"}],
        }
    ],
    "books": ["幸福里食堂 账到第 1200 号凭证"],
}
WHATIF_RUN: dict[str, Any] = {
    **DESK,
    "title": "shenzhen-city",
    "subtitle": "福田区 · 2026-10-01 至 2026-10-31",
    "status": "算好了",
    "tone": "ok",
    "digest": "ab" * 32,
    "progress": None,
    "problem": None,
    "cancel_action": None,
    "excel_href": "/workbook",
    "found": FOUND,
}
WHATIF_RUNNING: dict[str, Any] = {
    **WHATIF_RUN,
    "status": "正在算",
    "found": None,
    "excel_href": None,
    "progress": {"url": "/progress", "done": 20, "total": 100, "text": "已算 20 / 100 份"},
    "cancel_action": "/cancel",
}
ADJUSTMENTS: dict[str, Any] = {
    **DESK,
    "states": [
        {"label": "待办", "href": "/open", "active": True},
        {"label": "已接受", "href": "/done", "active": False},
    ],
    "groups": [
        {
            "key": 7,
            "cause": "去世：2026-10-05 起",
            "since": "自 2026-10-05 起",
            "person": "张*英 P-7KQ2MWX9TC",
            "person_href": "/person",
            "evidence": "死亡证明",
            "count": 1,
            "question": "接受后立即记账。",
            "purses": [{"label": "应收助餐补贴 财政资金", "change": "-5.00"}],
            "rows": [
                {
                    "ref": "A-7KQ2MWX9TC",
                    "day": "2026-10-06",
                    "meal": "午餐",
                    "canteen": "幸福里食堂",
                    "kind": "收回",
                    "tone": "warn",
                    "change": "-5.00",
                    "effect": "改后补贴 0.00，自付 18.00",
                    "borne": "由财政承担，不向老人收",
                    "href": "/meal",
                    "subject": "M-7KQ2MWX9TC",
                    "decision": "",
                }
            ],
        }
    ],
    "more": 2,
    "decide_action": "/decide",
    "look_action": "/look",
}
GAPS: dict[str, Any] = {
    **DESK,
    "action": "/gaps",
    "asked": {"region": "440304000000", "days": "90", "at_most": "0"},
    "regions": _REGIONS,
    "days": [("90", "90 天")],
    "at_most": [("0", "0 次")],
    "rows": [
        {
            "number": 1,
            "name": "张*英",
            "reference": "P-7KQ2MWX9TC",
            "href": "/person",
            "village": "园岭街道幸福村",
            "age": "82",
            "category": "70 至 99 岁",
            "last_day": "从没来过",
            "tone": "warn",
            "meals": "0 次",
            "nearest": "幸福里食堂 1.2 公里",
        }
    ],
    "count": "1 人，其中从没来过 1 人",
    "page": PAGE,
    "excel_href": "/workbook",
}
GRANTS: dict[str, Any] = {
    **DESK,
    "year": 2026,
    "years": [("2026", "2026")],
    "action": "/grants",
    "rows": [
        {
            "canteen": "幸福里食堂",
            "name": "年度运营补助",
            "period": "2026-01-01 至 2026-12-31",
            "split": [{"label": "市级福彩公益金", "fen": 6000000}],
            "due_fen": 6000000,
            "booked_fen": 0,
            "missing": "+60,000.00",
            "is_missing": True,
            "paid_in": "2026 年拨付",
            "document": "文号待补（2022）",
            "trace": [{"passed": True, "text": "应付部分 1", "paragraph": "第三条"}],
        }
    ],
    "due_fen": 6000000,
    "booked_fen": 0,
    "meals": [
        {"canteen": "幸福里食堂", "month": "2026-10", "funder": "财政资金", "meals": 20, "fen": 4000, "href": "/m"}
    ],
    "months": [{"month": "2026-12", "funder": "财政资金", "due_fen": 6000000, "meals_fen": 4000, "fen": 6004000}],
    "meals_fen": 4000,
    "facts": [
        {
            "canteen": "幸福里食堂",
            "kind": "建设或设备投入",
            "value": "50,000.00",
            "since": "2026-01-01",
            "until": "",
            "evidence": "考核表",
        }
    ],
    "propose_action": "/propose",
    "state": {
        "action": "/facts",
        "canteens": [("D-1", "幸福里食堂")],
        "kinds": [("cost", "建设或设备投入（元）")],
        "typed": {},
    },
    "excel_href": "/workbook",
}
