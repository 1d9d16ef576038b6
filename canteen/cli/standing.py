"""Run what stands every week by hand: ``flask standing run``."""

from __future__ import annotations

from datetime import datetime

import click
from flask.cli import with_appcontext

from canteen import standing as capability
from canteen.cli.told import told
from canteen.foundation import clock
from canteen.http.current import house


@click.group()
def standing() -> None:
    """Look after standing orders."""


@standing.command()
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="One day instead of today and the days ahead.")
@with_appcontext
@told
def run(on: datetime | None) -> None:
    """Place what is due, and say what each day expected and gave; exit 1 where a result is missing."""
    at, database = clock.now(), house().database
    if on is None:
        reports = capability.run_ahead(database, at=at)
    else:
        reports = [capability.run(database, service_date=on.date(), at=at)]
    for one in reports:
        counts = f"{one.placed} placed, {one.refused} refused, {one.kept} left as somebody made them"
        click.echo(f"{one.service_date}: {one.expected} expected, {counts}, {one.missing} missing")
    if any(one.missing for one in reports):
        raise SystemExit(1)
