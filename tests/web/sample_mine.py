"""Give the pages of the official account their longest usual contents. All people and amounts are invented."""

from __future__ import annotations

from typing import Any

_HEAD: dict[str, Any] = {
    "name": "欧阳张秀英",
    "for_whom": "帮妈妈欧阳张秀英看",
    "canteen": "幸福里社区长者食堂",
    "phone": "0755-5550100",
    "home_href": "/mine",
    "whom_href": "/mine/whom",
}
_LINK = {"label": "看我订的饭", "href": "/mine/orders"}
_MEAL: dict[str, Any] = {
    "title": "12月13号星期四午餐",
    "dishes": "红烧狮子头×2、清炒菜心、番茄鸡蛋汤",
    "how": "12月13号星期四，下午 5 点 20 分到晚上 6 点 45 分，来窗口带走",
    "own": "1234.56 元",
    "state": "",
    "until": "明天 9 点半以前可以退",
    "cancel": {"label": "明天午餐不吃了", "href": "/mine/orders/D-1/cancel"},
}
_TAKEN = {**_MEAL, "title": "今天早餐", "own": "不用付钱", "state": "取过了", "until": "", "cancel": None}
_FORM = {"label": "明天午餐不吃了", "action": "/mine/orders/D-1/cancel", "fields": [("person", "P-1")]}
_PICK = {
    "title": "明天午餐",
    "when": "12月13号星期四",
    "dishes": _MEAL["dishes"],
    "label": "就吃这个",
    "href": "/c",
    "other_href": "/d",
}
_WHY = ["这餐 18 元。", "政府补贴 5 元。", "您付 13 元。", "今天的补贴已经用过一次了。"]
_KIN = {
    "called": "叫您“婆婆”的人", "since": "2026年11月23号起", "may": "能帮您订饭", "end_href": "/e",
    "limit_action": "/l", "limit_label": "改成只让看", "limit_value": "no",
}  # fmt: skip
_SAID = {"title": "明天午餐现在退不了", "sentence": "9 点半就停了，厨房已经做上了。不来吃不收您的钱。", "way": _LINK}

MINE_SAMPLES: dict[str, list[dict[str, Any]]] = {
    "mine/home.html": [
        {**_HEAD, "meal": _MEAL, "main": {"label": "看取餐码", "href": "/mine/code"}, "ways": [_LINK] * 5},
        {**_HEAD, "whom_href": None, "phone": "", "meal": None, "main": _LINK, "ways": [_LINK]},
    ],
    "mine/pick.html": [
        {**_HEAD, "meals": [_PICK, {**_PICK, "other_href": None}], "none": ""},
        {**_HEAD, "meals": [], "none": "这几天能订的饭都订好了，或者菜单还没出来。"},
    ],
    "mine/dishes.html": [
        {
            **_HEAD,
            "title": "明天午餐",
            "when": "12月13号星期四",
            "action": "/mine/order/check",
            "fields": [("person", "P-1")],
            "dishes": [
                {"ref": "M-1", "name": "红烧狮子头配时令蔬菜", "price": "18 元", "lacking": ""},
                {"ref": "M-2", "name": "清蒸鲈鱼", "price": "15 元", "lacking": "有鱼，您吃了会过敏"},
            ],
        }
    ],
    "mine/check.html": [
        {
            **_HEAD,
            **{name: _MEAL[name] for name in ("title", "how", "dishes", "own", "until")},
            "notes": "米饭软一点 · 少盐",
            "sentence": "这餐 18 元，政府补贴 5 元，您付 13 元。",
            "changed": "价钱变了，请再看一遍。",
            "action": "/mine/order",
            "fields": [("person", "P-1"), ("dish", "M-1")],
            "other_href": "/mine/order/dishes",
            "ways": [{"label": "改成送到家", "href": "/mine/order/check"}],
        }
    ],
    "mine/booked.html": [
        {**_HEAD, "meals": [_TAKEN, _MEAL], "order_href": "/mine/order"},
        {**_HEAD, "meals": [], "order_href": "/mine/order"},
    ],
    "mine/sure.html": [
        {**_HEAD, "title": "明天午餐不吃了吗？", "sentence": _MEAL["dishes"], "stay": _LINK, "go": _FORM}
    ],
    "mine/said.html": [{**_HEAD, **_SAID, "undo": _FORM}, {**_HEAD, **_SAID, "undo": None}],
    "mine/bill.html": [
        {
            **_HEAD,
            "title": "11月的饭钱",
            "sum": "吃了 21 顿，一共 378 元，补贴出了 105 元。",
            "own": "273 元",
            "tab": "还记着账 13 元，下次来一起付就行。",
            "meals": [{"title": "12月13号星期四午餐", "own": "13.25 元", "why": _WHY}] * 3,
            "other": {"label": "看上个月", "href": "/mine/bill?month=last"},
        },
        {
            **_HEAD,
            "title": "11月的饭钱",
            "sum": "这个月还没有吃过。",
            "own": "0 元",
            "tab": "没有欠账。",
            "meals": [],
            "other": _LINK,
        },
    ],
    "mine/status.html": [
        {
            **_HEAD,
            "entitled": "明天午餐要是吃红烧狮子头：这餐 18 元，政府补贴 5 元，您付 13 元。",
            "used": "这个月吃了 21 顿，补了 105 元。",
            "ends": [
                {"name": "最低生活保障", "until": "到2026年12月31号", "bring": "快到期了。请带身份证到社区去一趟。"},
                {"name": "独居", "until": "一直有", "bring": ""},
            ],
            "applications": [{"name": "吃饭补贴", "state": "贴出来了，12月3号贴满", "bring": "下次来要带：户口本"}],
            "bill_href": "/mine/bill",
        },
        {**_HEAD, "entitled": "新菜单还没出来。", "used": "", "ends": [], "applications": [], "bill_href": "/b"},
    ],
    "mine/family.html": [
        {
            **_HEAD,
            "sentence": "这些人能帮您订饭、看您订了什么。",
            "waiting": "有人想帮您订饭，在等您一句话。跟公众号说“同意”或“不同意”就行。",
            "kin": [_KIN, {**_KIN, "end_href": None, "limit_action": None}],
        },
        {**_HEAD, "sentence": "", "waiting": "", "kin": []},
    ],
    "mine/whom.html": [
        {
            **_HEAD,
            "people": [
                {"ref": "P-1", "name": "欧阳张秀英", "called": "妈妈", "current": True},
                {"ref": "P-2", "name": "李建国", "called": "", "current": False},
            ],
            "action": "/mine/whom",
        }
    ],
    "errors/senior.html": [
        {"title": "还不认识您", "sentence": "请到食堂窗口要一张小票。", "incident": "E-7KQ2MW", "way": _LINK},
        {"sentence": "请过一会儿再试。", "incident": None, "way": None},
    ],
}
# The pages that seniors read, with the number of their contexts.
SENIOR_PAGES = [f"{name}~{number}" for name, contexts in MINE_SAMPLES.items() for number in range(len(contexts))]
