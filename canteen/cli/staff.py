"""Look after staff accounts: ``flask staff add``, ``end``, ``password``."""

from __future__ import annotations

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from canteen import access, places
from canteen.cli.told import told
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.http.current import house

ACTOR = "command line"


@click.group()
def staff() -> None:
    """Look after staff accounts."""


@staff.command()
@click.argument("username")
@click.option("--name", required=True, help="The person's name, as colleagues know it.")
@click.option("--role", required=True, help="A role such as canteen_staff or accountant.")
@click.option("--region", help="Grant the role within this 12-digit region code.")
@click.option("--canteen", help="Grant the role at the canteen with this reference.")
@click.password_option(help="Asked for when not given.")
@with_appcontext
@told
def add(*, username: str, name: str, role: str, region: str | None, canteen: str | None, password: str) -> None:
    """Open an account and give it a role within a region or at a canteen."""
    at = clock.now()
    with house().database.transaction(EVERYWHERE) as session:
        access.install(session, actor=ACTOR, at=at)
        member = access.add(session, username=username, name=name, password=password, actor=ACTOR, at=at)
        access.give(
            session,
            ref=member.ref,
            role=role,
            region_code=region,
            canteen_id=_canteen_id(session, canteen),
            actor=ACTOR,
            at=at,
        )
    click.echo(f"{username} may log in now as {role}.")


@staff.command()
@click.argument("username")
@with_appcontext
@told
def end(username: str) -> None:
    """Close an account and end its log-ins at once."""
    with house().database.transaction(EVERYWHERE) as session:
        ref = access.find(session, username=username).ref
        access.end(session, ref=ref, actor=ACTOR, at=clock.now())
    click.echo(f"{username} is closed.")


@staff.command("password")
@click.argument("username")
@click.password_option(help="Asked for when not given.")
@with_appcontext
@told
def change_password(username: str, password: str) -> None:
    """Set a new password and end the log-ins made with the old one."""
    with house().database.transaction(EVERYWHERE) as session:
        ref = access.find(session, username=username).ref
        access.change_password(session, ref=ref, password=password, actor=ACTOR, at=clock.now())
    click.echo(f"{username} has a new password.")


def _canteen_id(session: Session, ref: str | None) -> int | None:
    return places.canteen(session, ref=ref).id if ref else None
