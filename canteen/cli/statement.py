"""Freeze statements and prove them: ``flask statement freeze``, ``supersede``, ``reproduce``."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from canteen import places, settlement
from canteen.cli.told import told
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.money import yuan
from canteen.http.current import house

ACTOR = "command line"


@click.group()
def statement() -> None:
    """Look after the statements of canteens."""


@statement.command()
@click.argument("canteen_ref")
@click.argument("month")
@with_appcontext
@told
def freeze(canteen_ref: str, month: str) -> None:
    """Freeze what is not yet stated of a MONTH (2026-03) of a canteen."""
    at = clock.now()
    with house().database.reading(EVERYWHERE) as session:
        canteen_id = places.canteen(session, ref=canteen_ref).id
        prepared = settlement.prepare(session, canteen_id=canteen_id, month=month, actor=ACTOR, at=at)
    with house().database.transaction(EVERYWHERE) as session:
        kept = settlement.freeze(session, canteen_id=canteen_id, month=month, actor=ACTOR, at=at, prepared=prepared)
        line = f"{kept.ref} part {kept.part}: {kept.meal_count} meals, {yuan(kept.due_fen)} yuan due, {kept.digest}"
    click.echo(line)


@statement.command()
@click.argument("ref")
@with_appcontext
@told
def supersede(ref: str) -> None:
    """Freeze the next version of the statement REF, with its differences, in the place of it."""
    at = clock.now()
    with house().database.reading(EVERYWHERE) as session:
        prepared = settlement.prepare_version(session, ref=ref, actor=ACTOR, at=at)
    with house().database.transaction(EVERYWHERE) as session:
        kept = settlement.supersede(session, ref=ref, actor=ACTOR, at=at, prepared=prepared)
        line = f"{kept.ref} version {kept.version} of part {kept.part}: {len(prepared.view.differences)} differences"
    click.echo(line)


@statement.command()
@click.argument("ref")
@with_appcontext
@told
def reproduce(ref: str) -> None:
    """Rebuild the statement REF from the books; exit 1 where it is not what was frozen."""
    with house().database.reading(EVERYWHERE) as session:
        found = settlement.reproduce(session, ref=ref)
    if found.is_equal:
        click.echo(f"{ref} is reproduced byte for byte: {found.digest}")
        return
    click.echo(f"{ref} was frozen as {found.digest}, the books now give {found.rebuilt_digest}", err=True)
    click.echo(f"different: {', '.join(found.differing)}", err=True)
    raise SystemExit(1)
