"""Sample contexts of the pages of care."""

from __future__ import annotations

from typing import Any

from tests.web.sample_frames import DESK

_ROW: dict[str, Any] = {
    "href": "/care/W-1",
    "kind": "敲门没人应",
    "is_pressing": True,
    "name": "张*英",
    "since": "2026-11-23",
    "opened": "11 月 23 日 星期一 11:20",
    "next": "请邻居看看",
    "due": "11 月 23 日 星期一 11:35",
    "is_late": True,
    "taken_by": "",
    "closed": "",
    "outcome": "",
}
_CLOSED = {**_ROW, "closed": "11 月 23 日 星期一 11:40", "outcome": "人没事", "is_pressing": False, "is_late": False}
TASKS: dict[str, Any] = {
    **DESK,
    "rows": [_ROW, {**_ROW, "is_late": False, "is_pressing": False, "taken_by": "黄社工"}],
    "closed": [_CLOSED],
    "late": 1,
    "danger": 1,
    "tickets_url": "/office/tickets",
    "visits_url": "/care/visits",
}
TASK: dict[str, Any] = {
    **DESK,
    **_ROW,
    "advice": "打给邻居、楼长，请人敲敲门。",
    "ladder": [
        {"label": "打本人电话", "note": "", "state": "done"},
        {"label": "请邻居看看", "note": "", "state": "now"},
        {"label": "联系家人", "note": "", "state": "todo"},
    ],
    "steps": [{"step": "发现", "rung": "打本人电话", "at": "11:20", "who": "系统", "note": ""}],
    "outcomes": [("", "请选"), ("safe", "人没事")],
    "numbers": [],
    "acts": {name: f"/care/W-1/{name}" for name in ("take_task", "note_try", "close_task", "care_numbers")},
    "person_href": "/office/people/P-1",
    "back_url": "/care",
}
VISITS: dict[str, Any] = {
    **DESK,
    "rows": [
        {
            "person": "P-1",
            "name": "张*英",
            "village": "景田社区",
            "every": "每周",
            "last": "还没有",
            "is_overdue": True,
            "event_id": "visit-0001",
        }
    ],
    "count": 1,
    "overdue": 1,
    "rates": [{"village": "景田社区", "due": 1, "seen": 0, "share": "0%"}],
    "means": [("in_person", "上门见到")],
    "action": "/care/visits",
    "calendar_url": "/care/calendar",
    "back_url": "/care",
}
CALENDAR: dict[str, Any] = {
    **DESK,
    "month": "2026 年 11 月",
    "blanks": 6,
    "days": [
        {"number": 1, "is_today": False, "due": [], "seen": ["李*福"]},
        {"number": 2, "is_today": True, "due": [{"name": "张*英", "is_overdue": True}] * 13, "seen": ["王*"] * 13},
        {"number": 3, "is_today": False, "due": [], "seen": []},
    ],
    "overdue": 13,
    "before": "/care/calendar?month=2026-10",
    "after": "/care/calendar?month=2026-12",
    "report": "/care/report?month=2026-11",
    "back_url": "/care/visits",
}
CARE_SAMPLES: dict[str, list[dict[str, Any]]] = {
    "care/tasks.html": [TASKS, {**TASKS, "rows": [], "closed": [], "late": 0, "danger": 0}],
    "care/task.html": [TASK, {**TASK, **_CLOSED, "numbers": [("本人", "13800001234")], "person_href": None}],
    "care/calendar.html": [CALENDAR, {**CALENDAR, "days": [], "overdue": 0}],
    "care/visits.html": [VISITS, {**VISITS, "rows": [], "rates": []}],
}
