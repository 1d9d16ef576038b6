"""Sit at a desk of the office: invented people, lists, and what a page answered."""

from __future__ import annotations

import io
import re
from datetime import date
from html import unescape
from typing import Any

from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart
from xlsxwriter import Workbook

from canteen import seniors
from canteen.audit import AuditRow
from canteen.foundation.db import EVERYWHERE
from tests import builders as make
from tests.web.conftest import Browser, Office

OTHER_DISTRICT = "440305000000"
HEADINGS = ("姓名", "身份证号", "电话", "类别", "居住地")


def a_worker(office: Office, role: str = "community_worker", region: str = make.FUTIAN) -> Browser:
    """Log somebody in with a role in a district."""
    return office.browser("chen", role, region=region)


def a_senior(office: Office, **wishes: Any) -> str:
    """Register somebody with a telephone and return the reference."""
    with office.database.transaction(EVERYWHERE) as session:
        person_id = make.a_senior(session, **wishes)
        changes = seniors.Changes(phone="13800001234", address="莲花路 1 号 201")
        return seniors.change(session, person_id=person_id, changes=changes, actor="test", at=make.BEFORE).ref


def person_id(office: Office, ref: str) -> int:
    """Return the key of a person."""
    with office.database.reading(EVERYWHERE) as session:
        return seniors.person(session, ref=ref).id


def history(office: Office, ref: str) -> list[Any]:
    """Return every fact of a person, in the order of entry."""
    with office.database.reading(EVERYWHERE) as session:
        return list(seniors.history_of(session, person_id=seniors.person(session, ref=ref).id))


def acts(office: Office, action: str) -> list[Any]:
    """Return what the audit log keeps of one kind."""
    with office.database.reading(EVERYWHERE) as session:
        return list(session.scalars(select(AuditRow).where(AuditRow.action == action)))


def people_count(office: Office) -> int:
    """Count the register."""
    with office.database.reading(EVERYWHERE) as session:
        return seniors.search(session).count


def a_list(*rows: tuple[str, ...]) -> bytes:
    """Write a list as an office would send it."""
    content = io.BytesIO()
    with Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet("名单")
        for number, row in enumerate((HEADINGS, *rows)):
            for place, cell in enumerate(row):
                page.write_string(number, place, cell)
    return content.getvalue()


def a_row(name: str = "陈秀英", order: int = 501, category: str = "低保") -> tuple[str, ...]:
    """Invent one good row."""
    return (name, make.a_document(date(1950, 5, 1), order).number, "13900001111", category, "福田区")


def upload(browser: Browser, content: bytes, name: str = "名单.xlsx", region: str = make.FUTIAN) -> TestResponse:
    """Send a list for a dry run."""
    form = {
        "csrf_token": browser.token("/office/import"),
        "region": region,
        "file": FileStorage(io.BytesIO(content), name),
    }
    boundary, body = encode_multipart(form)
    kind = f"multipart/form-data; boundary={boundary}"
    return browser.client.post("/office/import", data=body, content_type=kind)


def way_in(page: str, pattern: str) -> str:
    """Return an address that a page offers."""
    found = re.search(pattern, page)
    assert found, f"no {pattern} on the page"
    return unescape(found[1])
