"""Take one turn of a conversation.

What came in and what was being talked about make a reply and what to remember.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot import accounts, errands, memory, replies
from bot.dialogue import (
    applying,
    asking,
    booked,
    changing,
    code,
    courtesy,
    delivering,
    handover,
    joining,
    menu,
    money,
    ordering,
    placing,
    profile,
    relatives,
    weekly,
)
from bot.dialogue.turn import Desk, State, Turn
from bot.envelope import Incoming
from bot.understanding import Act, Asked, Dish, Lexemes, at_once, glimpse, is_undo, requests, without_menu
from canteen import seniors
from canteen.foundation.db import vault_of
from canteen.foundation.errors import CanteenError

__all__ = ["answer", "apology", "begin", "understood"]

EXPIRY = timedelta(minutes=30)
_REMEMBERED = 12
_LONGEST = 500
_HABIT = re.compile("以后|每次|每顿|平时|一直|过敏|记(一下|下|住|上)|备注")
_Handler = Callable[[Turn, Act], str]


def begin(
    session: Session, desk: Desk, incoming: Incoming, known: memory.Known, at: datetime, *, is_look: bool
) -> Turn:
    """Begin a turn where the last one ended; after half an hour nothing is being talked about any more."""
    is_live = known.talked_at is not None and at - known.talked_at < EXPIRY
    state = State.from_json(vault_of(session).open(known.state)) if is_live and known.state else State()
    name = accounts.opaque(known.account_id)
    said = incoming.recognition if incoming.kind == "voice" else incoming.text
    return Turn(
        session, desk, name, known.account_id, incoming.key, at, state, said=said.strip()[:_LONGEST], is_look=is_look
    )


def understood(talk: Turn, incoming: Incoming) -> list[Act]:
    """Return the acts of a message in words; events and taps have none."""
    if incoming.kind == "event" or incoming.menu_id or not talk.said:
        return []
    return _acts(talk)


def answer(talk: Turn, incoming: Incoming, acts: list[Act]) -> str:
    """Answer one message or event, and remember what was said."""
    text = _event(talk, incoming) if incoming.kind == "event" else _message(talk, incoming, acts)
    exchange = [["guest", talk.said], ["bot", text]]
    talk.state.recent = [*talk.state.recent, *(said for said in exchange if said[1])][-_REMEMBERED:]
    return text


def apology(session: Session, desk: Desk, known: memory.Known | None) -> str:
    """Say kindly that something went wrong, and whom to call."""
    if known is None:
        return replies.say("general.failed_plain")
    talk = Turn(session, desk, accounts.opaque(known.account_id), known.account_id, "", known.heard_at, State())
    return replies.say("general.failed", phone=talk.phone) if talk.phone else replies.say("general.failed_plain")


def _event(talk: Turn, incoming: Incoming) -> str:
    if incoming.event == "subscribe":
        return joining.followed(talk, incoming.event_key.removeprefix("qrscene_"))
    if incoming.event == "SCAN":
        return joining.followed(talk, incoming.event_key)
    if incoming.event == "CLICK":
        return _do(talk, incoming.event_key)
    return ""


def _message(talk: Turn, incoming: Incoming, acts: list[Act]) -> str:
    if incoming.kind == "voice" and not talk.said:
        return _unheard(talk)
    if incoming.kind == "location":
        return asking.nearest(talk, incoming.latitude_e6, incoming.longitude_e6)
    if not talk.said:
        return courtesy.words_only(talk, incoming.kind)
    if incoming.menu_id:
        return _tapped(talk, incoming.menu_id)
    text = _answer(talk, acts)
    return replies.say("general.heard", said=talk.said[:30]) + "\n" + text if incoming.kind == "voice" else text


def _unheard(talk: Turn) -> str:
    """Ask again, and the second time in a row tell the desk; what was being talked about stays."""
    talk.state.unheard += 1
    if talk.state.unheard > 1:
        talk.state.unheard = 0
        return handover.unheard(talk)
    if talk.state.options:
        return replies.say("general.unheard_again")
    return talk.ask("", replies.say("general.unheard"), joining.start_options())


def _tapped(talk: Turn, menu_id: str) -> str:
    """Answer a tap; one on an older question does nothing."""
    serial, _, choice = menu_id.partition("-")
    if serial != str(talk.state.serial) or not choice.isdigit():
        return replies.say("general.old_choice")
    return _select(talk, [Act("select", choice=int(choice))])


def _acts(talk: Turn) -> list[Act]:
    labels = tuple(label for label, _ in talk.state.options)
    if talk.said in labels:
        return [Act("select", choice=labels.index(talk.said) + 1)]
    asked = Asked(talk.state.asked, labels)
    acts = at_once(talk.said, asked) or without_menu(talk.said, talk.today, asked)
    return acts or requests(talk.said, talk.today, _names(talk), asked)


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
    talk.state.unheard = 0
    if talk.state.undo and is_undo(talk.said):
        return booked.undo(talk)
    if answered := weekly.wants_back(talk) or relatives.said(talk):
        return answered
    if acts[0].intent != "out_of_scope":
        talk.state.misses = 0
    if acts[0].intent == "select":
        return errands.settled(talk, _select(talk, acts), _carried_out)
    if acts[0].intent in ("affirm", "deny"):
        return errands.settled(talk, _carried_out(talk, acts[0]), _carried_out)
    meant = [_of_this_meal(talk, act) for act in weekly.without_terms(acts, talk.said)]
    return errands.serve(talk, meant, _carried_out)


def _of_this_meal(talk: Turn, act: Act) -> Act:
    """Take a wish about the food, said while a meal is read back, for a wish about that meal; 以后 makes it a habit."""
    is_wish = act.intent == "update_profile" and act.diet and talk.state.asked == "confirm"
    return replace(act, intent="change") if is_wish and not _HABIT.search(talk.said) else act


def _carried_out(talk: Turn, act: Act) -> str:
    handler = _HANDLERS.get(act.intent)
    if handler is None:
        return courtesy.unknown(talk)
    try:
        return handler(talk, act)
    except CanteenError as error:
        return replies.refusal(error, talk.today)


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


def _chosen_meal(talk: Turn, meal: str) -> str:
    talk.state.draft.meal = meal
    return ordering.proceed(talk)


def _chosen_person(talk: Turn, person_id: str) -> str:
    person = talk.person(int(person_id))
    if person is None:
        return joining.hello(talk)
    if talk.state.subject == "code":
        return code.give(talk, person)
    if talk.state.subject == "application":
        return applying.sure(talk, person)
    if talk.state.subject in ("profile", "money"):
        return _of_person(talk, person)
    talk.state.draft.person_id = person.person_id
    return ordering.proceed(talk)


def _of_person(talk: Turn, person: seniors.Acting) -> str:
    """Go on with what was said before it was asked for whom."""
    if talk.state.subject == "money":
        return talk.tell(money.told(talk, person))
    talk.said = talk.state.question
    return profile.read_back(talk, person, requests(talk.said, talk.today, Lexemes())[0])


def _affirm(talk: Turn, _act: Act) -> str:
    asked = talk.state.asked
    if asked in _AGREED:
        return _AGREED[asked](talk)
    return replies.say("courtesy.pick_number" if talk.state.options else "courtesy.nothing_asked")


def _deny(talk: Turn, _act: Act) -> str:
    asked = talk.state.asked
    if asked in ("confirm_cancel", "confirm_end"):
        return talk.tell(replies.say("booked.kept"))
    if asked in ("confirm_application", "confirm_profile"):
        return talk.tell(replies.say("applying.left" if asked == "confirm_application" else "profile.left"))
    if talk.state.draft.replaces:
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
    return changing.change(talk, act)


def _bind(talk: Turn, act: Act) -> str:
    return joining.typed_code(talk, act.code) if act.code else relatives.asks_by_phone(talk, act) or joining.how(talk)


def _mine(talk: Turn, _act: Act) -> str:
    return booked.show(talk, Act("query_order")) if talk.people else joining.hello(talk)


def _fresh_order(talk: Turn, _act: Act) -> str:
    talk.forget()
    return ordering.order(talk, Act("order"))


def _unknown(talk: Turn, _act: Act) -> str:
    return courtesy.unknown(talk)


_HANDLERS: dict[str, _Handler] = {
    "emergency": lambda talk, _: handover.emergency(talk),
    "human": lambda talk, _: handover.human(talk),
    "complaint": lambda talk, _: handover.complaint(talk),
    "praise": lambda talk, _: handover.praise(talk),
    "order": ordering.order,
    "change": _change,
    "cancel": _cancel,
    "query_order": booked.show,
    "query_menu": menu.show,
    "query_price": asking.price,
    "query_subsidy": asking.why,
    "application": applying.answer,
    "query_hours": asking.opening,
    "query_place": asking.place,
    "query_delivery": delivering.answer,
    "query_balance": money.balance,
    "query_bill": money.bill,
    "recharge": money.recharge,
    "update_profile": profile.note,
    "show_code": code.show,
    "bind": _bind,
    "affirm": _affirm,
    "deny": _deny,
    "greet": lambda talk, _: joining.greet(talk),
    "thanks": lambda talk, _: courtesy.thanks(talk),
    "bye": lambda talk, _: courtesy.bye(talk),
    "help": lambda talk, _: courtesy.usage(talk),
    "repeat": lambda talk, _: courtesy.again(talk),
}
_AGREED: dict[str, Callable[[Turn], str]] = {
    "confirm": placing.confirm,
    "confirm_mode": ordering.proceed,
    "confirm_cancel": booked.cancel,
    "confirm_end": weekly.end,
    "confirm_shift": ordering.shift,
    "confirm_application": applying.apply,
    "confirm_profile": profile.write,
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
    "change": changing.chosen,
    "join": lambda talk, ref: changing.besides(talk, ref, adds=True),
    "instead": lambda talk, ref: changing.besides(talk, ref, adds=False),
    "person": _chosen_person,
    "canteen": _chosen_canteen,
    "meal": _chosen_meal,
    "kin": relatives.picked,
    "limit": relatives.limited,
    "unkin": relatives.ended,
}
