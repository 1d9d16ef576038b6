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
