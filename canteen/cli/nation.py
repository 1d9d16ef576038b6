"""Open a new installation: ``flask nation load``."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from canteen import nation as nations
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
