"""Offer the commands that set the official account up."""

from __future__ import annotations

import click

from bot import replies
from bot.client import Client
from canteen import places, seniors
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE, Database

CANTEEN_SCENE = "canteen_"


def commands(database: Database, client: Client, public_url: str) -> click.Group:
    """Return the group ``wechat``."""

    @click.group(help="Set the WeChat official account up.")
    def wechat() -> None: ...

    @wechat.command(help="Put the three buttons under the conversation, with the pages that they open.")
    def menu() -> None:
        client.create_menu(replies.menu_buttons(public_url))
        click.echo("menu created")

    @wechat.command(help="Print the address that a canteen's permanent code leads to.")
    @click.argument("canteen_ref")
    def qr(canteen_ref: str) -> None:
        with database.reading(EVERYWHERE) as session:
            ref = places.canteen(session, ref=canteen_ref).ref
        click.echo(client.permanent_scene(f"{CANTEEN_SCENE}{ref}"))

    @wechat.command(help="Issue a senior's slip: the address for its code, and the number to type.")
    @click.argument("person_ref")
    def slip(person_ref: str) -> None:
        at = clock.now()
        with database.transaction(EVERYWHERE) as session:
            person = seniors.person(session, ref=person_ref)
            issued = seniors.issue_slip(session, person_id=person.id, actor="cli", at=at)
        seconds = int((issued.expires_at - at).total_seconds())
        click.echo(client.temporary_scene(issued.scene, seconds))
        click.echo(issued.code)

    return wechat
