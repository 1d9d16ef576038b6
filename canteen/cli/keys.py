"""Rotate data keys: ``flask keys status``, ``flask keys reseal``."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from canteen import audit, seniors
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE, Base, vault_of
from canteen.foundation.reseal import NO_KEY, Kept, kept_under
from canteen.foundation.reseal import reseal as reseal_texts
from canteen.foundation.secrecy import Vault
from canteen.http.current import house

ACTOR = "command line"
_SLIPS = "binding_slips"


@click.group()
def keys() -> None:
    """Look after the keys that seal numbers."""


@keys.command()
@with_appcontext
def status() -> None:
    """Tell what is sealed and indexed under which data key, and which keys may be dropped."""
    _tell()


@keys.command()
@click.option("--batch", default=200, show_default=True, type=click.IntRange(1, 5000), help="Rows per transaction.")
@with_appcontext
def reseal(batch: int) -> None:
    """Seal and index everything anew under the newest data key; may be stopped and run again, while all is serving."""
    vault = _vault()
    done = 0
    for step in reseal_texts(house().database, vault, Base.metadata, batch=batch):
        unread = f", {step.unreadable} unreadable" if step.unreadable else ""
        click.echo(f"{step.table}.{step.column}: {step.done} sealed anew, {step.left} left{unread}")
    after: int | None = 0
    while after is not None:
        with house().database.transaction(EVERYWHERE) as session:
            after = seniors.reindex(session, after=after, batch=batch)
        if after is not None:
            done += 1
            click.echo(f"persons: indexed anew up to row {after}")
    with house().database.transaction(EVERYWHERE) as session:
        audit.record(
            session, chain="nation", at=clock.now(), actor=ACTOR, action="keys.reseal", subject=vault.names[0],
            batches=done,
        )  # fmt: skip
    _tell()


def _vault() -> Vault:
    with house().database.reading(EVERYWHERE) as session:
        return vault_of(session)


def _tell() -> None:
    at = clock.now()
    with house().database.reading(EVERYWHERE) as session:
        vault = vault_of(session)
        listed = kept_under(session.connection(), vault, Base.metadata)
        slips, last = seniors.slips_under_old_keys(session, at=at)
    for one in listed:
        held = ", ".join(f"{count} under {name}" for name, count in one.counts.items() if count)
        click.echo(f"{one.table}.{one.column}: {held or 'empty'}")
    for name in vault.names[1:]:
        click.echo(_verdict(name, listed, slips, f"{last:%Y-%m-%d}" if last else "", is_last=name == vault.names[-1]))


def _verdict(name: str, listed: list[Kept], slips: int, last: str, *, is_last: bool) -> str:
    """Say whether a key may be dropped; an index that names no key was made under the last of the list."""
    held = {
        f"{one.table}.{one.column}": one.counts[name] + (one.counts[NO_KEY] if is_last else 0)
        for one in listed
        if one.table != _SLIPS
    }
    left = [f"{where} {count}" for where, count in held.items() if count]
    if left:
        return f"key {name} is still needed: {', '.join(left)}. Run flask keys reseal."
    if slips:
        return f"key {name} is needed until {last} for {slips} slips that are out, unless they are printed again."
    return f"key {name} may be dropped from DATA_KEYS."
