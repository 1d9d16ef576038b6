"""Open canteens by script: ``flask canteen operator``, ``open``, ``hours``, ``close``."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from canteen import places
from canteen.cli.told import told
from canteen.foundation import clock, money
from canteen.foundation.db import EVERYWHERE
from canteen.http.current import house

ACTOR = "command line"
_TIME = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)", re.ASCII)
_DAY = click.DateTime(["%Y-%m-%d"])


class Minute(click.ParamType[int]):
    """Read a time of day as minutes after midnight."""

    name = "HH:MM"

    def convert(self, value: object, param: click.Parameter | None, context: click.Context | None) -> int:
        """Return the minutes; a text that is no time ends the command."""
        match = _TIME.fullmatch(str(value))
        if match is None:
            self.fail(f"{value} is no time such as 11:00", param, context)
        return int(match[1]) * 60 + int(match[2])


class Yuan(click.ParamType[int]):
    """Read an amount in yuan as fen."""

    name = "YUAN"

    def convert(self, value: object, param: click.Parameter | None, context: click.Context | None) -> int:
        """Return the fen; a text that is no amount ends the command."""
        try:
            return money.fen(str(value))
        except ValueError:
            self.fail(f"{value} is no amount such as 25 or 12.50", param, context)


@click.group()
def canteen() -> None:
    """Look after canteens and who runs them."""


@canteen.command()
@click.option("--name", required=True, help="The operator's registered name.")
@click.option("--kind", required=True, type=click.Choice(places.OPERATORS))
@click.option("--region", required=True, help="Code of the region whose office keeps the record.")
@click.option("--contract", help="Number of the contract.")
@click.option("--from", "first", type=_DAY, help="First day of the contract and of the price ceiling.")
@click.option("--to", "last", type=_DAY, help="Last day of the contract; open-ended when left out.")
@click.option("--ceiling", type=Yuan(), help="Dearest dish that the contract allows.")
@with_appcontext
@told
def operator(
    *,
    name: str,
    kind: str,
    region: str,
    contract: str | None,
    first: datetime | None,
    last: datetime | None,
    ceiling: int | None,
) -> None:
    """Enter who runs canteens, with contract and price ceiling; the bank account is entered on the page."""
    if (contract or ceiling) and first is None:
        raise click.UsageError("--contract and --ceiling need --from")
    at = clock.now()
    with house().database.transaction(EVERYWHERE) as session:
        added = places.add_operator(
            session, name=name, kind=kind, region_code=places.padded(region), actor=ACTOR, at=at
        )
        known: dict[str, Any] = {"operator_id": added.id, "evidence": contract or "", "actor": ACTOR, "at": at}
        if contract and first is not None:
            until = last.date() + timedelta(days=1) if last else None
            places.agree_contract(session, number=contract, valid_from=first.date(), valid_until=until, **known)
        if ceiling and first is not None:
            places.set_ceiling(session, price_fen=ceiling, valid_from=first.date(), **known)
        ref = added.ref
    click.echo(f"{ref} {name}")


@canteen.command("open")
@click.option("--name", required=True)
@click.option("--kind", default="canteen", type=click.Choice(places.KINDS), show_default=True)
@click.option("--operator", "operator_ref", required=True, help="Reference of the operator, F-…")
@click.option("--region", required=True, help="Code of the region, 12 digits or the leading ones.")
@click.option("--address", required=True)
@click.option("--phone", required=True)
@click.option("--opened", type=_DAY, help="First day; today when left out.")
@click.option("--tender", default="cash", type=click.Choice(places.TENDERS), show_default=True)
@click.option("--kitchen", help="Reference of the central kitchen that supplies it, C-…")
@click.option("--alias", "aliases", multiple=True, help="What people call it; may be given again.")
@with_appcontext
@told
def open_canteen(
    *,
    name: str,
    kind: str,
    operator_ref: str,
    region: str,
    address: str,
    phone: str,
    opened: datetime | None,
    tender: str,
    kitchen: str | None,
    aliases: tuple[str, ...],
) -> None:
    """Open a canteen, a meal point or a central kitchen, with its book."""
    at = clock.now()
    with house().database.transaction(EVERYWHERE) as session:
        made = places.open_canteen(
            session,
            name=name,
            kind=kind,
            operator_id=places.operator(session, ref=operator_ref).id,
            region_code=places.padded(region),
            address=address,
            phone=phone,
            opened_on=opened.date() if opened else clock.service_day(at),
            default_tender=tender,
            supplied_by_id=_key(session, kitchen),
            aliases=aliases,
            actor=ACTOR,
            at=at,
        )
        ref = made.ref
    click.echo(f"{ref} {name}")


@canteen.command()
@click.argument("ref")
@click.argument("meal", type=click.Choice(["breakfast", "lunch", "dinner", "snack"]))
@click.option("--opens", required=True, type=Minute())
@click.option("--closes", required=True, type=Minute())
@click.option("--cutoff", required=True, type=Minute(), help="Time until which one may order.")
@click.option("--cutoff-days", default=0, show_default=True, help="How many days before the meal.")
@click.option("--capacity", required=True, type=int, help="Portions of the meal.")
@click.option("--weekdays", default="1234567", show_default=True, help="1 is Monday.")
@click.option("--dine-in/--no-dine-in", default=True, show_default=True)
@click.option("--pack/--no-pack", default=True, show_default=True)
@click.option("--delivery-fee", type=Yuan(), help="Deliver, for this fee; 0 is free of charge.")
@click.option("--since", type=_DAY, help="First day; the first hours of a meal hold from ever.")
@with_appcontext
@told
def hours(
    *,
    ref: str,
    meal: str,
    opens: int,
    closes: int,
    cutoff: int,
    cutoff_days: int,
    capacity: int,
    weekdays: str,
    dine_in: bool,
    pack: bool,
    delivery_fee: int | None,
    since: datetime | None,
) -> None:
    """Say how the canteen REF serves a MEAL, from a day on."""
    terms = places.ServiceTerms(
        opens_minute=opens,
        closes_minute=closes,
        cutoff_minute=cutoff,
        cutoff_days=cutoff_days,
        capacity=capacity,
        weekdays=weekdays,
        dines_in=dine_in,
        packs=pack,
        delivers=delivery_fee is not None,
        delivery_fee_fen=delivery_fee or 0,
    )
    with house().database.transaction(EVERYWHERE) as session:
        canteen_id = places.canteen(session, ref=ref).id
        day = since.date() if since else None
        places.set_service(
            session, canteen_id=canteen_id, meal=meal, terms=terms, since=day, actor=ACTOR, at=clock.now()
        )
    click.echo(f"{ref} serves {meal} to {capacity}.")


@canteen.command("close")
@click.argument("ref")
@click.option("--on", "day", required=True, type=_DAY, help="First day without meals.")
@click.option("--reason", required=True)
@with_appcontext
@told
def close_canteen(ref: str, day: datetime, reason: str) -> None:
    """Close the canteen REF for good; its book and statements stay."""
    with house().database.transaction(EVERYWHERE) as session:
        canteen_id = places.canteen(session, ref=ref).id
        places.close_canteen(session, canteen_id=canteen_id, on=day.date(), reason=reason, actor=ACTOR, at=clock.now())
    click.echo(f"{ref} is closed from {day.date()} on.")


def _key(session: Session, ref: str | None) -> int | None:
    return places.canteen(session, ref=ref).id if ref else None
