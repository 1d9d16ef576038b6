"""Show the pages of standing orders with what they may have to show."""

from __future__ import annotations

from typing import Any

from tests.web.sample_frames import DESK

STAND: dict[str, Any] = {
    "name": "张*英",
    "href": "/office/people/P-1/standing",
    "pattern": "星期一三五 午餐",
    "dishes": "红烧肉×1",
    "mode": "堂食",
    "fallback": "清蒸鲈鱼",
    "valid": "2026-03-02 起",
    "holidays": "节假日不订",
    "end_action": "/end",
}
RUN: dict[str, Any] = {
    "day": "3 月 2 日 星期一",
    "began": "3 月 1 日 星期日 20:15",
    "expected": 2,
    "placed": 1,
    "refused": 0,
    "missing": 1,
    "is_whole": False,
}
RESULT: dict[str, Any] = {
    "name": "张*英",
    "canteen": "幸福里食堂",
    "meal": "3 月 2 日 星期一 午餐",
    "outcome": "订上了",
    "tone": "ok",
}
STANDING: dict[str, Any] = {
    **DESK,
    "runs": [RUN, {**RUN, "missing": 0, "is_whole": True}],
    "results": [RESULT, {**RESULT, "tone": "bad"}, {**RESULT, "tone": "warn"}, {**RESULT, "tone": "info"}],
    "stands": [STAND],
    "run_action": "/run",
}
STANDING_OF: dict[str, Any] = {
    **DESK,
    "name": "张秀英",
    "back_url": "/office/people/P-1",
    "action": "/office/people/P-1/standing",
    "pause_action": "/pause",
    "resume_action": "/resume",
    "stands": [STAND],
    "pauses": ["2026-03-09 至 2026-03-15"],
    "meals": [("lunch", "午餐")],
    "weekdays": [("1", "一")],
    "modes": [("dine_in", "堂食")],
    "dishes": [("", "不选"), ("红烧肉", "红烧肉")],
    "today": "2026-03-02",
}
