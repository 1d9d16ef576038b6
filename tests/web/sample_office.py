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
    "groups": [{"label": "老人", "links": [{"label": "老人名册", "note": "找人、登记、发卡", "href": "/people"}]}],
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
    "merged": {
        "records": [{"reference": "P-2", "name": "张秀英", "facts": ["对象类别：低保（2026-01-01 起）"]}],
        "orders": ["D-1"],
        "conflicts": [
            {
                "what": "同一餐吃了两份补贴餐",
                "surplus_fen": 500,
                "meals": [
                    {"ref": "M-1", "href": "/m", "label": "2026-11-20 午餐", "subsidy_fen": 500, "is_surplus": False},
                    {"ref": "M-2", "href": None, "label": "2026-11-20 午餐", "subsidy_fen": 500, "is_surplus": True},
                ],
            }
        ],
    },
    "person": {
        "name": "张秀英",
        "reference": "R7KM2",
        "document_kind": "居民身份证",
        "document": "******3318",
        "phone": "*******0012",
        "address": None,
        "hidden": ["document", "phone", "address"],
        "age": "83 岁",
        "sex": "女",
        "diner": "老年人",
        "community": "幸福里社区",
        "canteen": "幸福里社区食堂",
        "diet": ["软饭", "少盐"],
        "allergy": "花生",
    },
    "notices": ["已登记去世：2026-10-01。来打饭照样给，资料由社区核对。"],
    "facts": [
        {
            "number": 2,
            "label": "对象类别",
            "value": "低保",
            "valid": "2023-06-02 起",
            "status": "有效",
            "tone": "ok",
            "is_struck": False,
            "evidence": "民政〔2023〕6号",
            "source": "窗口登记",
            "entered": "2023-06-05",
        },
        {
            "number": 1,
            "label": "对象类别",
            "value": "低保边缘",
            "valid": "2023-01-01 起",
            "status": "已被更正",
            "tone": "",
            "is_struck": True,
            "evidence": "第 7 行",
            "source": "名单导入 1a2b3c4d",
            "entered": "2023-01-05",
        },
    ],
    "contacts": [
        {
            "key": 1,
            "name": "张*芳",
            "relation": "女儿",
            "phone": "*******7788",
            "is_open": False,
            "is_emergency": True,
        }
    ],
    "accounts": [{"account": "wechat:7", "label": "微信公众号", "note": "妈妈，2026-03-01 绑定"}],
    "consents": [{"kind": "health", "label": "健康和过敏信息", "version": "2026-01", "given": "2026-03-01"}],
    "cards": [{"serial": "K7M10", "issued": "2026-03-01 发卡", "state": "在用", "tone": "ok", "revoke": "/r"}],
    "slip_action": "/slip",
    "orders": [
        {
            "day": "2026-11-21",
            "meal": "午餐",
            "dishes": "红烧鸡块、清炒菜心",
            "mode": "堂食",
            "price_fen": 1600,
            "subsidy_fen": 1000,
            "discount_fen": 0,
            "own_fen": 600,
            "status": "已取餐",
            "tone": "ok",
        }
    ],
    "links": [{"label": "修改资料", "href": "/change"}],
    "open_action": "/open",
    "open_contact_action": "/open-contact",
    "acts": {
        "facts": "/facts",
        "add_contact": "/contacts",
        "end_contact": "/contacts/end",
        "unbind": "/accounts/end",
        "give_consent": "/consents",
        "withdraw_consent": "/consents/withdraw",
        "kinds": [("category", "对象类别"), ("residence", "居住地")],
        "categories": [("minimum_living", "低保")],
        "housing": [("home", "家里")],
        "contact_kinds": [("kin", "亲属")],
        "consent_kinds": [("health", "健康和过敏信息")],
    },
    "typed": {"kind": "residence"},
}
PERSON_FORM: dict[str, Any] = {
    **DESK,
    "title": "登记一位",
    "action": "/people/new",
    "back_href": "/people",
    "is_new": True,
    "values": {"name": "张秀英"},
    "regions": [("440304000000", "福田区")],
    "canteens": [("", "未登记"), ("C-1", "幸福里社区食堂")],
    "diners": [("senior", "老年人")],
    "sexes": [("", "未登记"), ("female", "女")],
}
CALENDAR: dict[str, Any] = {
    **DESK,
    "year": 2026,
    "prev_href": "?year=2025",
    "next_href": "?year=2027",
    "warning": "2027 年的放假安排还没有录入。",
    "days": [
        {
            "iso": "2026-01-01",
            "label": "1 月 1 日 星期四",
            "kind": "法定节假日",
            "tone": "ok",
            "name": "元旦",
            "document": "国办发明电〔2025〕7号",
        }
    ],
    "closed": [
        {
            "iso": "2026-03-03",
            "label": "3 月 3 日 星期二",
            "canteen": "幸福里社区食堂",
            "ref": "C-1",
            "meal": "",
            "meal_label": "全天",
            "reason": "停电",
        }
    ],
    "kinds": [("statutory", "法定节假日")],
    "meals": [("", "全天"), ("lunch", "午餐")],
    "canteens": [("C-1", "幸福里社区食堂")],
    "typed": {},
    "acts": {"add_day": "/add", "remove_day": "/remove", "close_day": "/close", "reopen_day": "/reopen"},
}
_ACCOUNT_ACTS = {
    name: f"/{name}" for name in ("grant_role", "withdraw_role", "log_staff_out", "reset_password", "end_staff")
}
_GRANT = {"role": "accountant", "place": "region:440304000000", "label": "民政会计：福田区"}
STAFF: dict[str, Any] = {
    **DESK,
    "rows": [
        {
            "ref": "S-1",
            "username": "li",
            "name": "李会计",
            "is_other": True,
            "grants": [_GRANT],
            "acts": _ACCOUNT_ACTS,
        },
        {"ref": "S-2", "username": "wu", "name": "吴明", "is_other": False, "grants": [], "acts": _ACCOUNT_ACTS},
    ],
    "add_action": "/staff",
    "roles": [("accountant", "民政会计")],
    "places": [("region:440304000000", "福田区")],
    "typed": {"name": "王师傅"},
}
AUDIT: dict[str, Any] = {
    **DESK,
    "action": "/audit",
    "asked": {"actor": "", "action": "", "subject": "", "since": "", "until": ""},
    "actions": [("", ""), ("phone_opened", "查看电话")],
    "rows": [
        {
            "at": "2026-11-21 10:40:00",
            "actor": "王师傅",
            "action": "查看电话",
            "subject": "P-1",
            "detail": "",
            "chain": "地区 福田区",
            "seq": 7,
        }
    ],
    "page": PAGE,
    "verdict": {"tone": "ok", "text": "已核对。"},
}
IMPORT: dict[str, Any] = {
    **DESK,
    "taken": [
        {
            "at": "2026-11-20 09:30",
            "by": "黄社工",
            "region": "莲花街道",
            "new": 12,
            "updated": 5,
            "status": "有效",
            "tone": "ok",
            "withdraw_action": "/withdraw",
        }
    ],
    "kept": [{"name": "张*英", "href": "/person", "reason": "导入以后用过餐"}],
    "upload_action": "/import",
    "regions": [("440304000000", "福田区")],
    "region": "",
    "template_href": "/template.xlsx",
    "upload_error": None,
    "question": None,
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
    "is_closed": False,
    "week_href": "/week",
    "closing_href": "/kitchen/closing",
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
    "changes_url": "/changes",
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
            "cancel_action": "/kitchen/orders/D-1/cancel",
        }
    ],
}
CARDS: dict[str, Any] = {
    **DESK,
    "query": "张",
    "search_action": "/cards",
    "issue_action": "/cards",
    "print_action": "/cards/print",
    "rows": [
        {
            "ref": "P-1",
            "name": "张秀英",
            "tail": "3318",
            "card": "",
            "revoke_action": None,
            "replace_action": None,
            "slip_action": "/slip",
        },
        {
            "ref": "P-2",
            "name": "李福",
            "tail": "0012",
            "card": "K-1",
            "revoke_action": "/revoke",
            "replace_action": "/replace",
            "slip_action": "/slip",
        },
    ],
}
_RECORD: dict[str, Any] = {
    "reference": "P-1",
    "name": "张秀英",
    "document": "******3318",
    "phone": "*******0012",
    "age": "83 岁",
    "community": "幸福里社区",
    "allergies": "花生",
    "facts": ["户籍地：福田区（2026-01-01 起）"],
}
MERGE: dict[str, Any] = {
    **DESK,
    "name": "张秀英",
    "search_action": "/merge",
    "action": "/merge",
    "back_href": "/person",
    "other": "P-2",
    "is_same": False,
    "records": [_RECORD, {**_RECORD, "reference": "P-2"}],
}
