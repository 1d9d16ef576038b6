"""Sample contexts of the pages of policies and registers."""

from __future__ import annotations

from typing import Any

from tests.web.sample_frames import DESK

_CELLS = [("15.00", "", ""), ("10.00", "9.00", "bad"), ("8.00", "9.00", "ok")]
PRICES: dict[str, Any] = {
    "caption": "2026-11-23，午餐，堂食，标价 15.00 元",
    "ages": [60, 70, 80],
    "on": "2026-11-23",
    "rows": [
        {
            "label": "无类别",
            "cells": [{"own": own, "given": "5.00", "was": was, "tone": tone} for own, was, tone in _CELLS],
        },
        {"label": "低保", "cells": [{"own": "0.00", "given": "15.00", "was": "", "tone": ""}] * 3},
    ],
}
DIFF = [
    {"mark": "place", "text": "@@ -1,3 +1,3 @@"},
    {"mark": "removed", "text": 'gets: {up_to: "5.00"}'},
    {"mark": "added", "text": 'gets: {up_to: "6.00"}'},
    {"mark": "", "text": "who: {age: 70-99}"},
]
PROBLEMS = [{"line": 4, "says": "“六十”不是年龄段", "mend": "写成 60-74、80+"}]
LIST: dict[str, Any] = {
    **DESK,
    "rows": [
        {
            "name": "深圳市长者助餐补贴", "href": "/policies/of/x", "region": "深圳市", "chosen": "按户籍",
            "version": "2019 版　2019-01-01 起", "document": "文号待补", "state": "施行中", "tone": "ok",
        }
    ],
    "drafts": [
        {
            "ref": "P-1", "name": "新标准", "href": "/policies/drafts/P-1", "region": "福田区", "by": "李会计",
            "at": "11-23 10:00", "state": "草稿", "tone": "info",
        }
    ],
    "begin": {"action": "/policies/drafts", "sources": [("policy:x", "照现行")], "regions": [("440304", "福田区")]},
    "typed": {},
}  # fmt: skip
POLICY: dict[str, Any] = {
    **DESK,
    "name": "深圳市长者助餐补贴",
    "code": "shenzhen-city",
    "region": "深圳市",
    "state": "施行中",
    "tone": "ok",
    "versions": [{"label": "2019 版", "document": "文号", "source": "网页", "state": "施行中", "tone": "ok"}],
    "prices": PRICES,
    "facts": [{"label": "指纹", "value": "0f" * 32}],
    "scan_href": "/policies/drafts/P-1/scan",
    "publications": [
        {"label": "2026-11-23 10:00", "document": "文号", "href": None, "state": ""},
        {"label": "2026-01-01 10:00", "document": "文号", "href": "/policies/of/x?edition=1", "state": "已被取代"},
    ],
    "text": "policy: x\nname: <b>\n",
    "text_href": "/policies/of/x/text",
    "acts": {"action": "/policies/drafts", "source": "policy:x", "has_end": True},
}
DRAFT: dict[str, Any] = {
    **DESK,
    "ref": "P-1",
    "name": "新标准",
    "region": "福田区",
    "revision": 3,
    "steps": [{"label": "起草", "note": "李会计", "state": "now"}, {"label": "复核", "note": "未办", "state": "todo"}],
    "problems": PROBLEMS,
    "touched": ["2019"],
    "diff": DIFF,
    "prices": PRICES,
    "document_number": "深民规〔2026〕1号",
    "scan": {"href": "/policies/drafts/P-1/scan", "name": "文件.pdf", "digest": "ab" * 32, "size": "120 KB"},
    "text": "policy: x\n",
    "acts": {"scan": "/scan", "review": "/review", "drop": "/drop"},
    "edit_href": "/policies/drafts/P-1/edit",
    "try_href": "/accounting/whatif?draft=P-1",
    "published_href": None,
}
CONFLICT: dict[str, Any] = {
    **DESK,
    "ref": "P-1",
    "by": "赵会计",
    "theirs": "policy: x\n",
    "mine": "policy: y\n",
    "document_number": "1",
    "revision": 4,
    "diff": DIFF,
    "save_url": "/save",
    "draft_href": "/policies/drafts/P-1",
}
EDITOR: dict[str, Any] = {
    **DESK,
    "ref": "P-1",
    "name": "新标准",
    "region": "福田区",
    "text": "policy: x\n",
    "document_number": "",
    "revision": 1,
    "settled": False,
    "first": {
        "text": None,
        "problems": PROBLEMS,
        "form": {"groups": [], "unknown": ["第 3 行：versions/0/delivery"]},
        "prices": PRICES,
        "examples": {"count": 2, "failed": 1},
    },
    "meals": [("lunch", "午餐")],
    "modes": [("dine_in", "堂食")],
    "draft_href": "/policies/drafts/P-1",
    "check_url": "/check",
    "save_url": "/save",
}


def _field(name: str, **more: Any) -> dict[str, Any]:
    plain = {"id": f"{name}-1", "name": name, "label": name, "type": "text", "value": "", "hint": "", "required": True}
    return {**plain, "options": [], **more}


REGISTER: dict[str, Any] = {
    **DESK,
    "heading": "预算和善款",
    "subtitle": "各出资方一年的预算",
    "ways": [{"label": "上一级", "href": "/up"}],
    "panels": [
        {
            "title": "2026 年预算",
            "remark": "",
            "heads": [("出资方", ""), ("预算", "n"), ("", "")],
            "rows": [
                {
                    "cells": [
                        {"text": "市财政", "kind": "", "href": "/x", "tone": ""},
                        {"text": "9,000.00", "kind": "n", "href": None, "tone": ""},
                    ],
                    "acts": [
                        {
                            "label": "结束", "question": "确定吗？", "yes": "结束", "danger": True, "action": "/end",
                            "hidden": {"code": "x"}, "fields": [_field("document", id="document-9")],
                        }
                    ],
                    "chart": {
                        "width": 720, "height": 170, "title": "市财政已用 1 元", "spent": "0,150 10,140",
                        "ahead": "10,140 20,130", "limit": 20,
                        "labels": [{"x": 0, "y": 165, "text": "1 月", "anchor": ""}],
                    },
                }
            ],
            "empty": "还没有。",
            "form": {
                "action": "/budget", "hidden": {"kind": "x"}, "button": "记下",
                "fields": [_field("amount", id="amount-2"), _field("funder", id="funder-3", options=[("a", "市财政")])],
            },
        },
        {"title": "善款", "remark": "", "heads": [("", "")], "rows": [], "empty": "没有。", "form": None},
    ],
}  # fmt: skip
POLICY_SAMPLES: dict[str, list[dict[str, Any]]] = {
    "policies/list.html": [LIST, {**LIST, "rows": [], "drafts": [], "begin": None}],
    "policies/policy.html": [POLICY, {**POLICY, "acts": None, "scan_href": None}],
    "policies/draft.html": [
        DRAFT,
        {
            **DRAFT,
            "problems": [],
            "touched": [],
            "diff": [],
            "prices": None,
            "scan": None,
            "acts": {"publish": "/p", "return": "/r"},
        },
    ],
    "policies/conflict.html": [CONFLICT],
    "policies/editor.html": [
        EDITOR,
        {**EDITOR, "settled": True, "first": {**EDITOR["first"], "problems": [], "prices": None}},
    ],
    "registers/register.html": [REGISTER],
}
