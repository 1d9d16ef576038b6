"""Give every template a context such as its first comment describes.

All people and amounts are invented; the sums of the statement add up on purpose.
"""

from __future__ import annotations

from typing import Any

DESK: dict[str, Any] = {
    "site": "助餐补贴核算",
    "home_url": "/",
    "nav": [
        {"label": "今日概况", "href": "/a", "active": False, "badge": None},
        {"label": "月结算表", "href": "/b", "active": True, "badge": None},
        {"label": "核对差异", "href": "/c", "active": False, "badge": 3},
        {"label": "拨付记录", "href": "/d", "active": False, "badge": None},
        {"label": "补贴标准", "href": "/e", "active": False, "badge": None, "group": "基础资料"},
        {"label": "老人资格", "href": "/f", "active": False, "badge": None, "group": "基础资料"},
        {"label": "导入名单", "href": "/g", "active": False, "badge": None, "group": "其他"},
    ],
    "person_name": "李会计",
    "logout_url": "/logout",
    "demo": True,
    "crumbs": [{"label": "月结算表", "href": "/b"}, {"label": "JS-202610-0017", "href": None}],
}
PLAIN: dict[str, Any] = {"site": "幸福食堂", "home_url": "/", "demo": True}
PAGE: dict[str, Any] = {"text": "第 1–5 条，共 1,873 条", "prev_href": None, "next_href": "?page=2"}
SERIES = ["堂食", "送餐"]


def _days(count: int) -> list[dict[str, Any]]:
    return [
        {"label": str(day), "values": [(62 if (day + 3) % 7 > 4 else 88) + day * 37 % 17, 26 + day * 23 % 21]}
        for day in range(1, count + 1)
    ]


CHART: dict[str, Any] = {
    "month_label": "10 月",
    "days": _days(31),
    "series": SERIES,
    "title": "十月每日餐次，堂食和送餐",
}


def _row(label: str, people: int, meals: int, fens: list[int], modes: Any = ()) -> dict[str, Any]:
    price, *purses, own = [{"fen": fen, "href": "/meals" if fen else None} for fen in fens]
    count = {"count": meals, "href": "/meals"}
    return {
        "label": label,
        "people": people,
        "meals": count,
        "price": price,
        "purses": purses,
        "own": own,
        "modes": list(modes),
    }


STATEMENT: dict[str, Any] = {
    **DESK,
    "title": "幸福里社区食堂　助餐补贴月结算表",
    "subtitle": "2026 年 10 月 · 结算单 JS-202610-0017 · 执行标准：区民政〔2026〕12 号 第 3 版",
    "steps": [
        {"label": "食堂核对", "note": "11-02 09:14 王建国", "state": "done"},
        {"label": "会计复核", "note": "进行中 · 李会计", "state": "now"},
        {"label": "街道审核", "note": "待提交", "state": "todo"},
        {"label": "区民政封账", "note": "截止 11-25", "state": "todo"},
    ],
    "boxes": [
        {"label": "本月应拨补贴", "value": "¥ 40,930.00", "note": "肆万零玖佰叁拾元整", "href": None},
        {"label": "核销餐次", "value": "3,964", "note": "预订 4,102 · 未取 138", "href": "/meals"},
        {"label": "老人自付", "value": "¥ 22,494.00", "note": "扫码 18,260 · 现金 4,234", "href": None},
        {"label": "服务老人", "value": "212", "note": "较上月 +9", "href": None},
    ],
    "purses": ["市级补贴", "区级补贴", "慈善"],
    "rows": [
        _row(
            "A 类 特困、低保",
            38,
            912,
            [1459200, 547200, 547200, 182400, 182400],
            [
                _row("堂食", 26, 604, [966400, 362400, 362400, 120800, 120800]),
                _row("送餐上门", 12, 308, [492800, 184800, 184800, 61600, 61600]),
            ],
        ),
        _row("B 类 80 岁以上", 97, 1873, [2996800, 936500, 936500, 0, 1123800]),
        _row("C 类 60–79 岁", 77, 1179, [1886400, 471600, 471600, 0, 943200]),
    ],
    "total": _row("合计", 212, 3964, [6342400, 1955300, 1955300, 182400, 2249400]),
    "due_fen": 4093000,
    "capital": "肆万零玖佰叁拾元整",
    "checks": [
        {
            "label": "餐费 ＝ 补贴 ＋ 自付",
            "verdict": "相符",
            "tone": "ok",
            "detail": "63,424.00 ＝ 40,930.00 ＋ 22,494.00",
            "href": None,
        },
        {
            "label": "核销与库存份数",
            "verdict": "相符",
            "tone": "ok",
            "detail": "3,964 份，差 0",
            "href": None,
        },
        {
            "label": "食堂收款码到账",
            "verdict": "差 2 笔",
            "tone": "bad",
            "detail": "10-14 两笔共 11.00 元未到账",
            "href": "/c",
        },
        {
            "label": "当天重复用餐",
            "verdict": "1 人",
            "tone": "warn",
            "detail": "李德福 10-21 午餐两份，第二份全价自付",
            "href": "/c",
        },
    ],
    "chart": CHART,
    "signatures": ["制表", "食堂负责人", "街道经办", "民政审核"],
    "frozen": None,
    "freeze": {
        "action": "/freeze",
        "label": "冻结结算单",
        "question": "冻结后这一版不再改动，之后的变动进补充结算单。",
    },
    "excel_href": "/statement.xlsx",
    "meals_href": "/meals",
}
FROZEN: dict[str, Any] = {
    **STATEMENT,
    "freeze": None,
    "frozen": {"at": "11-03 16:20", "by": "李会计", "hash": "9f2c1e7ab04d55c3" * 4, "version": 1},
}


def _meal(
    day: str, name: str, time: str, means: str, *, fens: tuple[int, int, int], marked: bool
) -> dict[str, Any]:
    subsidy, price, own = fens
    return {
        "day": day,
        "meal": "午餐",
        "name": name,
        "id_tail": "…3318",
        "mode": "堂食",
        "time": time,
        "means": means,
        "price_fen": price,
        "purse_fens": [subsidy, subsidy],
        "own_fen": own,
        "reference": f"HX-{day}",
        "href": "/meal",
        "marked": marked,
    }


MEALS: dict[str, Any] = {
    **DESK,
    "title": "逐餐明细",
    "subtitle": "B 类 80 岁以上 › 区级补贴 9,365.00 元",
    "purses": ["市补", "区补"],
    "rows": [
        _meal("10-21", "李德福", "11:02:16", "取餐码", fens=(500, 1600, 600), marked=False),
        _meal("10-21", "李德福", "11:24:40", "手工输号 · 第二份", fens=(0, 1600, 1600), marked=True),
        _meal("10-22", "周桂兰", "11:41:05", "送餐员签收", fens=(500, 1600, 600), marked=False),
    ],
    "sums": {"price_fen": 2996800, "purse_fens": [936500, 936500], "own_fen": 1123800},
    "agreement": {"ok": True, "text": "区补小计与结算表一致：9,365.00"},
    "legend": "黄底为同餐第二份：已供餐，不补贴",
    "page": PAGE,
    "excel_href": "/meals.xlsx",
}
MEAL: dict[str, Any] = {
    **DESK,
    "title": "HX-1021-0457 午餐",
    "subtitle": "李德福 · 10 月 21 日 · 幸福里社区食堂",
    "sentence": "一份 16 元，市里补 5 元，区里补 5 元，您付 6 元。",
    "parts": [
        {"label": "餐费", "fen": 1600},
        {"label": "市级补贴", "fen": 500},
        {"label": "区级补贴", "fen": 500},
        {"label": "老人自付", "fen": 600},
    ],
    "rules": [
        {
            "name": "特困、低保老人",
            "outcome": "failed",
            "reason": "没有特困或低保的有效资格",
            "document": "区民政〔2026〕12 号 第四条",
            "document_href": "/doc",
        },
        {
            "name": "80 岁以上老人",
            "outcome": "passed",
            "reason": "当天 83 岁，本市居住",
            "document": "区民政〔2026〕12 号 第五条",
            "document_href": None,
        },
    ],
    "facts": [{"label": "年龄", "value": "83 岁", "source": "身份证", "valid": "用餐当天"}],
    "policy": {
        "name": "长者助餐补贴",
        "version": "第 3 版",
        "document": "区民政〔2026〕12 号",
        "document_href": "/doc",
        "hash": "5d41402abc4b2a76" * 4,
    },
    "postings": [
        {"account": "应收市级补贴", "debit_fen": 500, "credit_fen": None, "entry": "JZ-0457"},
        {"account": "餐费收入", "debit_fen": None, "credit_fen": 1600, "entry": "JZ-0457"},
    ],
    "timeline": [{"at": "10-20 18:03", "what": "公众号订餐", "who": "本人"}],
    "recompute": {"ok": True, "text": "今天重算，一分不差"},
}
BOXES: list[dict[str, Any]] = [
    {"label": "今天应补", "value": "¥ 1,270.00", "note": "三个食堂", "href": None},
    {"label": "已取", "value": "86", "note": "未取 41", "href": "/x"},
]
TASKS: list[dict[str, Any]] = [
    {"label": "复核 10 月结算表", "note": "截止 11-25", "href": "/x", "tone": "warn"}
]
OVERVIEW: dict[str, Any] = {
    **DESK,
    "day_label": "11 月 21 日 星期六",
    "boxes": BOXES,
    "tasks": TASKS,
    "chart": CHART,
    "canteens": [
        {
            "name": "幸福里社区食堂",
            "href": "/x",
            "ordered": 127,
            "served": 86,
            "open": 41,
            "due_fen": 86000,
            "own_fen": 51600,
            "verdict": "正常",
            "tone": "ok",
        },
    ],
}
STATEMENTS: dict[str, Any] = {
    **DESK,
    "filters": {
        "action": "/s",
        "month": "2026-10",
        "canteen": "",
        "canteens": [("", "全部"), ("1", "幸福里")],
    },
    "rows": [
        {
            "reference": "JS-202610-0017",
            "href": "/x",
            "canteen": "幸福里社区食堂",
            "month_label": "2026 年 10 月",
            "version": 1,
            "meals": 3964,
            "due_fen": 4093000,
            "own_fen": 2249400,
            "status": "会计复核",
            "tone": "info",
            "status_at": "11-02 09:14",
        }
    ],
    "page": PAGE,
}
START: dict[str, Any] = {
    **PLAIN,
    "login_url": "/login",
    "login_action": "/demo/login",
    "clock_label": "11 月 21 日 星期六 11:05",
    "logins": [
        {"role": "counter", "label": "食堂师傅", "english": "Counter staff", "username": "wang"},
        {"role": "accountant", "label": "民政会计", "english": "Accountant", "username": "li"},
        {"role": "clerk", "label": "社区工作人员", "english": "Community worker", "username": "chen"},
        {"role": "auditor", "label": "审计", "english": "Auditor", "username": "zhao"},
    ],
    "simulator_url": "/simulator",
    "counter_url": "/counter/scan.html~1",
    "statement_url": "/accounting/statement.html~2",
    "pulse_url": "/demo/pulse",
}
CODE: dict[str, Any] = {
    "name": "张秀英",
    "canteen": "幸福里社区食堂",
    "title": "今天午餐 取餐码",
    "hours": "11 点到 12 点半，到窗口扫一下",
    "qr_src": "/qr/381620471938475610283746519283.png",
    "number": "3816 2047",
    "dishes": "红烧鸡块、清炒菜心",
    "notes": "米饭软一点 · 少盐",
    "own": "6 元",
    "subsidy_line": "政府补贴已减 10 元",
    "phone": "00000000",
    "cancel_url": "/cancel",
    "refresh_url": "/code/refresh",
    "seconds": 60,
}
COUNTER: dict[str, Any] = {
    "canteen": "幸福里食堂",
    "meal": "午餐",
    "person_name": "王师傅",
    "day_label": "11 月 21 日 星期六",
    "counts": {"served": 86, "open": 41},
    "code_lengths": [8, 34, 181],
    "scans_url": "/counter/scans",
    "redemptions_url": "/counter/redemptions",
    "home_url": "/home",
    "embed": False,
    "demo": True,
}
ANSWER: dict[str, Any] = {
    "scan_id": "",
    "verdict": "ok",
    "word": "可以取",
    "reason": "served",
    "why": "午餐 1 份",
    "name": "张*英",
    "collect": "收 6 元",
    "collect_fen": 600,
    "dishes": "红烧鸡块 清炒菜心",
    "flags": ["软饭", "少盐"],
    "allergy": None,
    "next": "",
    "redemption": "HX-1",
    "tender": "cash",
    "tenders": [
        {"id": "cash", "label": "现金"},
        {"id": "own_code", "label": "收款码"},
        {"id": "tab", "label": "记账"},
    ],
    "actions": [{"id": "undo", "label": "撤销这次"}],
    "counts": {"served": 87, "open": 40},
}
CARDS: dict[str, Any] = {
    "cards": [
        {
            "qr_src": f"/qr/{number}38475610283746519283746510293847.png",
            "name": "张*英",
            "serial": f"K7M{number}",
            "canteen": "幸福里社区食堂",
            "phone": "0000-0000000",
        }
        for number in range(10, 22)
    ],
    "back_href": "/cards",
}
SLIP: dict[str, Any] = {
    "slip": {
        "name": "张*英",
        "canteen": "幸福里社区食堂",
        "phone": "0000-0000000",
        "account": "幸福食堂助餐",
        "qr_src": "/qr/20471938475610283746.png",
        "code": "728 405",
        "valid_label": "11 月 28 日前有效",
    },
    "back_href": "/person",
}
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
    "contacts": [
        {"name": "张小芳", "relation": "女儿", "phone_masked": "139****7788", "bound": "已绑定公众号"}
    ],
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

SAMPLES: dict[str, list[dict[str, Any]]] = {
    "access/login.html": [LOGIN, {**LOGIN, "error": None}],
    "accounting/meal.html": [MEAL, {**MEAL, "recompute": None, "rules": [], "postings": []}],
    "accounting/meals.html": [MEALS, {**MEALS, "rows": []}],
    "accounting/overview.html": [OVERVIEW, {**OVERVIEW, "canteens": [], "tasks": []}],
    "accounting/statement.html": [
        STATEMENT,
        FROZEN,
        {**STATEMENT, "embed": True},
        {**STATEMENT, "rows": [], "checks": []},
    ],
    "accounting/statements.html": [STATEMENTS, {**STATEMENTS, "rows": []}],
    "counter/scan.html": [COUNTER, {**COUNTER, "embed": True, "home_url": None}],
    "errors/error.html": [ERROR, {**ERROR, "incident": None}],
    "office/home.html": [HOME, {**HOME, "boxes": [], "tasks": []}],
    "office/import.html": [
        IMPORT,
        {**IMPORT, "trial": None, "upload_error": "这个文件打不开"},
        {
            **IMPORT,
            "trial": {**IMPORT["trial"], "errors": [], "confirm": {"action": "/confirm", "token": "t"}},
        },
    ],
    "office/menus.html": [MENUS, {**MENUS, "locked": True, "error": "有 1 处要改"}],
    "office/orders.html": [ORDERS, {**ORDERS, "rows": []}],
    "office/people.html": [PEOPLE, {**PEOPLE, "rows": [], "add_href": None, "import_href": None}],
    "office/person.html": [
        PERSON,
        {**PERSON, "facts": [], "contacts": [], "cards": [], "orders": [], "fact_form": None},
    ],
    "office/prep.html": [PREP, {**PREP, "rows": [], "totals": [], "allergies": [], "locked": None}],
    "print/cards.html": [CARDS, {**CARDS, "cards": []}],
    "print/slip.html": [SLIP],
    "senior/code.html": [CODE, {**CODE, "subsidy_line": None, "cancel_url": None, "notes": ""}],
    "start.html": [START, {**START, "demo": False}],
}
