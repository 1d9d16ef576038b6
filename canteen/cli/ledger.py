"""Prove the books: ``flask ledger verify``."""

from __future__ import annotations

import click
from flask.cli import with_appcontext
from sqlalchemy import func, select

from canteen import audit, tables, treasury
from canteen import ledger as books
from canteen.foundation.db import EVERYWHERE
from canteen.http.current import house


@click.group()
def ledger() -> None:
    """Look after the books."""


@ledger.command()
@with_appcontext
def verify() -> None:
    """Prove every entry, every chain, every pair of books and every audit row; exit 1 where something does not hold."""
    with house().database.reading(EVERYWHERE) as session:
        count = session.scalar(select(func.count()).select_from(tables.ledger.Book))
        findings, proved = books.verify(session.connection())
        findings += treasury.mirror(session.connection())
        broken = list(audit.broken_rows(session))
    for finding in findings:
        click.echo(f"book {finding.book_id} entry {finding.seq}: {finding.kind}, {finding.detail}", err=True)
    for chain, number in broken:
        click.echo(f"audit {chain} row {number}: does not follow from the row before", err=True)
    click.echo(f"{count} books, {proved} entries proved, {len(findings)} findings, {len(broken)} broken audit rows.")
    if findings or broken:
        raise SystemExit(1)
