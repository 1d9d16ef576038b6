"""Look after the schema: ``flask database upgrade`` and ``flask database check``."""

from __future__ import annotations

import click
from alembic.util import CommandError
from sqlalchemy import make_url

from canteen import schema
from canteen.tables import MUTABLE

_OWNER = click.option(
    "--owner-url",
    envvar=["DATABASE_OWNER_URL", "DATABASE_URL"],
    default=schema.DEFAULT_URL,
    help="Address under which the tables are owned.",
)
_APPLICATION = click.option(
    "--url",
    envvar="DATABASE_URL",
    default=schema.DEFAULT_URL,
    help="Address under which the application works.",
)


@click.group()
def database() -> None:
    """Look after the schema of the database."""


@database.command()
@_OWNER
@_APPLICATION
@click.argument("revision", default="head")
def upgrade(owner_url: str, url: str, revision: str) -> None:
    """Bring the database up to date and settle what the application may do."""
    schema.upgrade(owner_url, revision)
    owner, role = make_url(owner_url).username, make_url(url).username
    if role is not None and role != owner and revision == "head":
        schema.grant(owner_url, role=role, mutable=MUTABLE)
    click.echo(f"The database is at revision {schema.current(owner_url) or 'none'}.")


@database.command()
@_OWNER
def check(owner_url: str) -> None:
    """Fail unless the database is at the newest revision and equals the tables."""
    at, newest = schema.current(owner_url), schema.head()
    if at != newest:
        raise click.ClickException(
            f"The database is at revision {at or 'none'}; the newest is {newest or 'none'}."
        )
    try:
        schema.check(owner_url)
    except CommandError as difference:
        raise click.ClickException(str(difference)) from difference
    click.echo(f"The database is at revision {at or 'none'} and equals the tables.")
