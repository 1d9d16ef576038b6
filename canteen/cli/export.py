"""Hand the books to other systems: ``flask export vouchers``, ``beancount``, ``city``."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import auditpack, exports, places
from canteen.cli.told import told
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.money import yuan
from canteen.http.current import house
from canteen.ledger.tables import Book

ACTOR = "command line"


@click.group()
def export() -> None:
    """Hand the books to other systems."""


@export.command()
@click.argument("canteen_ref")
@click.argument("month")
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--layout", default="yonyou", help="yonyou, kingdee, or one of your own in voucher_columns.toml.")
@with_appcontext
@told
def vouchers(canteen_ref: str, month: str, target: Path, layout: str) -> None:
    """Write the vouchers of a MONTH (2026-03) of a canteen to a new workbook TARGET, read it back and add it up."""
    with house().database.reading(EVERYWHERE) as session:
        lines = exports.voucher_lines(session.connection(), book_id=_book(session, canteen_ref), month=month)
        content = exports.voucher_file(lines, layout=layout, prepared_by=ACTOR)
    _write(target, content)
    totals = exports.retotal(target.read_bytes(), layout=layout)
    debit = sum(pair[0] for pair in totals.values())
    click.echo(f"{target}: {len(totals)} accounts, {yuan(debit)} debit, {yuan(debit)} credit, read back and balanced")


@export.command()
@click.argument("canteen_ref")
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
@told
def beancount(canteen_ref: str, target: Path) -> None:
    """Write the whole book of a canteen as beancount text to a new file TARGET; check with: bean-check TARGET."""
    with house().database.reading(EVERYWHERE) as session:
        title = places.canteen(session, ref=canteen_ref).name
        text = auditpack.beancount(session.connection(), book_id=_book(session, canteen_ref), title=title)
        _write(target, ("\n".join(text) + "\n").encode())
    click.echo(f"{target} written")


@export.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="The last day; yesterday if none is given.")
@click.option("--region", "region_code", default="", help="Every canteen below this code, such as 4403.")
@with_appcontext
@told
def city(folder: Path, day: datetime | None, region_code: str) -> None:
    """Write the figures of the 35 days up to a day, without names, into FOLDER."""
    last = day.date() if day else clock.today() - timedelta(days=1)
    path, count = exports.write_city(
        house().database, folder, last=last, at=clock.now(), region_code=region_code
    )  # fmt: skip
    click.echo(f"{path}: {count} lines, read back and added up")


def _book(session: Session, canteen_ref: str) -> int:
    canteen_id = places.canteen(session, ref=canteen_ref).id
    return session.scalars(select(Book.id).where(Book.canteen_id == canteen_id)).one()


def _write(target: Path, content: bytes) -> None:
    if target.exists():
        raise click.ClickException(f"{target} is there already")
    exports.write_whole(target, content)
