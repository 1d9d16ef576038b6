"""Check policy files and try them against worked cases, which needs no database; publish them, which does."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import click
from flask.cli import with_appcontext

from canteen import places, subsidy
from canteen.cli.told import told
from canteen.foundation import clock, money
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import Invalid
from canteen.http.current import house

T = TypeVar("T")

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_DIRECTORY = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def policy() -> None:
    """Check and try subsidy policies."""


@policy.command()
@click.argument("file", type=_FILE)
def lint(file: Path) -> None:
    """Check a policy FILE: names, dates, floors, unanswered questions."""
    problems = subsidy.lint(file)
    for problem in problems:
        click.echo(subsidy.mended(problem), err=True)
    if problems:
        raise SystemExit(1)
    click.echo(f"{file}: ok")


@policy.command("test")
@click.argument("directory", type=_DIRECTORY)
@click.argument("cases", type=_FILE)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write one JSON object per case here.")
def try_cases(directory: Path, cases: Path, out: Path | None) -> None:
    """Price the CASES under the policies of a DIRECTORY, and the examples that the policies bring.

    Exit 1 where an expected value differs.
    """
    shelf, wanted = _read(subsidy.load, directory), _read(subsidy.read_cases, cases)
    own = subsidy.failing_examples(shelf)
    results = list(subsidy.try_all(shelf, wanted))
    lines = [json.dumps(result.answer, ensure_ascii=False) for result in results]
    if out is None:
        click.echo("\n".join(lines))
    else:
        out.write_text("\n".join(lines) + "\n", "utf-8")
    wrong = [result for result in results if result.differences]
    for result in wrong:
        click.echo(f"{result.answer['id']}: {'; '.join(result.differences)}", err=True)
    for name in subsidy.unread(wanted):
        click.echo(f"{name} is not read", err=True)
    for problem in own:
        click.echo(subsidy.mended(problem), err=True)
    click.echo(f"{len(results)} tried, {len(wrong)} different", err=True)
    if wrong or own:
        raise SystemExit(1)


def _read(read: Callable[[Path], T], path: Path) -> T:
    """Read files, or name every mistake in them and leave."""
    try:
        return read(path)
    except Invalid as error:
        for problem in error.params["problems"]:
            click.echo(subsidy.mended(problem), err=True)
        raise SystemExit(1) from None


@policy.command()
@click.argument("chosen", metavar="POLICY")
@click.option("--senior", required=True, metavar="REF", help="The person's public reference.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The service day.")
@click.option("--meal", type=click.Choice(["breakfast", "lunch", "dinner", "snack"]), default="lunch")
@click.option("--mode", type=click.Choice(["dine_in", "pickup", "delivery"]), default="dine_in")
@click.option("--price", required=True, help="The menu price in yuan.")
@click.option("--fee", default="0.00", help="The delivery fee in yuan.")
@click.option("--canteen", metavar="REF", help="Where it is eaten, if the rules ask.")
@with_appcontext
@told
def explain(
    chosen: str, senior: str, day: datetime, meal: str, mode: str, price: str, fee: str, canteen: str | None
) -> None:
    """Say what a person pays under a POLICY, published or a file, with every rule that was tried."""
    asked = subsidy.MealToPrice(day.date(), meal, mode, _fen(price), _fen(fee))
    with house().database.reading(EVERYWHERE) as session:
        place = None if canteen is None else places.canteen(session, ref=canteen)
        answer = subsidy.examine(session, policy=_policy(chosen), senior=senior, meal=asked, canteen=place)
    click.echo(answer.sentence)
    for line in answer.lines:
        click.echo(line)


def _policy(chosen: str) -> subsidy.Policy | str:
    path = Path(chosen)
    return _read(subsidy.readable, path) if path.is_file() else chosen


def _fen(text: str) -> int:
    try:
        return money.fen(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@policy.command()
@click.argument("files", type=_FILE, nargs=-1, required=True)
@click.option("--by", required=True, help="Who publishes, as it stands in the audit log.")
@with_appcontext
def publish(files: tuple[Path, ...], by: str) -> None:
    """Publish policy FILES: each is checked, kept for ever, and takes the place of the one before it."""
    with house().database.transaction(EVERYWHERE) as session:
        for file in files:
            try:
                row = subsidy.publish(session, text=file.read_text("utf-8"), actor=by, at=clock.now())
            except Invalid as error:
                for problem in error.params["problems"]:
                    click.echo(subsidy.mended(problem), err=True)
                raise SystemExit(1) from None
            click.echo(f"{row.code}: {row.digest}")
