"""Copy the database away and back: ``flask backup``, ``flask restore``."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from canteen.cli import archive
from canteen.foundation import clock
from canteen.foundation.db import Database
from canteen.http.current import house
from canteen.tables import metadata


@click.command()
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def backup(target: Path) -> None:
    """Write the whole database to TARGET while the canteen goes on working.

    Sealed numbers stay sealed: keep the data keys elsewhere, without them the copy cannot be read in full.
    """
    try:
        rows = archive.write(house().database, metadata, target, at=clock.now())
    except archive.ArchiveError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{rows} rows are in {target}.")


@click.command()
@click.argument("source", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@with_appcontext
def restore(source: Path) -> None:
    """Load SOURCE into this database, which must be upgraded and empty."""
    database = Database(house().settings.owner_url)
    try:
        rows = archive.load(database, metadata, source)
    except archive.ArchiveError as error:
        raise click.ClickException(str(error)) from error
    finally:
        database.dispose()
    click.echo(f"{rows} rows were loaded from {source}.")
