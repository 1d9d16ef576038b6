"""Write what an auditor takes home: ``flask audit pack``."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen import auditpack, places
from canteen.cli.told import told
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.http.current import house

ACTOR = "command line"


@click.group()
def audit() -> None:
    """Serve the auditor."""


@audit.command()
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--canteen", "canteen_refs", multiple=True, help="The number of a canteen; may be repeated.")
@click.option("--region", "region_code", default="", help="Every canteen below this code, such as 4403.")
@with_appcontext
@told
def pack(target: Path, canteen_refs: tuple[str, ...], region_code: str) -> None:
    """Write the books of canteens, all there are if none is named, to a new file TARGET with its own checker."""
    if target.exists():
        raise click.ClickException(f"{target} is there already")
    draft = target.with_name(target.name + ".part")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    with house().database.reading(EVERYWHERE) as session, draft.open("wb") as file:
        asked = auditpack.Asked(_wanted(session, canteen_refs, region_code), ACTOR, clock.now())
        manifest = auditpack.write(session.connection(), asked, file)
    draft.replace(target)
    for book in manifest["books"]:
        click.echo(f"{book['canteen']} up to entry {book['seq']} {book['hash']}")
    click.echo(f"{len(manifest['books'])} books in {target}; check with: python3 check.py {target.name}")


def _wanted(session: Session, canteen_refs: tuple[str, ...], region_code: str) -> list[int]:
    named = [places.canteen(session, ref=ref).id for ref in canteen_refs]
    if named:
        return named
    within = select(places.Canteen.id).where(places.Canteen.region_code.startswith(region_code, autoescape=True))
    return list(session.scalars(within.order_by(places.Canteen.id)))
