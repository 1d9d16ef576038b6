"""Sample contexts of the office pages, the log-in and the error page."""

from __future__ import annotations

from typing import Any

from tests.web.sample_frames import BOXES, DESK, PAGE, PLAIN, TASKS

LOGIN: dict[str, Any] = {**PLAIN, "action": "/login", "next": "", "username": "", "error": "账号或密码不对。"}
ERROR: dict[str, Any] = {
    **PLAIN,
    "sentence": "这一页没打开。",
    "incident": "7Q2-KD4",
    "way": {"label": "回首页", "href": "/"},
}
HOME: dict[str, Any] = {
    **DESK,
    "greeting": "王主任，上午好",
    "day_label": "11 月 21 日 星期六",
    "boxes": BOXES,
    "tasks": TASKS,
    "links": [{"label": "老人名册", "note": "找人、登记、发卡", "href": "/people"}],
}
PEOPLE: dict[str, Any] = {
    **DESK,
    "action": "/people",
    "query": "张",
    "page": PAGE,
    "add_href": "/people/new",
    "import_href": "/import",
    "rows": [
        {
            "name": "张秀英",
            "href": "/person",
            "id_masked": "4403**********3318",
            "phone_masked": "138****0012",
            "age": "83",
            "community": "幸福里社区",
            "categories": ["高龄", "独居"],
            "status": "齐全",
            "tone": "ok",
        }
    ],
}
PERSON: dict[str, Any] = {
    **DESK,
    "person": {
        "name": "张秀英",
        "reference": "R7KM2",
        "id_masked": "4403**********3318",
        "phone_masked": "138****0012",
        "age": "83 岁",
        "sex": "女",
        "community": "幸福里社区",
        "canteen": "幸福里社区食堂",
        "diet": ["软饭", "少盐"],
        "allergy": "花生",
    },
    "facts": [
        {
            "label": "高龄",
            "value": "80 岁以上",
            "valid": "2023-06-02 起",
            "status": "已确认",
            "tone": "ok",
            "evidence": "身份证",
            "source": "街道导入",
        }
    ],
    "contacts": [{"name": "张小芳", "relation": "女儿", "phone_masked": "139****7788", "bound": "已绑定公众号"}],
    "cards": [
        {
            "serial": "K7M10",
            "issued": "2026-03-01 发卡",
            "state": "在用",
            "tone": "ok",
            "revoke": {"action": "/revoke", "question": "挂失后旧卡不能再用。"},
        }
    ],
    "orders": [
        {
            "day": "11-21",
            "meal": "午餐",
            "dishes": "红烧鸡块、清炒菜心",
            "mode": "堂食",
            "own_fen": 600,
            "status": "已取",
            "tone": "ok",
            "href": "/order",
        }
    ],
    "links": [{"label": "打印绑定单", "href": "/slip"}, {"label": "代订一餐", "href": "/order"}],
    "fact_form": {
        "action": "/facts",
        "kinds": [("hardship", "困难类别"), ("residence", "居住")],
        "values": {"kind": "residence"},
        "errors": {"valid_from": "要填从哪天起"},
    },
}
IMPORT: dict[str, Any] = {
    **DESK,
    "upload_action": "/import",
    "template_href": "/template.xlsx",
    "upload_error": None,
    "trial": {
        "file_name": "幸福里_2026-11.xlsx",
        "counts": {"added": 12, "updated": 5, "unchanged": 190, "wrong": 1},
        "errors": [
            {
                "row": 37,
                "column": "身份证号",
                "value": "4403**********331X",
                "reason": "第 37 行 身份证号 校验位不对",
            }
        ],
        "more": 0,
        "missing_text": "上次名单里有 3 位不在这次名单里，不会自动停，请逐位确认。",
        "marked_href": "/marked.xlsx",
        "confirm": None,
    },
}
_DISH: dict[str, Any] = {
    "name": "红烧鸡块",
    "price": "16",
    "capacity": "80",
    "tags": "软烂",
    "ordered": 41,
    "errors": {},
}
MENUS: dict[str, Any] = {
    **DESK,
    "day_label": "11 月 22 日 星期日",
    "prev_href": "?d=1",
    "next_href": "?d=2",
    "action": "/menus",
    "error": None,
    "locked": False,
    "periods": [
        {
            "key": "lunch",
            "label": "午餐",
            "cutoff": "当天 09:30 截单",
            "rows": [_DISH, {**_DISH, "price": "十六", "errors": {"price": "价格要写数字"}}],
        }
    ],
}
ORDERS: dict[str, Any] = {
    **DESK,
    "day_label": "11 月 21 日",
    "prev_href": "?d=1",
    "next_href": "?d=2",
    "prep_href": "/prep",
    "boxes": BOXES,
    "page": PAGE,
    "rows": [
        {
            "number": 1,
            "name": "张秀英",
            "meal": "午餐",
            "dishes": "红烧鸡块、清炒菜心",
            "notes": "软饭、少盐",
            "mode": "堂食",
            "channel": "公众号",
            "own_fen": 600,
            "status": "已订",
            "tone": "info",
            "href": "/order",
        }
    ],
}
PREP: dict[str, Any] = {
    **DESK,
    "title": "午餐 备餐单",
    "subtitle": "幸福里社区食堂 · 11 月 21 日 星期六 · 09:30 截单",
    "totals": [{"dish": "红烧鸡块", "count": 127, "of_which": "其中软饭 6、少盐 11"}],
    "allergies": [{"name": "李*福", "number": 7, "text": "花生"}],
    "rows": [
        {
            "number": number,
            "name": "张*英",
            "dishes": "红烧鸡块、清炒菜心",
            "notes": "软饭",
            "mode": "送餐" if number % 4 == 0 else "堂食",
            "place": "3 栋 201" if number % 4 == 0 else "",
        }
        for number in range(1, 41)
    ],
    "locked": {"action": "/lock", "label": "截单", "question": "截单后按这张单做饭。"},
}
