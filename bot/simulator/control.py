"""Act as a user by JSON: what the page does, and what tests do.

Every POST wants ``Content-Type: application/json`` (so that no foreign page
can send one) and answers what happened. Refusals answer ``{"error": code}``.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request

from bot.simulator import markup
from bot.simulator.clock import CHINA
from bot.simulator.delivery import Trick
from bot.simulator.errcodes import Refusal
from bot.simulator.records import User
from bot.simulator.world import here

blueprint = Blueprint("control", __name__, url_prefix="/simulator")


@blueprint.before_request
def _only_json() -> None:
    if request.method == "POST" and not request.is_json:
        raise Refusal("json.expected", 415)


@blueprint.app_errorhandler(Refusal)
def _answer_refusal(refusal: Refusal) -> tuple[Response, int]:
    return jsonify(error=refusal.code), refusal.status


@blueprint.get("/users")
def list_users() -> Response:
    """List the users."""
    return jsonify(users=[_user(user) for user in here().account.users()])


@blueprint.post("/users")
def add_user() -> Response:
    """Add a person."""
    return jsonify(_user(here().account.add_user(_word("name"), _word("caption"))))


@blueprint.post("/users/<key>/<act>")
def perform(key: str, act: str) -> Response:
    """Do what a user does; see the package for the acts and their fields."""
    doing = _ACTS.get(act)
    if doing is None:
        raise Refusal("acts.unknown", 404)
    told = doing(here().account.user(key))
    told["replies"] = [_dressed(line) for line in told["replies"]]
    return jsonify(told)


@blueprint.post("/users/<key>/code")
def issue_code(key: str) -> Response:
    """Issue a mini-program log-in code of a user."""
    return jsonify(code=here().credentials.new_code("mini", here().account.user(key).key))


@blueprint.get("/users/<key>/messages")
def list_messages(key: str) -> Response:
    """List the conversation of a user."""
    return jsonify(messages=_messages(here().account.user(key)))


@blueprint.get("/users/<key>/state")
def show_state(key: str) -> Response:
    """Tell the page all it shows, in one answer."""
    user = here().account.user(key)
    return jsonify(
        user=_user(user),
        menu=here().account.menu(),
        clock=here().clock.reading().as_json(),
        messages=_messages(user),
        deliveries=here().account.deliveries(openid=user.openid, last=15),
        refused=[sent for sent in here().account.outbox() if sent["errcode"]][-5:],
    )


@blueprint.get("/outbox")
def list_outbox() -> Response:
    """List what the account sent through the interface."""
    return jsonify(outbox=here().account.outbox())


@blueprint.get("/deliveries")
def list_deliveries() -> Response:
    """List the newest deliveries with all attempts, newest first."""
    return jsonify(deliveries=here().account.deliveries())


@blueprint.get("/scenes")
def list_scenes() -> Response:
    """List the codes made through the interface, newest first."""
    at = here().clock.timestamp()
    scenes = here().account.scenes()
    return jsonify(scenes=[{**asdict(scene), "current": scene.is_current(at)} for scene in scenes])


@blueprint.get("/media/<media_id>")
def show_media(media_id: str) -> Response:
    """Show a picture of a conversation."""
    found = here().account.media(media_id)
    if found is None:
        raise Refusal("media.unknown", 404)
    return Response(found[0], mimetype=found[1], headers={"Cache-Control": "private, max-age=86400"})


@blueprint.get("/clock")
def show_clock() -> Response:
    """Tell the demo time."""
    return jsonify(here().clock.reading().as_json())


@blueprint.post("/clock")
def move_clock() -> Response:
    """Move the demo clock: by a step, or to an instant."""
    step = _word("step")
    if step:
        return jsonify(here().clock.step(step).as_json())
    try:
        wanted = datetime.fromisoformat(_word("now"))
    except ValueError as error:
        raise Refusal("clock.not_a_time", 400) from error
    aware = wanted if wanted.tzinfo else wanted.replace(tzinfo=CHINA)
    return jsonify(here().clock.set(aware).as_json())


@blueprint.post("/expire-tokens")
def expire_tokens() -> Response:
    """End the life of every access token."""
    here().credentials.expire_tokens()
    return jsonify(done=True)


@blueprint.get("/errors")
def list_errors() -> Response:
    """List which calls are refused on purpose."""
    return jsonify(errors=here().faults.as_json())


@blueprint.post("/errors")
def order_error() -> Response:
    """Refuse the next calls of an address of the interface with an error number; 0 ends it."""
    given = _given()
    errcode, times = given.get("errcode", 0), given.get("times", 1)
    if not isinstance(errcode, int) or not isinstance(times, int):
        raise Refusal("errors.unknown_code", 400)
    here().faults.order(_word("path"), errcode, times)
    return list_errors()


@blueprint.post("/reset")
def reset() -> Response:
    """Forget everything but the demo users."""
    here().account.reset()
    return jsonify(done=True)


def _location(user: User) -> dict[str, Any]:
    try:
        latitude, longitude = (float(_given()[name]) for name in ("latitude", "longitude"))
    except (KeyError, TypeError, ValueError) as error:
        raise Refusal("location.invalid", 400) from error
    return here().acts.location(user, latitude=latitude, longitude=longitude, label=_word("label"), trick=_trick())


def _accept(user: User) -> dict[str, Any]:
    return here().acts.accept(user, _word("template_id"), count=_given().get("count", 1))


def _report(user: User) -> dict[str, Any]:
    """Report on the last notice that was sent to a user, or on the one of a number."""
    sent = here().account.last_notice(user.openid, _given().get("number"))
    return here().acts.report(user, sent, _word("status") or "success")


def _unfollow(user: User) -> dict[str, Any]:
    return here().acts.unfollow(user)


_ACTS = {
    "text": lambda user: here().acts.text(user, _word("text"), choice=_word("choice"), trick=_trick()),
    "voice": lambda user: here().acts.voice(user, _word("text"), trick=_trick()),
    "image": lambda user: here().acts.image(user, trick=_trick()),
    "location": _location,
    "click": lambda user: here().acts.click(user, _word("key"), name=_word("name"), trick=_trick()),
    "view": lambda user: here().acts.view(user, _word("url")),
    "follow": lambda user: here().acts.follow(user, trick=_trick()),
    "unfollow": _unfollow,
    "scan": lambda user: here().acts.scan(user, _word("code"), trick=_trick()),
    "accept": _accept,
    "report": _report,
}


def _messages(user: User) -> list[dict[str, Any]]:
    after = request.args.get("after", 0, type=int)
    return [_dressed(asdict(line)) for line in here().account.bubbles(user.openid, after=after)]


def _dressed(line: dict[str, Any]) -> dict[str, Any]:
    text = line["content"].get("text")
    if isinstance(text, str) and line["side"] == "account":
        line["segments"] = markup.segments(text)
    return line


def _user(user: User) -> dict[str, Any]:
    shown = asdict(user)
    shown.pop("windows")
    return shown


def _given() -> dict[str, Any]:
    body = request.get_json(silent=True)
    return body if isinstance(body, dict) else {}


def _word(name: str) -> str:
    value = _given().get(name, "")
    return value if isinstance(value, str) else ""


def _trick() -> Trick:
    try:
        return Trick(_word("trick"))
    except ValueError as error:
        raise Refusal("tricks.unknown", 400) from error
