"""Invent data for a demonstration: ``flask demo clock`` and ``flask demo load``."""

from __future__ import annotations

import time
from functools import partial

import click
from flask.cli import with_appcontext

from canteen import demo as story
from canteen.foundation import clock as clocks
from canteen.foundation.db import Database
from canteen.foundation.secrecy import Vault
from canteen.http.current import house


@click.group()
def demo() -> None:
    """Invent data for a demonstration; refused in production."""


@demo.command()
@with_appcontext
def clock() -> None:
    """Print the instant at which a demonstration begins: 10:40 on the next working day, today included."""
    _refuse_production()
    click.echo(story.opening(clocks.now()).isoformat())


@demo.command()
@click.option("--seed", default=1, show_default=True, help="The same seed invents the same people and meals.")
@click.option("--people", default=400, show_default=True, type=click.IntRange(1, 2000), help="How many people.")
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 90), help="How many past days.")
@with_appcontext
def load(*, seed: int, people: int, days: int) -> None:
    """Load canteens, people and a month of meals; what is there already is left alone.

    Progress goes to standard error, the log-ins to standard output.
    """
    _refuse_production()
    began = time.monotonic()
    settings = house().settings
    wanted = story.Wanted(settings.clock or story.opening(clocks.now()), seed, people, days)
    database = Database(settings.database_url, Vault(settings.data_keys), survives_power_cut=False)
    try:
        loaded = story.load(database, house().keys, wanted=wanted, say=partial(click.echo, err=True))
    except story.NotEmpty:
        raise click.ClickException("The database holds people already; they are not invented ones.") from None
    finally:
        database.dispose()
    if loaded.is_new:
        click.echo(f"Loaded in {time.monotonic() - began:.0f} seconds.", err=True)
    else:
        click.echo("The demonstration data are there already.", err=True)
    for line in story.notes():
        click.echo(line)


def _refuse_production() -> None:
    if house().settings.production:
        raise click.ClickException("Demonstration data are for development; CANTEEN_ENV is production.")
