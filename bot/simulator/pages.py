"""Show the phone: one page, its own styles and script, nothing from elsewhere."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.simulator.delivery import Trick
from bot.simulator.errcodes import ERRCODES
from bot.simulator.world import here

blueprint = Blueprint("pages", __name__)

TRICKS = (
    (Trick.NONE, "照常送达", "as it should be"),
    (Trick.THRICE, "同一条送三次", "deliver three times"),
    (Trick.WRONG_SIGNATURE, "签名不对", "wrong signature"),
    (Trick.OLD_TIMESTAMP, "时间戳过期", "old timestamp"),
    (Trick.PLAIN_BODY, "明文消息", "plain body"),
    (Trick.SLOW_NETWORK, "网络太慢", "slow network"),
    (Trick.UNKNOWN_TYPE, "没见过的类型", "unknown type"),
)

# What the page offers to answer on purpose; the address takes every known number.
FAULTS = (-1, 40001, 40003, 40037, 40164, 43004, 43101, 45009, 45011, 45015, 45047, 47003, 48001, 50002)


@blueprint.get("/")
def phone() -> str:
    """Show the phone of a user, with or without the tools beside it."""
    users = here().account.users()
    wanted = request.args.get("user", "senior")
    chosen = next((user for user in users if user.key == wanted), users[0])
    return render_template(
        "phone.html",
        users=users,
        chosen=chosen,
        compact=request.args.get("compact") == "1",
        code=request.args.get("scan", ""),
        tricks=TRICKS,
        errcodes=[(code, ERRCODES[code]) for code in FAULTS],
        settings=here().settings,
    )


@blueprint.get("/q/<token>")
def open_code(token: str) -> Response:
    """Lead whoever opens the address of a code to scanning it here."""
    return redirect(url_for("pages.phone", scan=token))
