"""Show the desk's pages of tickets with what they may have to show."""

from __future__ import annotations

from typing import Any

from tests.web.sample_frames import DESK

ROW: dict[str, Any] = {
    "href": "/office/tickets/H-1",
    "kind": "不舒服",
    "is_danger": True,
    "name": "张*英",
    "canteen": "幸福里食堂",
    "opened": "11 月 23 日 星期一 10:20",
    "due": "11 月 23 日 星期一 10:30",
    "is_late": True,
    "taken_by": "",
    "closed": "",
}
TICKETS: dict[str, Any] = {**DESK, "rows": [ROW], "closed": [{**ROW, "closed": "11 月 23 日 星期一 11:00"}]}
TICKET: dict[str, Any] = {
    **DESK,
    **ROW,
    "note": None,
    "closed_by": "",
    "said": [{"who": "来信", "text": "我头晕", "speaker": "guest"}],
    "numbers": [("本人", "138****1234")],
    "take_url": "/take",
    "close_url": "/close",
    "number_url": "/number",
    "reply_url": "/reply",
    "unsent": True,
    "recordings": [
        {"spoken": "11 月 23 日 星期一 10:20", "text": "留到 11 月 30 日", "href": "/office/tickets/H-1/recordings/1"},
        {"spoken": "11 月 23 日 星期一 10:21", "text": "正在取", "href": None},
    ],
    "back_url": "/office/tickets",
}
