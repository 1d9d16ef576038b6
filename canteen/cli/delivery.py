"""Plan deliveries from a file, without a database: ``flask delivery solve``."""

from __future__ import annotations

import re
from pathlib import Path

import click

from canteen import delivery as deliveries
from canteen.cli.told import told
from canteen.foundation.errors import Invalid, Refused

_IN = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, writable=True, path_type=Path)


class Steps(click.ParamType[tuple[int, ...]]):
    """Read how many steps each part of a search takes: one number for all, or as a plan tells them."""

    name = "N[,N...]"

    def convert(self, value: object, param: click.Parameter | None, context: click.Context | None) -> tuple[int, ...]:
        """Return the numbers; anything else ends the command."""
        parts = str(value).split(",")
        if len(parts) > 20 or not all(re.fullmatch(r"[1-9][0-9]{0,8}", part, re.ASCII) for part in parts):
            self.fail(f"{value} is no number of steps such as 500 or 40,40,900", param, context)
        return tuple(int(part) for part in parts)


@click.group()
def delivery() -> None:
    """Plan who brings which meals where."""


@delivery.command()
@click.argument("file", metavar="CASE.json", type=_IN)
@click.option(
    "--seconds", type=click.FloatRange(0.05, 3600), help="How long to look; by the size of the case if left out."
)
@click.option("--iterations", type=Steps(), help="How many steps instead, as a plan tells them: the same answer twice.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0, 2**32 - 1))
@click.option("--out", required=True, type=_OUT, help="Where to write the plan.")
@click.option("--compare", is_flag=True, help="Also tell what planning by hand would give.")
@told
def solve(
    file: Path, seconds: float | None, iterations: tuple[int, ...] | None, seed: int, out: Path, *, compare: bool
) -> None:
    """Write the best plan for CASE.json that is found in the time, checked before it is written."""
    case = deliveries.read_case(_text(file))
    budget = deliveries.budget_for(len(case.orders))
    if seconds is not None or iterations is not None:
        budget = deliveries.Budget(seconds, iterations)
    plan = deliveries.solver().solve(case, budget=budget, seed=seed)
    broken = deliveries.verify(case, plan)
    if broken:
        raise Refused("delivery.plan_breaks_rules", count=len(broken), first=f"{broken[0].rule} {broken[0].subject}")
    out.write_text(deliveries.write_plan(plan) + "\n", "utf-8")
    _tell("plan", case, plan)
    if compare:
        _tell("nearest neighbour", case, deliveries.nearest_neighbour(case))
        _tell("sweep", case, deliveries.sweep(case))


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise Invalid("delivery.malformed", where="file", problem="is not UTF-8") from error


def _tell(name: str, case: deliveries.Case, plan: deliveries.Plan) -> None:
    left = f"{len(plan.unserved)} of {len(case.orders)} orders left"
    click.echo(f"{name}\tcost {deliveries.cost(case, plan.trips)}\t{len(plan.trips)} trips\t{left}")
    if plan.making is not None:
        click.echo(
            f"\tseed {plan.making.seed}\titerations {','.join(map(str, plan.making.iterations))}\t{plan.making.engine}"
        )
