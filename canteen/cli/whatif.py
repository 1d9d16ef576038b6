"""Try a draft on the past from the terminal: ``flask policy whatif``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from canteen import places, settlement, subsidy
from canteen.cli.told import told
from canteen.foundation.errors import Invalid
from canteen.foundation.money import yuan
from canteen.http.current import house

_DAY = click.DateTime(["%Y-%m-%d"])
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--region", required=True, help="Code of the region whose canteens count, such as 440304.")
@click.option("--from", "first", type=_DAY, required=True, help="First day.")
@click.option("--to", "last", type=_DAY, required=True, help="Last day.")
@with_appcontext
@told
def whatif(file: Path, region: str, first: datetime, last: datetime) -> None:
    """Price past meals under the draft FILE: by category, canteen, payer and month; who gains, who loses."""
    text = file.read_text("utf-8")
    prefix = places.prefix(places.padded(region))
    days = (first.replace(tzinfo=UTC).date(), last.replace(tzinfo=UTC).date())
    asked = settlement.Question(text, prefix, days[0], days[1] + timedelta(days=1))
    try:
        answer = settlement.reprice(house().database, asked, progress=_tell)
    except Invalid as error:
        for problem in error.params.get("problems", ()):
            click.echo(subsidy.mended(problem), err=True)
        raise
    found = settlement.told(asked, answer)
    click.echo("\n".join(_lines(found)))


def _tell(done: int, count: int) -> None:
    click.echo(f"{done:,} of {count:,} meals", err=True)


def _lines(found: dict[str, Any]) -> Iterable[str]:
    yield "\t".join(("", "", "meals", *(f"{name} {side}" for side in ("now", "draft") for name in settlement.MEASURES)))
    for by, rows in found["rows"].items():
        for key, *sums in rows:
            yield "\t".join((by, key or "-", *_figures(sums)))
    yield "\t".join(("total", "", *_figures(found["total"])))
    for code, *fens in found["payers"]:
        yield "\t".join(("payer", code, *map(yuan, fens)))
    people = found["people"]
    for side in ("gain", "lose"):
        yield f"{side}\t{people[side]['count']} of {people['count']} people\t{yuan(people[side]['fen'])}"
    for ref, seq in found["books"]:
        yield f"book\t{ref}\tup to entry {seq}"


def _figures(sums: Sequence[int]) -> list[str]:
    """Write a row of a tally: counts as they are, money in yuan."""
    width = len(settlement.MEASURES)
    sides = (sums[2 : 2 + width], sums[2 + width :])
    figures = [str(sums[0])]
    for side in sides:
        figures += [str(side[0]), *map(yuan, side[1:])]
    return figures
