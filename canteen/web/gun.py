"""Set a scanner gun up, and print the sheet of commands that it can give instead of the screen."""

from __future__ import annotations

import base64
from typing import Any

from flask import Blueprint, render_template, url_for

from canteen import checkin
from canteen.foundation.references import with_check_digit
from canteen.http.auth import audience
from canteen.web import frame

# Twelve digits, a length that no other code has; the first ones say that it is a command.
COMMAND_LENGTH = 12
_COMMANDS = ("undo", "again", "eat_now", "cash", "own_code", "tab", "guest")
# As long as a card, of every digit, and nobody's.
TEST_CODE = "0123456789" * 5 + "0"


def add_to(blueprint: Blueprint) -> None:
    """Add the set-up page with the sheet."""
    blueprint.get("/counter/gun")(gun_setup)


def commands() -> dict[str, str]:
    """Return what each command code tells the scanning page to do."""
    return {with_check_digit(f"9000000000{number}"): name for number, name in enumerate(_COMMANDS, 1)}


@audience("counter.scan")
def gun_setup() -> str:
    """Show a code to test a gun with, and the codes of the commands."""
    said = frame.words()["gun"]
    return render_template(
        "counter/gun.html",
        test={"digits": TEST_CODE, "src": _picture(TEST_CODE)},
        commands=[_command(code, name, said) for code, name in commands().items()],
        counter_url=url_for("web.counter"),
        practice_url=url_for("web.counter", practice=1),
    )


def _command(code: str, name: str, said: dict[str, Any]) -> dict[str, str]:
    return {"label": said["commands"][name], "note": said["notes"][name], "digits": code, "src": _picture(code)}


def _picture(digits: str) -> str:
    return "data:image/png;base64," + base64.b64encode(checkin.qr_png(digits)).decode()
