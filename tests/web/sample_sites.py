"""Sample contexts of the pages of canteens, operators and regions."""

from __future__ import annotations

from typing import Any

from tests.web.sample_frames import DESK

_CHOICES: dict[str, Any] = {
    "kinds": [("canteen", "食堂"), ("meal_point", "助餐点")],
    "tenders": [("cash", "现金"), ("tab", "记账")],
    "kitchens": [("", "不由中央厨房供餐"), ("C-9", "中央厨房")],
    "operators": [("F-1", "福田餐饮")],
    "meals": [("breakfast", "早餐"), ("lunch", "午餐")],
    "weekdays": [("1", "周一"), ("2", "周二")],
    "modes": [("dines_in", "堂食"), ("delivers", "送餐")],
    "today": "2026-11-23",
}
SITES: dict[str, Any] = {
    **DESK,
    "rows": [
        {
            "name": "幸福里社区食堂",
            "href": "/site",
            "kind": "食堂",
            "place": "广东省深圳市福田区莲花街道",
            "operator": "福田餐饮",
            "operator_href": "/operator",
            "meals": "午餐",
            "status": "在办",
            "tone": "ok",
        }
    ],
    "new_href": "/new",
    "operators_href": "/operators",
    "regions_href": "/regions",
}
SITE: dict[str, Any] = {
    **DESK,
    **_CHOICES,
    "name": "幸福里社区食堂",
    "operator_href": "/operator",
    "status": ("在办", "ok"),
    "facts": [("编号", "C-1"), ("类型", "食堂")],
    "contract_warning": False,
    "is_open": True,
    "is_kitchen": False,
    "values": {
        "name": "幸福里社区食堂",
        "operator": "F-1",
        "address": "1 号",
        "phone": "12349",
        "tender": "cash",
        "kitchen": "",
        "aliases": "老食堂",
    },
    "hours": [
        {
            "meal": "午餐",
            "hours": "11:00–12:30",
            "cutoff": "当天 09:30",
            "capacity": 100,
            "weekdays": "周一、周二",
            "modes": "堂食",
            "fee": "",
            "days": "长期",
            "status": "在用",
            "tone": "ok",
        }
    ],
    "hours_values": {},
    "acts": {"change_site": "/c", "set_hours": "/h", "end_hours": "/e", "close_site": "/x"},
}
SITE_FORM: dict[str, Any] = {
    **DESK,
    **_CHOICES,
    "search_action": "/new",
    "regions_href": "/regions",
    "operators_href": "/operators",
    "tree_href": "/tree",
    "back_href": "/sites",
    "action": "/new",
    "query": "莲花",
    "found": [{"code": "440304008000", "name": "广东省深圳市福田区莲花街道", "href": "/new?region=1"}],
    "region": {"code": "440304008000", "name": "广东省深圳市福田区莲花街道"},
    "values": {"name": "新食堂"},
}
OPERATORS: dict[str, Any] = {
    **DESK,
    "rows": [
        {
            "name": "福田餐饮",
            "href": "/operator",
            "kind": "公司",
            "contract": "福民购〔2026〕1号",
            "days": "2026-01-01 起 长期",
            "ceiling": "每份不超过 25 元",
            "account": "尾号 1234",
            "canteens": 2,
        }
    ],
    "new_href": "/new",
    "tree_href": "/tree",
    "back_href": "/sites",
}
OPERATOR_FORM: dict[str, Any] = {
    **DESK,
    "action": "/new",
    "back_href": "/operators",
    "kinds": [("company", "公司")],
    "regions": [("440304000000", "福田区")],
    "values": {},
}
OPERATOR: dict[str, Any] = {
    **DESK,
    "name": "福田餐饮",
    "reference": "F-1",
    "kind": "公司",
    "place": "广东省深圳市福田区",
    "bank": "样例银行",
    "account": "尾号 1234",
    "may_open": True,
    "contracts": [
        {
            "key": 1,
            "number": "福民购〔2026〕1号",
            "days": "2026-01-01 起 长期",
            "evidence": "扫描件",
            "status": "在用",
            "tone": "ok",
            "may_end": True,
        }
    ],
    "ceilings": [
        {
            "price": "每份不超过 25 元",
            "days": "2026-01-01 起 长期",
            "evidence": "第 3 条",
            "entered": "2026-01-02",
            "status": "在用",
            "tone": "ok",
        }
    ],
    "canteens": [{"name": "幸福里社区食堂", "href": "/site"}],
    "kinds": [("company", "公司")],
    "values": {"name": "福田餐饮", "kind": "company", "bank_name": "样例银行"},
    "typed": {},
    "acts": dict.fromkeys(("change_operator", "open_account", "agree_contract", "end_contract", "set_ceiling"), "/act"),
}
REGIONS: dict[str, Any] = {
    **DESK,
    "search_action": "/regions",
    "query": "莲花",
    "tree_href": "/regions/tree",
    "back_href": "/sites",
    "rows": [
        {"code": "440304008000", "name": "福田区莲花街道", "level": "街道（乡镇）", "is_local": True, "href": "/new"}
    ],
}
