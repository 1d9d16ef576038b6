"""Speak as the pages of what-if, late truth, gaps and operator money do."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import places, tables
from canteen.foundation.money import grouped_yuan

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@cache
def words() -> dict[str, Any]:
    """Return what these pages say."""
    return tomllib.loads(Path(__file__).with_name("settling.toml").read_text("utf-8"))


def signed(fen: int) -> str:
    """Write a difference with its sign, so that more and less are told apart without colour."""
    return f"+{grouped_yuan(fen)}" if fen > 0 else grouped_yuan(fen)


def account_names(session: Session) -> dict[str, str]:
    """Return the names of the accounts by their codes."""
    account = tables.ledger.Account
    return {row.code: row.name for row in session.execute(select(account.code, account.name))}


def funder_names(session: Session) -> dict[str, str]:
    """Return the names of the funders by their codes."""
    funder = tables.ledger.Funder
    return {row.code: row.name for row in session.execute(select(funder.code, funder.name))}


def region_names(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """Return the names of regions with the wider ones before, from the district down."""
    return {code: "".join(list(places.region_path(session, code).values())[2:]) or code for code in set(codes)}
