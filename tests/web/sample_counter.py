"""Sample contexts of the pages beside the counter."""

from __future__ import annotations

from typing import Any

from tests.web.sample_frames import DESK

CHOOSE: dict[str, Any] = {
    **DESK,
    "canteens": [{"ref": "C-1", "name": "幸福里社区食堂", "address": "幸福里 1 号"}],
    "action": "/canteen",
    "next": "/counter",
}
ANOMALIES: dict[str, Any] = {
    **DESK,
    "canteen": "幸福里社区食堂",
    "spans": [{"days": 1, "href": "?days=1", "active": False}, {"days": 7, "href": "?days=7", "active": True}],
    "kinds": [{"label": "没扫码", "count": 1, "todo": "同一个人老是这样，问一问"}],
    "rows": [
        {
            "label": "没扫码",
            "day": "11 月 21 日",
            "time": "11:20",
            "meal": "午餐",
            "name": "张*英",
            "amount": "5 元",
            "note": "没带手机和卡",
            "meal_href": "/accounting/meals/M-1",
        }
    ],
}
GUN: dict[str, Any] = {
    **DESK,
    "test": {"digits": "0123456789", "src": "data:image/png;base64,iVBORw0KGgo="},
    "commands": [
        {
            "label": "撤销上一份",
            "note": "十五分钟以内",
            "digits": "900000000012",
            "src": "data:image/png;base64,iVBORw0KGgo=",
        }
    ],
    "counter_url": "/counter",
    "practice_url": "/counter?practice=1",
}
PAPER: dict[str, Any] = {
    **DESK,
    "canteen": "幸福里社区食堂",
    "meal": "午餐",
    "day_label": "11 月 21 日 星期六",
    "action": "/counter/paper",
    "days": [{"label": "11 月 21 日", "href": "?day=2026-11-21", "active": True}],
    "rows": [
        {
            "number": number,
            "name": "张*英",
            "dishes": "红烧鸡块",
            "notes": "软饭",
            "mode": "堂食",
            "collect": "6",
            "order": order,
            "status": "已订",
        }
        for number, order in ((1, "D-1"), (2, None))
    ],
}
DEVICES: dict[str, Any] = {
    **DESK,
    "canteen": "幸福里社区食堂",
    "enrol_url": "/counter/devices",
    "counter_url": "/counter",
    "offline": {"packUrl": "/device/pack", "workerUrl": "/counter/worker.js", "keys": {}},
    "rows": [
        {
            "name": "一号窗口平板",
            "is_this": is_this,
            "ref": "V-1",
            "enrolled": "11 月 20 日 星期五",
            "seen": "11 月 21 日 星期六 10:41",
            "waiting": 0,
            "clock": "慢 3 分钟",
            "status": "在用" if is_this else "已停用",
            "tone": "ok" if is_this else "warn",
            "revoke": "/counter/devices/V-1/revoke" if is_this else None,
        }
        for is_this in (True, False)
    ],
}
BOARD: dict[str, Any] = {
    **DESK,
    "canteen": "幸福里社区食堂",
    "day_label": "11 月 21 日 星期六",
    "meals": [{"label": "午餐", "href": "?meal=lunch", "active": True}],
    "action": "/counter/board",
    "paper_url": "/counter/paper",
    "whys": [("no_code", "没带手机和卡"), ("other", "别的原因")],
    "rows": [
        {
            "number": 1,
            "name": "张*英",
            "dishes": "红烧鸡块 清炒菜心",
            "notes": "软饭",
            "mode": "堂食",
            "status": "已订",
            "tone": "info",
            "order": "D-1",
            "scan_id": "a1b2c3d4",
        },
        {
            "number": 2,
            "name": "李*福",
            "dishes": "红烧鸡块",
            "notes": "",
            "mode": "送餐",
            "status": "已送到",
            "tone": "ok",
            "order": None,
            "scan_id": "a1b2c3d5",
        },
    ],
}
CALLERS: dict[str, Any] = {
    **DESK,
    "q": "王秀",
    "rows": [{"name": "王*英", "hint": "手机尾号 0001　景田社区", "href": "/office/people/P-1/orders"}],
    "more": True,
}
ROUND: dict[str, Any] = {
    **DESK,
    "canteen": "幸福里社区食堂",
    "day_label": "11 月 21 日 星期六",
    "meal": "午餐",
    "meals": [{"label": "午餐", "href": "?meal=lunch", "active": True}],
    "action": "/deliveries",
    "may_confirm": True,
    "round_href": "/deliveries/round",
    "waiting": [
        {
            "number": number,
            "name": "张*英",
            "door": door,
            "dishes": "红烧鸡块 清炒菜心",
            "notes": "软饭",
            "order": f"D-{number}",
            "scan_id": f"a1b2c3d{number}",
        }
        for number, door in ((1, "东城街道幸福里社区 12 号 301 室"), (4, ""))
    ],
    "done": [{"number": 2, "name": "李*福", "dishes": "红烧鸡块", "status": "已送到", "tone": "ok"}],
}
ROUND_TO_READ = {
    **ROUND,
    "may_confirm": False,
    "waiting": [{**row, "door": None} for row in ROUND["waiting"]],
    "done": [],
}
ROUND_DONE = {**ROUND, "waiting": []}
