"""Welcome followers, bind by slip or typed code, and tell strangers how to join."""

from __future__ import annotations

from bot import replies
from bot.dialogue.turn import Option, Turn
from canteen import kitchen, notices, places, seniors
from canteen.foundation.errors import CanteenError

CANTEEN_SCENE = "canteen_"
CONSENT_TEXT = "binding-1"
_USED_UP = frozenset({"seniors.slip_used", "seniors.slip_expired"})
_RELATIONS = ("妈妈", "爸爸")


def followed(turn: Turn, scene: str) -> str:
    """Answer a follow or a scan; a senior's slip binds at once."""
    if scene.startswith(CANTEEN_SCENE):
        return _at_canteen(turn, scene.removeprefix(CANTEEN_SCENE))
    if not scene:
        return hello(turn)
    turn.act()
    try:
        with turn.session.begin_nested():
            bound = seniors.bind_by_scene(
                turn.session, scene=scene, account=turn.account, at=turn.at, text_version=CONSENT_TEXT
            )
    except CanteenError as error:
        return _not_bound(turn, error)
    return _welcome(turn, bound)


def typed_code(turn: Turn, code: str) -> str:
    """Bind by the number on the slip; a cook's number has the prep sheets sent here."""
    turn.act()
    if seniors.tries_left(turn.session, account=turn.account, at=turn.at):
        cook = kitchen.enter(turn.session, code=code, account=turn.account, at=turn.at)
        if cook is not None:
            place = places.canteen_by_id(turn.session, canteen_id=cook.canteen_id)
            return turn.tell(replies.say("joining.cook", cook=cook.cook, canteen=place.name))
    bound = seniors.bind_by_code(turn.session, code=code, account=turn.account, at=turn.at, text_version=CONSENT_TEXT)
    if isinstance(bound, seniors.NotBound):
        if bound.reason in _USED_UP:
            return replies.reason(bound.reason, turn.today)
        said = "joining.wrong_code" if bound.tries_left else "joining.tries_spent"
        return replies.say(said if turn.phone else f"{said}_plain", phone=turn.phone, left=bound.tries_left)
    return _welcome(turn, bound)


def how(turn: Turn) -> str:
    """Tell how to join."""
    return turn.tell(replies.say("joining.how"))


def hello(turn: Turn) -> str:
    """Greet somebody who is known by name, a stranger by the way to join."""
    if not turn.people:
        options: list[Option] = [(replies.say("choice.menu"), "do:menu"), (replies.say("choice.human"), "do:human")]
        return turn.ask("", replies.say("joining.stranger"), options)
    return turn.ask("", replies.say("joining.hello", name=turn.people[0].name), start_options())


def greet(turn: Turn) -> str:
    """Greet; in the middle of something just that, for what was being talked about is asked again."""
    if turn.is_put_off:
        return replies.say("joining.hello_again", name=turn.people[0].name if turn.people else "")
    return hello(turn)


def start_options() -> list[Option]:
    """Offer what people mostly come for."""
    wanted = ("order", "menu", "code", "human")
    return [(replies.say(f"choice.{name}"), f"do:{name}") for name in wanted]


def related(turn: Turn, value: str) -> str:
    """Note who the account holder is to the person: 自己, 妈妈, 爸爸 or another."""
    turn.act()
    person_id, _, relation = value.partition(":")
    with turn.session.begin_nested():
        person = seniors.call_person(
            turn.session,
            account=turn.account,
            person_id=int(person_id),
            relation=relation,
            is_self=relation == "自己",
        )
    vars(turn).pop("people", None)
    return turn.ask("", replies.say("joining.noted", name=person.name), start_options())


def _tell_of_newcomer(turn: Turn, person: seniors.Acting) -> None:
    """Tell whoever else may act for the person, her own account first, that somebody new can."""
    notices.tell(
        turn.session, person_id=person.person_id, canteen_id=person.home_canteen_id, matter=f"joined:{turn.key}",
        kind="family_joined", content={"name": person.name}, at=turn.at, but=turn.account,
    )  # fmt: skip


def _welcome(turn: Turn, bound: seniors.Bound) -> str:
    if not bound.already:
        _tell_of_newcomer(turn, bound.person)
    vars(turn).pop("people", None)
    turn.forget()
    person = bound.person
    if bound.already and person.relation:
        return hello(turn)
    options = [(replies.say("joining.is_self", name=person.name), f"related:{person.person_id}:自己")]
    options += [
        (replies.say("joining.is_parent", relation=word), f"related:{person.person_id}:{word}") for word in _RELATIONS
    ]
    options.append((replies.say("joining.is_other"), f"related:{person.person_id}:{person.name}"))
    return turn.ask("relation", replies.say("joining.bound", name=person.name), options)


def _not_bound(turn: Turn, error: CanteenError) -> str:
    if turn.people:
        return hello(turn)
    return turn.tell(replies.refusal(error, turn.today))


def _at_canteen(turn: Turn, ref: str) -> str:
    try:
        turn.state.canteen_id = places.canteen(turn.session, ref=ref).id
    except CanteenError:
        turn.state.canteen_id = None
    return hello(turn)
