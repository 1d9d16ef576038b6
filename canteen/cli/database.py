"""Look after the schema: ``flask database upgrade`` and ``flask database check``."""

from __future__ import annotations

import os

import click
from alembic.util import CommandError
from sqlalchemy import make_url

from canteen import schema
from canteen.foundation.settings import Settings
from canteen.tables import MUTABLE


@click.group()
def database() -> None:
    """Look after the schema of the database."""


@database.command()
def upgrade() -> None:
    """Bring the database up to date and settle what the application may do."""
    settings = _settings()
    schema.upgrade(settings.owner_url)
    role = make_url(settings.database_url).username
    if role is not None and role != make_url(settings.owner_url).username:
        schema.grant(settings.owner_url, role=role, mutable=MUTABLE)
    click.echo(f"The database is at revision {schema.current(settings.owner_url) or 'none'}.")


@database.command()
def check() -> None:
    """Fail unless the database is at the newest revision and equals the tables."""
    url = _settings().owner_url
    at, newest = schema.current(url), schema.head()
    if at != newest:
        raise click.ClickException(f"The database is at revision {at or 'none'}; the newest is {newest or 'none'}.")
    try:
        schema.check(url)
    except CommandError as difference:
        raise click.ClickException(str(difference)) from difference
    click.echo(f"The database is at revision {at or 'none'} and equals the tables.")


def _settings() -> Settings:
    return Settings.from_environment(os.environ, schema.ROOT)
