"""The workbook that the accountant opens."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from canteen import settlement
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.money import capital_yuan
from canteen.settlement import StatementView
from tests.settlement import months
from tests.settlement.months import AFTER, MONTH

ROOT = Path(__file__).resolve().parents[2]
REBUILD = """
import hashlib, locale, sys
from canteen import settlement, tables
from canteen.foundation.db import EVERYWHERE, Database
from canteen.foundation.secrecy import Vault, development_key
database = Database(sys.argv[1], Vault({"1": development_key("DATA_KEYS")}))
with database.reading(EVERYWHERE) as session:
    statement = settlement.statement(session, ref=sys.argv[2])
    view = settlement.frozen(session, statement=statement)
    print(settlement.reproduce(session, ref=sys.argv[2]).is_equal)
    print(hashlib.sha256(settlement.workbook(view)).hexdigest())
    print(hashlib.sha256(settlement.content_of(view).encode()).hexdigest())
"""


@pytest.fixture
def view(database: Database) -> StatementView:
    world = months.a_lived_month(database)
    with database.transaction(EVERYWHERE) as session:
        kept = settlement.freeze(session, canteen_id=world.town.canteen_id, month=MONTH, actor="staff:li", at=AFTER)
        return settlement.frozen(session, statement=kept)


def opened(content: bytes, *, formulas: bool = False) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content), data_only=not formulas)


def row_of(sheet: Any, first: str) -> Any:
    return next(row for row in sheet.iter_rows() if row[0].value == first)


def test_totals_are_formulas_with_their_values_beside(view: StatementView) -> None:
    content = settlement.workbook(view)
    formulas = row_of(opened(content, formulas=True)["结算表"], "合计")
    values = row_of(opened(content)["结算表"], "合计")
    assert all(str(cell.value).startswith("=SUBTOTAL(9,") for cell in formulas[3:] if cell.value is not None)
    shown = [cell.value for cell in values[3:] if cell.value is not None]
    total = view.total
    fens = [total.price_fen, total.fee_fen, *total.purse_fens, total.own_fen]
    assert shown == [total.meals, *(fen / 100 for fen in fens)]


def test_the_formulas_give_the_values_that_are_stored(view: StatementView) -> None:
    content = settlement.workbook(view)
    written, stored = opened(content, formulas=True)["结算表"], opened(content)["结算表"]
    total = row_of(written, "合计")
    for cell in total[4:]:
        if cell.value is None:
            continue
        area = str(cell.value).removeprefix("=SUBTOTAL(9,").removesuffix(")")
        leaves = [
            stored[part.coordinate].value for (part,) in written[area] if not str(part.value).startswith("=SUBTOTAL")
        ]
        assert round(sum(leaves), 2) == stored[cell.coordinate].value


def test_the_amount_due_stands_in_capitals(view: StatementView) -> None:
    sheet = opened(settlement.workbook(view))["结算表"]
    assert row_of(sheet, "应拨合计（大写）")[4].value == capital_yuan(view.total.due_fen)
    assert row_of(sheet, "应拨合计（小写）")[4].value == view.total.due_fen / 100


def test_the_second_sheet_has_every_meal_as_data(view: StatementView) -> None:
    sheet = opened(settlement.workbook(view))["逐餐明细"]
    heads = [cell.value for cell in sheet[1]]
    rows = [dict(zip(heads, [cell.value for cell in row], strict=True)) for row in sheet.iter_rows(min_row=2)]
    assert len(rows) == len(view.lines)
    assert round(sum(row["老人自付"] for row in rows) * 100) == view.total.own_fen
    assert round(sum(row["餐费"] for row in rows) * 100) == view.total.price_fen
    assert sum(row["份数"] for row in rows) == view.total.meals
    assert all(isinstance(row["供餐日"], datetime) and isinstance(row["核销单号"], str) for row in rows)
    assert {row["姓名"] for row in rows} == {"李*福", "周*兰", "陈*珍", "王*"}
    assert sheet.merged_cells.ranges == set()
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref is not None


def test_the_table_agrees_with_the_second_sheet(view: StatementView) -> None:
    content = settlement.workbook(view)
    row = row_of(opened(content, formulas=True)["结算表"], "核对：明细合计－本表合计")
    assert "逐餐明细" in row[4].value
    heads = [cell.value for cell in opened(content)["逐餐明细"][1]]
    column = openpyxl.utils.get_column_letter(heads.index("餐费") + 1)
    assert f"!{column}2:{column}{len(view.lines) + 1})" in row[4].value


def test_the_page_is_ready_for_paper(view: StatementView) -> None:
    book = opened(settlement.workbook(view))
    for sheet in book:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        # One page wide is what the format means when it says nothing.
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) in ((None, 0), (1, 0))
        assert sheet.print_title_rows is not None
        assert view.digest in (sheet.oddFooter.left.text or "")
        assert "&P" in (sheet.oddFooter.right.text or "")
    words = [cell.value for row in book["结算表"].iter_rows() for cell in row]
    assert {"制表：", "复核：", "负责人："} <= set(words)


def test_a_draft_says_that_it_is_one(view: StatementView) -> None:
    draft = replace(view, state="draft", ref="", digest="")
    assert "草稿" in str(opened(settlement.workbook(draft))["结算表"]["A1"].value)
    assert settlement.file_name(draft).endswith("_2026-03_草稿.xlsx")


def test_a_file_is_named_by_canteen_month_and_version(view: StatementView) -> None:
    named = replace(view, canteen_name="幸福里/东区")
    assert settlement.file_name(named) == "幸福里_东区_2026-03_第1期第1版.xlsx"


def test_nothing_in_the_file_tells_when_it_was_made(view: StatementView) -> None:
    content = settlement.workbook(view)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2026-04-01T01:00:00Z" in archive.read("docProps/core.xml")
    assert settlement.workbook(view) == content


@pytest.mark.parametrize(
    ("zone", "seed", "tongue"), [("America/St_Johns", "0", "C"), ("Pacific/Chatham", "4242", "C.UTF-8")]
)
def test_another_process_elsewhere_rebuilds_the_same_bytes(
    database: Database, view: StatementView, zone: str, seed: str, tongue: str
) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    told = os.environ | {"TZ": zone, "PYTHONHASHSEED": seed, "LC_ALL": tongue, "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, "-c", REBUILD, url, view.ref], env=told, capture_output=True, text=True, check=True
    )
    with database.reading(EVERYWHERE) as session:
        kept = settlement.statement(session, ref=view.ref)
    assert run.stdout.split() == ["True", kept.workbook_digest, kept.digest]
    assert hashlib.sha256(kept.workbook).hexdigest() == kept.workbook_digest
