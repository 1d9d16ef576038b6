"""Sample contexts of the pages of rounds."""

from __future__ import annotations

from typing import Any

from tests.web.sample_frames import DESK

_HIDDEN = {"day": "2026-11-23", "meal": "lunch"}
_CHANGE = {"diner": "张*英", "kind": "换了人送", "before": "小周 第1趟 第2家 11:20", "after": "—", "minutes": "+6"}
_STOP = {
    "position": 1,
    "time": "11:20",
    "diner": "张*英",
    "building": "莲花里 1 栋",
    "is_unpinned": True,
    "state": "已订",
    "tone": "info",
    "order": "D-1",
}
_MAP = {
    "width": 640,
    "height": 400,
    "kitchen": (320.0, 200.0),
    "routes": [{"colour": 1, "points": "320,200 100,90 320,200", "name": "小周"}],
    "pins": [{"x": 100.0, "y": 90.0, "colour": 1, "place": "J-1", "numbers": [1, 2], "label": "1+"}],
    "legend": [{"name": "小周", "colour": 1}],
    "bar": 90.0,
    "metres": 200,
}
_WAY = {"label": "午餐", "href": "/rounds?meal=lunch", "active": True}
ROUND: dict[str, Any] = {
    **DESK,
    "canteen": "幸福里食堂",
    "day_label": "11 月 23 日 星期一",
    "meal": "午餐",
    "meals": [_WAY, {**_WAY, "label": "晚餐", "active": False}],
    "days": [{**_WAY, "label": "今天"}],
    "hidden": _HIDDEN,
    "waiting": 3,
    "acts": {
        name: f"/rounds/{name}"
        for name in (
            "plan_round", "publish_round", "try_move", "mark_absent", "follow_orders", "solve_problem", "round_sheets",
            "building_page", "crew_page", "terms_page",
        )
    },
    "trouble": "自动排了 2 次没排成",
    "refusals": [
        {"diner": "张*英", "event": "送到本人", "told": "张秀美", "why": "报的名字对不上", "at": "11:20"}
    ],
    "problems": [{"building": "莲花里 1 栋", "note": "门禁坏了", "at": "11:20", "event_id": "event-0001"}],
    "plan": {
        "version": 2,
        "is_newest": True,
        "is_out": True,
        "was_out": True,
        "may_move": True,
        "map": _MAP,
        "boxes": [{"label": "要送", "value": "3 份", "note": "送到 1 份", "href": None}],
        "trips": [
            {"courier": "小周", "trip": 1, "departs": "10:50", "stops": [_STOP, {**_STOP, "tone": "ok", "position": 2}]}
        ],
        "left": [{"diner": "李*福", "reason": "太远，送到时会凉", "remedy": "", "href": "/rounds/move"}],
        "couriers": [("K-1", "小周"), ("K-2", "老郑")],
        "on_trip": [("K-1", "小周")],
        "changes": [_CHANGE],
        "versions": [{"number": 2, "cause": "改派一份", "at": "10:40", "is_out": True, "href": "/rounds/versions/2"}],
    },
}  # fmt: skip
DRAFT = {
    **ROUND,
    "problems": [],
    "refusals": [],
    "trouble": "",
    "plan": {**ROUND["plan"], "is_out": False, "was_out": False, "left": [], "changes": []},
}
UNPLANNED = {**ROUND, "problems": [], "refusals": [], "plan": None, "meals": [_WAY]}
MOVE: dict[str, Any] = {
    **DESK,
    "diner": "张*英",
    "courier": "老郑",
    "fits": True,
    "more": 4,
    "rows": [_CHANGE],
    "hidden": {**_HIDDEN, "order": "D-1", "courier": "K-2"},
    "action": "/rounds/move",
    "back_url": "/rounds",
}
SHEETS: dict[str, Any] = {
    "canteen": "幸福里食堂",
    "phone": "0755-5550100",
    "title": "11 月 23 日 星期一 午餐",
    "trips": [
        {
            "courier": "小周",
            "trip": 1,
            "departs": "10:50",
            "boxes": 1,
            "stops": [
                {
                    **_STOP, "address": "莲花路 1 号 201", "note": "东门进", "floor": 2, "has_lift": True,
                    "dishes": "红烧肉", "flags": "软饭", "collect_fen": 1300,
                }
            ],
        }
    ],
}  # fmt: skip
BUILDINGS: dict[str, Any] = {
    **DESK,
    "canteen": "幸福里食堂",
    "rows": [
        {
            "ref": "J-1", "name": "莲花里 1 栋", "count": 3, "lift": "走楼梯", "has_lift": False, "note": "东门进",
            "pin": "", "datum": "gcj02", "closed": "", "is_far": False,
        },
        {
            "ref": "J-2", "name": "莲花里 2 栋", "count": 0, "lift": "有电梯", "has_lift": True, "note": "",
            "pin": "22.55,114.04", "datum": "wgs84", "closed": "封楼",
            "is_far": True,
        },
    ],
    "unsettled": [("D-1", "张*英")],
    "buildings": [("J-1", "莲花里 1 栋")],
    "couriers": [("", "谁送都行")],
    "datums": [("gcj02", "高德")],
    "skills": [("lift", "能搬上楼")],
    "acts": {name: f"/rounds/buildings/{name}" for name in ("add", "change", "close", "reopen", "settle", "import")},
    "back_url": "/rounds",
}  # fmt: skip
COURIERS: dict[str, Any] = {
    **DESK,
    "canteen": "幸福里食堂",
    "me": "林主任",
    "rows": [
        {
            "ref": "K-1", "name": "小周", "kind": "paid", "kind_label": "专职", "team": "", "capacity": 20,
            "starts": "10:30", "ends": "13:30", "weekdays": "1234567", "trips": 2,
            "staff": "", "health": "", "insured": "",
            "skills": ["lift"], "skills_label": "能搬上楼",
            "obstacle": "", "warnings": ["保险快到期"],
        }
    ],
    "purses": [
        {"courier": "K-1", "name": "小周", "meal": "lunch", "taken_fen": 2600, "due_fen": 2600, "event_id": "cash-0001"}
    ],
    "accounts": [
        {
            "courier": "K-2", "name": "老郑", "hours": "3 小时 20 分", "has_any": True, "others": [("", "自己用")],
            "event_id": "time-0001",
        }
    ],
    "staff": [("", "没有账号")],
    "kinds": [("paid", "专职")],
    "skills": [("lift", "能搬上楼")],
    "acts": {name: f"/rounds/couriers/{name}" for name in ("add", "change", "end", "cash", "time", "volunteers")},
    "back_url": "/rounds",
}  # fmt: skip
VOLUNTEERS: dict[str, Any] = {
    **DESK,
    "canteen": "幸福里食堂",
    "month": "2026 年 11 月",
    "total": "3 小时 20 分",
    "rows": [
        {
            "team": "红马甲", "name": "老郑", "hours": "3 小时 20 分", "trips": 6, "meals": 30, "visits": 1,
            "balance": "5 小时 0 分",
        }
    ],
    "roster": [{"team": "红马甲", "days": ["老郑", "", "老郑", "", "老郑", "", ""]}],
    "before": "/rounds/volunteers?month=2026-10",
    "after": "/rounds/volunteers?month=2026-12",
    "back_url": "/rounds/couriers",
}  # fmt: skip
TERMS: dict[str, Any] = {
    **DESK,
    "canteen": "幸福里食堂",
    "fields": [("hot_limit_minutes", "最多几分钟", "5 到 240", 45)],
    "action": "/rounds/terms",
    "back_url": "/rounds",
}
_DOOR = {
    "order": "D-1", "position": 1, "time": "11:20", "diner": "张*英", "is_open": True, "hashes": ["0a1b"],
    "address": "莲花路 1 号 201",
    "building": "莲花里 1 栋", "floor": 2, "has_lift": False, "notes": ["东门进"], "problems": ["门禁坏了"],
    "dishes": "红烧肉", "flags": "软饭", "collect_fen": 1300, "phone": "13800001234",
    "map_href": "https://uri.amap.com/marker?position=114,22",
    "said": "11:20 没人应门", "status": "已订", "event_id": "event-0001", "problem_id": "event-0002",
}  # fmt: skip
COURIER: dict[str, Any] = {
    **DESK,
    "canteen": "幸福里食堂",
    "canteen_phone": "0755-5550100",
    "day_label": "11 月 23 日 星期一",
    "meal": "午餐",
    "who": "小周",
    "meals": [_WAY],
    "others": [{**_WAY, "label": "小周"}, {**_WAY, "label": "老郑", "active": False}],
    "hidden": {"meal": "lunch"},
    "acts": {"note_door": "/deliveries/door", "note_problem": "/deliveries/problem", "deliveries": "/deliveries"},
    "helpers": [("neighbour", "邻居")],
    "tenders": [("cash", "收了现金")],
    "purse_fen": 1300,
    "offline": {"uploadUrl": "/device/doors"},
    "known": ["event-0009"],
    "changes": [_CHANGE],
    "trips": [
        {
            "number": 1, "departs": "10:50", "has_left": False, "boxes": 2, "event_id": "event-0003",
            "box_id": "event-0009", "courier": "K-1",
            "stops": [
                _DOOR,
                {
                    **_DOOR, "is_open": False, "said": "", "position": 2, "event_id": "event-0004",
                    "problem_id": "event-0005",
                },
            ],
        }
    ],
}  # fmt: skip
ROUND_SAMPLES: dict[str, list[dict[str, Any]]] = {
    "rounds/volunteers.html": [VOLUNTEERS, {**VOLUNTEERS, "rows": [], "roster": []}],
    "rounds/terms.html": [TERMS],
    "rounds/round.html": [ROUND, DRAFT, UNPLANNED],
    "rounds/move.html": [MOVE, {**MOVE, "fits": False}, {**MOVE, "more": -3}, {**MOVE, "more": 0}],
    "rounds/sheets.html": [SHEETS, {**SHEETS, "trips": []}],
    "rounds/buildings.html": [BUILDINGS, {**BUILDINGS, "rows": [], "unsettled": []}],
    "rounds/couriers.html": [
        COURIERS,
        {**COURIERS, "rows": [], "accounts": [], "purses": [{**COURIERS["purses"][0], "due_fen": 0}]},
    ],
    "counter/courier.html": [COURIER, {**COURIER, "trips": [], "who": "", "changes": [], "purse_fen": 0}],
}
