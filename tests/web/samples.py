"""Give every template a context such as its first comment describes. All people and amounts are invented."""

from __future__ import annotations

from typing import Any

from tests.web.sample_accounting import FROZEN, MEAL, MEALS, MONTH, MONTHS, OVERVIEW, STATEMENT, STATEMENTS, VERSION
from tests.web.sample_applications import APPLICATION, APPLICATION_FORM, APPLICATIONS, EXPIRING, PUBLIC_NOTICE
from tests.web.sample_care import CARE_SAMPLES
from tests.web.sample_counter import (
    ANOMALIES,
    BOARD,
    CALLERS,
    CHOOSE,
    DEVICES,
    GUN,
    PAPER,
    ROUND,
    ROUND_DONE,
    ROUND_TO_READ,
)
from tests.web.sample_desks import AUDIT_PACKS, ORDER_FOR
from tests.web.sample_frames import PLAIN
from tests.web.sample_kitchen import KITCHEN_SAMPLES
from tests.web.sample_mine import MINE_SAMPLES
from tests.web.sample_office import (
    AUDIT,
    CALENDAR,
    ERROR,
    HOME,
    IMPORT,
    LOGIN,
    MENUS,
    MERGE,
    ORDERS,
    PEOPLE,
    PERSON,
    PERSON_FORM,
    STAFF,
)
from tests.web.sample_office import CARDS as OFFICE_CARDS
from tests.web.sample_phone_list import PAGES as PHONE_LIST_SAMPLES
from tests.web.sample_policies import POLICY_SAMPLES
from tests.web.sample_rechecks import QUESTION, RECHECK, RECHECKS
from tests.web.sample_rounds import ROUND_SAMPLES
from tests.web.sample_safety import SAFETY_SAMPLES
from tests.web.sample_settling import ADJUSTMENTS, GAPS, GRANTS, WHATIF, WHATIF_RUN, WHATIF_RUNNING
from tests.web.sample_sites import OPERATOR, OPERATOR_FORM, OPERATORS, REGIONS, SITE, SITE_FORM, SITES
from tests.web.sample_standing import STANDING, STANDING_OF
from tests.web.sample_tickets import TICKET, TICKETS


def _login(role: str, label: str, english: str, username: str, **more: bool) -> dict[str, Any]:
    said = {"role": role, "label": label, "english": english, "username": username, "next": ""}
    return {**said, "is_first": False, "is_current": False, **more}


START: dict[str, Any] = {
    **PLAIN,
    "login_url": "/login",
    "login_action": "/demo/login",
    "clock_label": "11 月 21 日 星期六 11:05",
    "logins": [
        _login("counter", "窗口和账一起看", "Start here", "tour", is_first=True, is_current=True),
        _login("accountant", "民政会计", "Accountant", "li"),
        _login("clerk", "社区工作人员", "Community worker", "chen"),
        _login("auditor", "审计", "Auditor", "zhao"),
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
    "cancel_label": "今天午餐不吃了",
    "refresh_url": "/code/refresh",
    "seconds": 60,
}
CANCEL: dict[str, Any] = {
    "name": "张秀英",
    "canteen": "幸福里社区食堂",
    "question": "今天午餐不吃了吗？",
    "dishes": "红烧鸡块、清炒菜心",
    "action": "/cancel",
    "back_url": "/code",
}
NOTICE: dict[str, Any] = {
    "name": "张秀英",
    "canteen": "幸福里社区食堂",
    "title": "这一餐取过了",
    "sentence": "慢慢吃。",
    "phone": "00000000",
}
COUNTER: dict[str, Any] = {
    "canteen": "幸福里食堂",
    "meal": "午餐",
    "person_name": "王师傅",
    "day_label": "11 月 21 日 星期六",
    "counts": {"served": 86, "open": 41},
    "code_lengths": [8, 12, 34, 181],
    "commands": {"900000000012": "undo", "900000000063": "tab", "900000000073": "guest"},
    "practice": False,
    "scans_url": "/counter/scans",
    "people_url": "/counter/people",
    "guests_url": "/counter/guests",
    "redemptions_url": "/counter/redemptions",
    "board_url": "/counter/board",
    "alarm": "",
    "alarm_url": "/counter/alarm",
    "tickets_url": "/office/tickets",
    "home_url": "/home",
    "embed": False,
    "demo": True,
    "offline": None,
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
SAMPLES: dict[str, list[dict[str, Any]]] = {
    "access/login.html": [LOGIN, {**LOGIN, "error": None}],
    "accounting/adjustments.html": [
        ADJUSTMENTS,
        {**ADJUSTMENTS, "groups": [], "more": 0},
        {**ADJUSTMENTS, "decide_action": None, "look_action": None},
    ],
    "accounting/grants.html": [
        GRANTS,
        {**GRANTS, "rows": [], "meals": [], "facts": [], "state": None, "propose_action": None},
    ],
    "accounting/meal.html": [MEAL, {**MEAL, "recompute": None, "rules": [], "postings": []}],
    "accounting/meals.html": [MEALS, {**MEALS, "rows": []}],
    "accounting/overview.html": [OVERVIEW, {**OVERVIEW, "canteens": [], "tasks": []}],
    "accounting/statement.html": [
        STATEMENT,
        FROZEN,
        VERSION,
        {**STATEMENT, "embed": True},
        {**STATEMENT, "rows": [], "checks": []},
    ],
    "accounting/month.html": [MONTH, {**MONTH, "differences": [], "acts": dict.fromkeys(MONTH["acts"])}],
    "accounting/months.html": [MONTHS, {**MONTHS, "rows": []}],
    "accounting/statements.html": [STATEMENTS, {**STATEMENTS, "rows": []}],
    "accounting/whatif.html": [WHATIF, {**WHATIF, "rows": [], "ask": None}],
    "accounting/whatif_run.html": [
        WHATIF_RUN,
        WHATIF_RUNNING,
        {**WHATIF_RUNNING, "progress": None, "problem": "没有算成", "cancel_action": None},
    ],
    "counter/callers.html": [CALLERS, {**CALLERS, "rows": []}, {**CALLERS, "q": "", "rows": []}],
    "counter/board.html": [BOARD, {**BOARD, "rows": []}],
    "counter/round.html": [ROUND, ROUND_TO_READ, ROUND_DONE],
    "counter/choose.html": [CHOOSE, {**CHOOSE, "canteens": []}],
    "counter/scan.html": [COUNTER, {**COUNTER, "embed": True, "home_url": None}],
    "counter/remarks.html": [ANOMALIES, {**ANOMALIES, "kinds": [], "rows": []}],
    "counter/gun.html": [GUN],
    "counter/paper.html": [PAPER, {**PAPER, "rows": []}],
    "counter/devices.html": [DEVICES, {**DEVICES, "rows": []}],
    "errors/error.html": [ERROR, {**ERROR, "incident": None}],
    "office/audit.html": [AUDIT, {**AUDIT, "rows": [], "verdict": None}],
    "office/audit_packs.html": [AUDIT_PACKS, {**AUDIT_PACKS, "rows": []}],
    "office/application.html": [
        APPLICATION,
        {**APPLICATION, "is_recheck": True},
        {**APPLICATION, "acts": {}, "lacking": "", "is_late": False},
    ],
    "office/application_form.html": [APPLICATION_FORM, {**APPLICATION_FORM, "before": []}],
    "office/applications.html": [APPLICATIONS, {**APPLICATIONS, "rows": [], "ready": [], "decided": [], "notices": []}],
    "office/expiring.html": [EXPIRING, {**EXPIRING, "rows": []}],
    "print/public_notice.html": [PUBLIC_NOTICE, {**PUBLIC_NOTICE, "rows": []}],
    "office/order_for.html": [
        ORDER_FOR,
        {**ORDER_FOR, "offer": None, "coming": [], "dishes": [], "meals": [], "notes": []},
    ],
    "office/ticket.html": [TICKET, {**TICKET, "closed": "11 月 23 日", "note": "好了", "said": [], "numbers": []}],
    "office/tickets.html": [TICKETS, {**TICKETS, "rows": [], "closed": []}],
    "office/standing.html": [STANDING, {**STANDING, "runs": [], "results": [], "stands": []}],
    "office/standing_of.html": [STANDING_OF, {**STANDING_OF, "stands": [], "pauses": []}],
    "office/calendar.html": [CALENDAR, {**CALENDAR, "days": [], "closed": [], "warning": None}],
    "office/cards.html": [OFFICE_CARDS, {**OFFICE_CARDS, "rows": []}],
    "office/gaps.html": [GAPS, {**GAPS, "rows": [], "excel_href": None}],
    "office/home.html": [HOME, {**HOME, "boxes": [], "tasks": []}],
    "office/import.html": [
        IMPORT,
        {**IMPORT, "trial": None, "upload_error": "这个文件打不开", "taken": [], "kept": [], "question": QUESTION},
        {
            **IMPORT,
            "trial": {
                **IMPORT["trial"],
                "errors": [],
                "confirm": {"action": "/confirm", "question": "新增 12 人，确定吗？"},
            },
        },
    ],
    "office/recheck.html": [
        RECHECK,
        {**RECHECK, "is_mine": False},
        {**RECHECK, "waiting": [], "waiting_count": 0, "decided": [], "withdraw_action": None, "kept": []},
    ],
    "office/rechecks.html": [
        RECHECKS,
        {**RECHECKS, "trial": None, "question": QUESTION, "upload_error": "找不到表头", "taken": []},
        {**RECHECKS, "question": {**QUESTION, "missing": []}, "typed": {}},
    ],
    "office/menus.html": [
        MENUS,
        {
            **MENUS,
            "locked": True,
            "error": "有 1 处要改",
            "is_closed": True,
            "closing_href": None,
        },
    ],
    "office/orders.html": [ORDERS, {**ORDERS, "rows": []}],
    "office/merge.html": [MERGE, {**MERGE, "records": MERGE["records"][:1], "other": ""}, {**MERGE, "is_same": True}],
    "office/operator.html": [
        OPERATOR,
        {**OPERATOR, "contracts": [], "ceilings": [], "canteens": [], "may_open": False},
    ],
    "office/operator_form.html": [OPERATOR_FORM],
    "office/operators.html": [OPERATORS, {**OPERATORS, "rows": []}],
    "office/people.html": [PEOPLE, {**PEOPLE, "rows": [], "add_href": None, "import_href": None}],
    "office/person.html": [
        PERSON,
        {
            **PERSON,
            "facts": [],
            "contacts": [],
            "cards": [],
            "orders": None,
            "acts": None,
            "notices": [],
            "merged": None,
        },
    ],
    "office/person_form.html": [PERSON_FORM, {**PERSON_FORM, "is_new": False}],
    "office/region_search.html": [REGIONS, {**REGIONS, "rows": [], "query": ""}],
    "office/site.html": [SITE, {**SITE, "hours": [], "is_open": False, "contract_warning": True}],
    "office/site_form.html": [SITE_FORM, {**SITE_FORM, "region": None, "found": []}],
    "office/sites.html": [SITES, {**SITES, "rows": []}],
    "office/staff.html": [STAFF, {**STAFF, "rows": [], "add_action": None}],
    **KITCHEN_SAMPLES,
    **PHONE_LIST_SAMPLES,
    **SAFETY_SAMPLES,
    **POLICY_SAMPLES,
    **ROUND_SAMPLES,
    **CARE_SAMPLES,
    **MINE_SAMPLES,
    "print/cards.html": [CARDS, {**CARDS, "cards": []}],
    "print/slip.html": [SLIP, {**SLIP, "slip": {**SLIP["slip"], "qr_src": ""}}],
    "senior/cancel.html": [CANCEL],
    "senior/notice.html": [NOTICE, {**NOTICE, "name": "", "phone": ""}],
    "senior/code.html": [
        CODE,
        {**CODE, "subsidy_line": None, "cancel_url": None, "notes": ""},
        {**CODE, "own": "", "phone": ""},
    ],
    "start.html": [START, {**START, "demo": False}],
}
