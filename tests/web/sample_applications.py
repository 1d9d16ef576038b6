"""Show the pages of applications with what they may have to show. All people are invented."""

from __future__ import annotations

from typing import Any

from tests.web.sample_frames import DESK

ROW: dict[str, Any] = {
    "ref": "A-7Q2KD",
    "href": "/office/applications/A-7Q2KD",
    "name": "张*英",
    "region": "福田区莲花街道幸福里社区",
    "category": "低保",
    "applied": "2026-11-02",
    "channel": "窗口",
    "state": "待公示",
    "tone": "info",
    "due": "已过期 2 天",
    "is_late": True,
    "is_ready": True,
}
HUNG: dict[str, Any] = {
    "ref": "N-3KD77",
    "href": "/office/notices/N-3KD77",
    "region_name": "福田区",
    "span": "2026-11-10 至 2026-11-18，共 7 个工作日",
    "left": "还剩 3 个工作日",
    "is_over": False,
}
APPLICATIONS: dict[str, Any] = {
    **DESK,
    "rows": [ROW],
    "ready": [ROW],
    "decided": [{**ROW, "state": "已确认", "tone": "ok", "due": "", "is_late": False}],
    "notices": [HUNG],
    "publish_action": "/office/notices",
    "regions": [("440304000000", "福田区")],
    "day_kinds": [("working", "工作日"), ("calendar", "自然日")],
    "days": 7,
    "people_href": "/office/people",
    "expiring_href": "/office/expiring",
    "typed": {},
}
APPLICATION: dict[str, Any] = {
    **DESK,
    **ROW,
    "full_name": "张*英",
    "person_href": "/person",
    "notice_href": "/office/notices/N-3KD77",
    "steps": [
        {
            "step": "评估",
            "day": "2026-11-05",
            "entered": "2026-11-05 09:30",
            "actor": "陈主任",
            "category": "低保",
            "evidence": "入户调查表",
            "to_bring": "银行流水",
            "recheck": "2027-11-05",
        }
    ],
    "acts": {act: f"/{act}" for act in ("assess", "object", "answer", "refuse", "withdraw", "confirm", "renew", "end")},
    "categories": [("minimum_living", "低保")],
    "chosen": "minimum_living",
    "bring": "身份证、户口本",
    "today": "2026-11-21",
    "applied_day": "2026-11-02",
    "next_year": "2027-11-21",
    "lacking": "还没有监护人同意书",
    "is_recheck": False,
    "back_href": "/office/applications",
}
APPLICATION_FORM: dict[str, Any] = {
    **DESK,
    "name": "张*英",
    "action": "/apply",
    "back_href": "/person",
    "categories": [("minimum_living", "低保")],
    "today": "2026-11-21",
    "typed": {},
    "before": [ROW],
}
EXPIRING: dict[str, Any] = {
    **DESK,
    "rows": [
        {
            "name": "张*英",
            "href": "/person",
            "region": "福田区莲花街道",
            "category": "低保",
            "last_day": "2026-12-31",
            "days": 41,
            "bring": "身份证、户口本",
        }
    ],
    "back_href": "/office/applications",
}
PUBLIC_NOTICE: dict[str, Any] = {
    **HUNG, "place": "居委会公告栏", "phone": "0755-5550111", "rows": [ROW], "back_href": "/office/applications",
}  # fmt: skip
