"""Sample contexts of the accounting pages; the sums of the statement add up on purpose."""

from __future__ import annotations

from typing import Any

from tests.web.sample_frames import BOXES, DESK, PAGE, TASKS

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
        "deductions": [],
        "own": own,
        "modes": list(modes),
    }


STATEMENT: dict[str, Any] = {
    **DESK,
    "versions": [],
    "differences": None,
    "supersede": None,
    "is_old": False,
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
    "price_head": "餐费",
    "deductions": [],
    "asides": [{"label": "另：按餐运营补贴　区级财政", "fen": 792800}],
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
    "signing_href": None,
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


def _meal(day: str, name: str, time: str, means: str, *, fens: tuple[int, int, int], marked: bool) -> dict[str, Any]:
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
    "counters": [{"name": "就餐补贴", "window": "当周 2026-10-19", "before": 2, "after": 3, "limit": 5}],
    "rules": [
        {
            "name": "特困、低保老人",
            "outcome": "failed",
            "reason": "没有特困或低保的有效资格",
            "needs": "特困/低保",
            "short": "",
            "document": "区民政〔2026〕12 号 第四条",
            "document_href": "/doc",
        },
        {
            "name": "80 岁以上老人",
            "outcome": "passed",
            "reason": "当天 83 岁，本市居住",
            "needs": "",
            "short": "",
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
        "state": "",
        "states": [("", "全部"), ("draft", "草稿"), ("frozen", "已冻结")],
    },
    "rows": [
        {
            "reference": "JS-202610-0017",
            "href": "/x",
            "canteen": "幸福里社区食堂",
            "month_label": "2026 年 10 月",
            "version": 1,
            "meals": 3964,
            "price_head": "餐费",
            "deductions": [],
            "asides": [{"label": "另：按餐运营补贴　区级财政", "fen": 792800}],
            "due_fen": 4093000,
            "own_fen": 2249400,
            "status": "会计复核",
            "tone": "info",
            "status_at": "11-02 09:14",
        }
    ],
    "page": PAGE,
}
_AMOUNTS: dict[str, Any] = {
    "count": 1,
    "price_fen": 1800,
    "purse_fens": [500, 300, 0],
    "discount_fen": 0,
    "own_fen": 1000,
    "operator_fen": 200,
}
VERSION: dict[str, Any] = {
    **FROZEN,
    "is_old": True,
    "versions": [{"label": "第 1 版，已被替代", "href": "/1"}, {"label": "第 2 版，在用", "href": None}],
    "differences": {
        "title": "与上一版的差异（S-1）",
        "purses": ["市级补贴", "区级补贴", "慈善"],
        "deductions": False,
        "rows": [
            {
                "change": "新增",
                "tone": "ok",
                "day": "10-31",
                "meal": "午餐",
                "name": "张*英",
                "ref": "M-1",
                "href": "/m",
            }
            | _AMOUNTS
        ],
        "sums": _AMOUNTS,
    },
    "supersede": {"action": "/supersede", "label": "出新的版本", "question": "又有 1 笔。", "ref": "S-1"},
}
MONTH: dict[str, Any] = {
    **DESK,
    "title": "幸福里社区食堂　2026 年 10 月结账",
    "steps": STATEMENT["steps"],
    "checks": [{"label": "全部结算", "verdict": "通过", "tone": "ok", "detail": "冻结 1 期；还没结算的分录 0 条"}],
    "differences": [{"seq": 812, "day": "10-20", "fen": 1250, "memo": "盘点少了"}],
    "difference_fen": 1250,
    "files": [{"label": "用友凭证导入", "href": "/accounting/months/C-1/2026-10/vouchers?layout=yonyou"}],
    "statement_href": "/statement",
    "acts": {"soft_close": "/soft", "close": "/close", "reopen": "/reopen", "waits": "结账要由另一位来办。"},
}
MONTHS: dict[str, Any] = {
    **DESK,
    "action": "/months",
    "month": "2026-10",
    "rows": [{"name": "幸福里社区食堂", "href": "/m", "statement_href": "/s", "state": "预结账", "tone": "warn"}],
}
