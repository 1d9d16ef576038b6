"""Open a new installation: ``flask nation load``; say where villages lie: ``flask nation locate``."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from canteen import nation as nations
from canteen import places
from canteen.cli.told import told
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.http.current import house


@click.group()
def nation() -> None:
    """Look after what is the same for every canteen of the nation."""


@nation.command()
@with_appcontext
def load() -> None:
    """Load regions, the chart of accounts and the calendar; a second time adds only what is new."""
    with house().database.transaction(EVERYWHERE) as session:
        nations.load(session, at=clock.now())
    click.echo("regions, accounts and calendar: loaded")


@nation.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
@told
def locate(file: Path) -> None:
    """Take over the middles of villages from a CSV FILE with the columns code, latitude, longitude."""
    with house().database.transaction(EVERYWHERE) as session:
        count = places.locate(session, content=file.read_text("utf-8-sig"), source=file.name, at=clock.now())
    click.echo(f"{count} places located")
