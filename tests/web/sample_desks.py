"""Contexts of the auditor's packs and of ordering for somebody."""

from __future__ import annotations

from typing import Any

from tests.web.sample_frames import DESK

AUDIT_PACKS: dict[str, Any] = {
    **DESK,
    "audit_url": "/office/audit",
    "rows": [
        {
            "name": "景田社区幸福食堂",
            "ref": "D-7KQ2MWX9TC",
            "count": 412,
            "hash": "9f2c1e7ab04d55c3" * 4,
            "action": "/office/audit/packs/D-7KQ2MWX9TC",
            "button": "下载审计包",
        }
    ],
}
_COMING: dict[str, Any] = {
    "meal": "11 月 22 日 星期日 午饭",
    "dishes": "红烧肉 米饭",
    "mode": "堂食",
    "own_fen": 600,
    "status": "已订",
    "cancel_action": "/office/people/P-1/orders/D-1/cancel",
}
_OFFERED: dict[str, Any] = {
    "meal": "11 月 22 日 星期日 午饭",
    "canteen": "景田社区幸福食堂",
    "dishes": "清蒸鱼",
    "mode": "送到家",
    "price": "一份 15 元，政府补 9 元，您付 6 元。",
    "own_fen": 600,
    "until": "11月22日 9:30",
    "was": "红烧肉",
    "fields": [("when", "2026-11-22/lunch"), ("mode", "delivery"), ("item_7", 1)],
}
ORDER_FOR: dict[str, Any] = {
    **DESK,
    "name": "陈秀英",
    "notes": ["不能吃花生"],
    "back_url": "/office/people/P-1",
    "action": "/office/people/P-1/orders",
    "offer_action": "/office/people/P-1/orders/offer",
    "coming": [_COMING],
    "canteens": [("D-7KQ2MWX9TC", "景田社区幸福食堂")],
    "canteen": "D-7KQ2MWX9TC",
    "meals": [("2026-11-22/lunch", "11 月 22 日 星期日 午饭")],
    "when": "2026-11-22/lunch",
    "is_late": True,
    "reason": "",
    "modes": [("dine_in", "堂食"), ("delivery", "送到家")],
    "mode": "dine_in",
    "dishes": [
        {"field": "item_7", "name": "清蒸鱼", "price_fen": 1500, "left": 12, "why_not": "", "count": "0"},
        {"field": "item_8", "name": "宫保鸡丁", "price_fen": 1500, "left": 9, "why_not": "含花生", "count": "0"},
    ],
    "offer": _OFFERED,
    "phone": "0755-5550100",
    "key": "0123456789abcdef",
}
