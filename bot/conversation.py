"""Take one turn of a conversation.

What came in and what was being talked about make a reply and what to remember.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot import accounts, replies
from bot.dialogue import asking, booked, code, courtesy, handover, joining, menu, ordering
from bot.dialogue.turn import Desk, State, Turn
from bot.envelope import Incoming, Reply
from bot.tables import Conversation
from bot.understanding import Act, Asked, Dish, Lexemes, at_once, glimpse, understand
from canteen import places
from canteen.foundation.db import vault_of
from canteen.foundation.errors import CanteenError

__all__ = ["Desk", "apology", "turn"]

EXPIRY = timedelta(minutes=30)
_REMEMBERED = 12
_Handler = Callable[[Turn, Act], str]


def turn(session: Session, desk: Desk, incoming: Incoming, at: datetime) -> Reply:
    """Answer one message or event, and remember what was asked."""
    account = accounts.meet(session, appid=desk.appid, openid=incoming.openid, at=at)
    if incoming.event == "unsubscribe":
        account.follows = False
        return Reply()
    kept = session.get(Conversation, account.id)
    state = State.from_json(kept.state) if kept is not None and at - kept.updated_at < EXPIRY else State()
    talk = Turn(session, desk, accounts.opaque(account), account.id, incoming.key, at, state, said=_said(incoming))
    _recall(talk)
    text = _event(talk, incoming) if incoming.kind == "event" else _message(talk, incoming)
    _keep(talk, kept, text)
    return Reply(text)


def apology(session: Session) -> str:
    """Say kindly that something went wrong, and whom to call."""
    every = places.canteens_in(session, region_prefixes=("",))
    return replies.say("general.failed", phone=every[0].phone) if every else replies.say("general.failed_plain")


def _said(incoming: Incoming) -> str:
    return (incoming.recognition if incoming.kind == "voice" else incoming.text).strip()[:500]


def _recall(talk: Turn) -> None:
    # What was sealed under a key that was dropped meanwhile is forgotten: it is small talk of the last minutes.
    talk.recent = []
    with suppress(ValueError):
        talk.recent = json.loads(vault_of(talk.session).open(talk.state.recent)) if talk.state.recent else []


def _keep(talk: Turn, kept: Conversation | None, text: str) -> None:
    exchange = [["guest", talk.said], ["bot", text]]
    talk.recent = [*talk.recent, *(said for said in exchange if said[1])][-_REMEMBERED:]
    sealed = vault_of(talk.session).seal(json.dumps(talk.recent, ensure_ascii=False)) if talk.recent else ""
    talk.state.recent = sealed
    if kept is None:
        talk.session.add(Conversation(account_id=talk.account_id, state=talk.state.to_json(), updated_at=talk.at))
    else:
        kept.state, kept.updated_at = talk.state.to_json(), talk.at


def _event(talk: Turn, incoming: Incoming) -> str:
    if incoming.event == "subscribe":
        return joining.followed(talk, incoming.event_key.removeprefix("qrscene_"))
    if incoming.event == "SCAN":
        return joining.followed(talk, incoming.event_key)
    if incoming.event == "CLICK":
        return _do(talk, incoming.event_key)
    return ""


def _message(talk: Turn, incoming: Incoming) -> str:
    if incoming.kind == "voice" and not talk.said:
        return replies.say("general.unheard")
    if not talk.said:
        return replies.say("general.words_only")
    if incoming.menu_id:
        return _tapped(talk, incoming.menu_id)
    text = _answer(talk, _acts(talk))
    return replies.say("general.heard", said=talk.said[:30]) + "\n" + text if incoming.kind == "voice" else text


def _tapped(talk: Turn, menu_id: str) -> str:
    """Answer a tap; one on an older question does nothing."""
    serial, _, choice = menu_id.partition("-")
    if serial != str(talk.state.serial) or not choice.isdigit():
        return replies.say("general.old_choice")
    return _select(talk, [Act("select", choice=int(choice))])


def _acts(talk: Turn) -> list[Act]:
    asked = Asked(talk.state.asked, tuple(label for label, _ in talk.state.options))
    return at_once(talk.said, asked) or understand(talk.said, talk.today, _names(talk), asked)


def _names(talk: Turn) -> Lexemes:
    """Return the dishes of the meal that the text, or the draft, is about."""
    canteen = talk.canteen_of(talk.people[0] if talk.people else None)
    if canteen is None:
        return Lexemes()
    dates, meals = glimpse(talk.said, talk.today)
    draft = talk.state.draft
    dates = dates or ((draft.service_date,) if draft.service_date else ())
    slot = menu.find(talk, canteen, dates, meals or ((draft.meal,) if draft.meal else ()))
    items = slot.view.items if slot else ()
    return Lexemes(tuple(Dish(item.name, tuple(item.aliases)) for item in items))


def _answer(talk: Turn, acts: list[Act]) -> str:
    intent = acts[0].intent
    if intent != "out_of_scope":
        talk.state.misses = 0
    if intent == "select":
        return _select(talk, acts)
    handler = _HANDLERS.get(intent)
    if handler is None:
        return courtesy.unknown(talk)
    try:
        text = handler(talk, acts[0])
    except CanteenError as error:
        return replies.refusal(error, talk.today)
    return text


def _select(talk: Turn, acts: list[Act]) -> str:
    options = talk.state.options
    choices = [act.choice for act in acts]
    if choices == [0]:
        return handover.human(talk)
    if not options or any(not -1 <= choice <= len(options) or choice == 0 for choice in choices):
        return replies.say("courtesy.pick_number") if options else courtesy.unknown(talk)
    values = [options[choice - 1 if choice > 0 else -1][1] for choice in choices]
    if values[0].startswith("item:"):
        return ordering.pick(talk, [int(value.removeprefix("item:")) for value in values if value.startswith("item:")])
    return _do(talk, values[0])


def _do(talk: Turn, value: str) -> str:
    """Carry out a tapped or numbered choice, or a button of the menu."""
    kind, _, rest = value.partition(":")
    chosen = _CHOICES.get(kind)
    if chosen is not None:
        return chosen(talk, rest)
    return _BUTTONS.get(rest or kind, _unknown)(talk, Act(rest or kind))


def _chosen_canteen(talk: Turn, canteen_id: str) -> str:
    talk.state.canteen_id = int(canteen_id)
    return menu.show(talk, Act("query_menu"))


def _chosen_person(talk: Turn, person_id: str) -> str:
    person = talk.person(int(person_id))
    if person is None:
        return joining.hello(talk)
    if talk.state.subject == "code":
        return code.give(talk, person)
    talk.state.draft.person_id = person.person_id
    return ordering.proceed(talk)


def _affirm(talk: Turn, _act: Act) -> str:
    asked = talk.state.asked
    if asked in ("confirm", "confirm_mode"):
        return ordering.confirm(talk) if asked == "confirm" else ordering.proceed(talk)
    if asked == "confirm_cancel":
        return booked.cancel(talk)
    if asked == "confirm_shift":
        return ordering.shift(talk)
    return replies.say("courtesy.pick_number") if talk.state.options else replies.say("courtesy.examples")


def _deny(talk: Turn, _act: Act) -> str:
    asked = talk.state.asked
    if asked == "confirm_cancel":
        return talk.tell(replies.say("booked.kept"))
    if asked:
        return talk.tell(replies.say("booked.draft_dropped"))
    return talk.tell(replies.say("courtesy.all_right"))


def _cancel(talk: Turn, act: Act) -> str:
    if talk.state.asked == "confirm_cancel" and act.is_bare:
        return booked.cancel(talk)
    return booked.ask_cancel(talk, act)


def _change(talk: Turn, act: Act) -> str:
    if talk.state.draft.day and talk.state.asked in ("confirm", "items", "confirm_mode"):
        return ordering.change(talk, act)
    return talk.tell(replies.say("booked.change_how"))


def _bind(talk: Turn, act: Act) -> str:
    return joining.typed_code(talk, act.code) if act.code else joining.how(talk)


def _mine(talk: Turn, _act: Act) -> str:
    return booked.show(talk, Act("query_order")) if talk.people else joining.hello(talk)


def _fresh_order(talk: Turn, _act: Act) -> str:
    talk.forget()
    return ordering.order(talk, Act("order"))


def _unknown(talk: Turn, _act: Act) -> str:
    return courtesy.unknown(talk)


def _not_yet(_talk: Turn, _act: Act) -> str:
    return replies.say("general.by_person", phone=_talk.phone)


_HANDLERS: dict[str, _Handler] = {
    "emergency": lambda talk, _: handover.emergency(talk),
    "human": lambda talk, _: handover.human(talk),
    "complaint": lambda talk, _: handover.human(talk),
    "praise": lambda talk, _: courtesy.thanks(talk),
    "order": ordering.order,
    "change": _change,
    "cancel": _cancel,
    "query_order": booked.show,
    "query_menu": menu.show,
    "query_price": asking.price,
    "query_subsidy": asking.why,
    "query_hours": asking.opening,
    "query_place": asking.place,
    "query_delivery": _not_yet,
    "query_balance": _not_yet,
    "query_bill": _not_yet,
    "recharge": _not_yet,
    "update_profile": _not_yet,
    "show_code": code.show,
    "bind": _bind,
    "affirm": _affirm,
    "deny": _deny,
    "greet": lambda talk, _: joining.hello(talk),
    "thanks": lambda talk, _: courtesy.thanks(talk),
    "bye": lambda talk, _: courtesy.bye(talk),
    "help": lambda talk, _: courtesy.usage(talk),
    "repeat": lambda talk, _: courtesy.again(talk),
}
_BUTTONS: dict[str, _Handler] = {
    "order": _fresh_order,
    "menu": lambda talk, _: menu.show(talk, Act("query_menu")),
    "code": lambda talk, _: code.show(talk, Act("show_code")),
    "mine": _mine,
    "human": lambda talk, _: handover.human(talk),
}
_CHOICES: dict[str, Callable[[Turn, str], str]] = {
    "yes": lambda talk, _: _affirm(talk, Act("affirm")),
    "no": lambda talk, _: _deny(talk, Act("deny")),
    "related": joining.related,
    "order": lambda talk, ref: booked.sure(talk, ref) if ref else _fresh_order(talk, Act("order")),
    "person": _chosen_person,
    "canteen": _chosen_canteen,
}
