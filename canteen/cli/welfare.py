"""Say how a region watches over its people: ``flask welfare terms``."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from canteen import places, welfare
from canteen.cli.told import told
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.http.current import house

_MILLION = 1_000_000


@click.group("welfare")
def welfare_commands() -> None:
    """Look after the rules of care."""


@welfare_commands.command()
@click.argument("region")
@click.option("--alpha", default=0.005, show_default=True, type=click.FloatRange(1e-6, 0.5), help="How rare a gap is.")
@click.option("--least-days", default=2, show_default=True, type=click.IntRange(1, 30))
@click.option("--meal-is-no-visit", is_flag=True, help="A meal handed over at the door does not count as seen.")
@with_appcontext
@told
def terms(region: str, alpha: float, least_days: int, *, meal_is_no_visit: bool) -> None:
    """Set from when on somebody of REGION is missed, and what counts as seen."""
    with house().database.transaction(EVERYWHERE) as session:
        found = places.region(session, code=region)
        welfare.set_terms(
            session, region_code=found.code, alpha_millionths=round(alpha * _MILLION), least_days=least_days,
            meal_counts_as_seen=not meal_is_no_visit, actor="cli", at=clock.now(),
        )  # fmt: skip
    click.echo(f"{found.name}: alpha {alpha}, at least {least_days} days.")
