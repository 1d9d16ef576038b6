"""Fill the pages of lists from other offices."""

from __future__ import annotations

from typing import Any

from tests.web.sample_frames import DESK

QUESTION: dict[str, Any] = {
    "action": "/office/rechecks/1/columns",
    "missing": ["身份证号"],
    "strange": ["公民编码", "备注"],
    "options": [("", "不用这一列"), ("name", "姓名"), ("document", "身份证号")],
    "headings": [
        {"heading": "姓名", "column": "name", "samples": "陈秀英、王秀兰"},
        {"heading": "公民编码", "column": "", "samples": "4403**********331X"},
    ],
}
_LINE: dict[str, Any] = {
    "name": "张*英", "href": "/person", "row": "名单里没有", "outcome": "名单里没有", "tone": "bad",
    "what": "停不停，由人决定",
}  # fmt: skip
RECHECKS: dict[str, Any] = {
    **DESK,
    "upload_action": "/office/rechecks",
    "regions": [("440304000000", "福田区")],
    "subjects": [("death:death", "死亡名单（公安、殡葬）"), ("category:minimum_living", "“低保”名单")],
    "typed": {"region": "440304000000", "about": "category:minimum_living", "is_full": "yes"},
    "today": "2026-11-24",
    "upload_error": None,
    "question": None,
    "trial": {
        "file_name": "低保_2026-11.xlsx",
        "counts": {"new": 3, "renewed": 5, "ended": 1, "missing": 12, "unchanged": 90, "unknown": 1, "wrong": 1},
        "warning": "这份名单会停掉 13 人，超过在册 100 人的百分之五。",
        "lines": [_LINE, {**_LINE, "href": None, "outcome": "新增", "tone": "ok", "row": "3", "what": "2026-11-24 起"}],
        "more": 4,
        "unknown": [{"row": 9, "name": "王*五"}],
        "unknown_more": 2,
        "errors": [{"row": 37, "column": "身份证号", "reason": "校验位不对"}],
        "marked_href": "/marked.xlsx",
        "confirm": {"action": "/take", "question": "新增 3 人，确定吗？"},
    },
    "taken": [
        {
            "href": "/taken", "about": "“低保”名单", "at": "2026-11-20 09:30", "region": "莲花街道", "new": 3,
            "renewed": 5, "ending": 13, "state": "13 人等决定", "tone": "warn",
        }
    ],
}  # fmt: skip
RECHECK: dict[str, Any] = {
    **DESK,
    "about": "“低保”名单",
    "region": "莲花街道",
    "at": "2026-11-20 09:30",
    "file_name": "低保_2026-11.xlsx",
    "counts": {"new": 3, "renewed": 5, "ending": 13, "standing": 100, "unchanged": 90, "unknown": 1, "wrong": 1},
    "waiting": [{**_LINE, "number": 1}],
    "waiting_count": 1,
    "decided": [{**_LINE, "verdict": "保留", "reason": "电话核实还在保"}],
    "settle_action": "/settle",
    "needs_second": True,
    "is_mine": True,
    "ends_on": "2026-11-20",
    "typed": {},
    "withdraw_action": "/withdraw",
    "kept": [{"name": "李*福", "href": "/person", "reason": "在这以后用过餐"}],
    "back_href": "/office/rechecks",
}
