"""What sample pages share: the frame of desk and plain pages, boxes and tasks."""

from __future__ import annotations

from typing import Any

DESK: dict[str, Any] = {
    "site": "助餐补贴核算",
    "home_url": "/",
    "nav": [
        {"label": "今日概况", "href": "/a", "active": False, "badge": None, "far": False},
        {"label": "月结算表", "href": "/b", "active": True, "badge": None, "far": False},
        {"label": "核对差异", "href": "/c", "active": False, "badge": 3, "far": False},
        {"label": "拨付记录", "href": "/d", "active": False, "badge": None, "far": False},
        {"label": "补贴标准", "href": "/e", "active": False, "badge": None, "far": True, "group": "基础资料"},
        {"label": "老人资格", "href": "/f", "active": False, "badge": None, "far": True, "group": "基础资料"},
        {"label": "导入名单", "href": "/g", "active": False, "badge": None, "far": True, "group": "其他"},
    ],
    "person_name": "李会计",
    "logout_url": "/logout",
    "demo": True,
    "crumbs": [{"label": "月结算表", "href": "/b"}, {"label": "JS-202610-0017", "href": None}],
}
PLAIN: dict[str, Any] = {"site": "幸福食堂", "home_url": "/", "demo": True}
PAGE: dict[str, Any] = {"text": "第 1–5 条，共 1,873 条", "prev_href": None, "next_href": "?page=2"}


BOXES: list[dict[str, Any]] = [
    {"label": "今天应补", "value": "¥ 1,270.00", "note": "三个食堂", "href": None},
    {"label": "已取", "value": "86", "note": "未取 41", "href": "/x"},
]
TASKS: list[dict[str, Any]] = [{"label": "复核 10 月结算表", "note": "截止 11-25", "href": "/x", "tone": "warn"}]
