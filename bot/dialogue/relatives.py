"""Let the family in by the person's own word, limit and end it at once, and choose what an account hears."""

from __future__ import annotations

import re

from bot import replies
from bot.dialogue import family, joining
from bot.dialogue.turn import Turn
from bot.understanding import Act
from canteen import notices, seniors
from canteen.foundation.clock import service_day

_PHONE = re.compile(r"(?<!\d)(1\d{10})(?!\d)")
_AGREES = re.compile(r"(不)?同意(他|她|了|的|吧)*[。！! ]*")
_WHO = re.compile(
    "(谁|哪些人|什么人).{0,6}(能|可以|在)?.{0,3}(替|帮|给)?我.{0,3}订|解绑|解除绑定|(不让|别让|不要让).{0,8}(替|帮|给)?我?(订|管)"
)
_EATEN = re.compile("(吃了|取了|吃过|取过|吃没吃).{0,6}(告诉|通知|说一声|发个?消息)")
_MISSED = re.compile("(没|不)(来|去)?(吃|取).{0,8}(告诉|通知|提醒|说一声)")
_CUTOFF = re.compile("提醒.{0,3}(订|点)(饭|餐|菜)|(订|点)(饭|餐).{0,3}提醒|截单.{0,3}提醒|提醒.{0,3}截单")
_MENU = re.compile(
    "(每天|天天|每晚|以后).{0,8}(发|告诉|说).{0,8}(菜|吃什么|吃啥)|(每天|天天|每晚).{0,8}菜.{0,4}发|(不用|不要|别|停).{0,3}发.{0,2}菜"
)
_NOT_WANTED = re.compile("(不用|不要|不必|别|停|取消)")
_SILENT = re.compile("(不用|不要|别|不必).{0,4}(告诉|通知|提醒)")


def said(turn: Turn) -> str:
    """Answer what is about the family; empty where a message is not."""
    if _AGREES.fullmatch(turn.said):
        return _agreed(turn)
    if _WHO.search(turn.said) and any(person.is_self for person in turn.people):
        return _who(turn)
    if len(turn.said) < 30 and (_CUTOFF.search(turn.said) or _MENU.search(turn.said)) and turn.people:
        return _reminders(turn)
    if len(turn.said) < 30 and (_EATEN.search(turn.said) or _MISSED.search(turn.said)) and turn.people:
        return _notices(turn)
    return ""


def asks_by_phone(turn: Turn, act: Act) -> str:
    """Put the question to the person whose number was said; empty where none was."""
    number = _PHONE.search(turn.said)
    if number is None:
        return ""
    turn.act()
    relation = act.persons[0] if act.persons and act.persons[0] != "自己" else ""
    asked = seniors.ask_link(turn.session, phone=number[1], account=turn.account, relation=relation, at=turn.at)
    for account in asked:
        content = {"relation": relation or replies.say("relatives.somebody")}
        notices.enqueue(
            turn.session, key=f"asks:{turn.key}:{account}", account=account, kind="family_asks", content=content,
            at=turn.at,
        )  # fmt: skip
    return turn.tell(replies.say("relatives.asked"))


def picked(turn: Turn, value: str) -> str:
    """Say what may be taken from the account that was picked."""
    options = [(replies.say("relatives.end"), f"unkin:{value}")]
    if value.endswith(":1"):
        options.insert(0, (replies.say("relatives.only_see"), f"limit:{value}:0"))
    else:
        options.insert(0, (replies.say("relatives.may_order"), f"limit:{value}:1"))
    options.append((replies.say("choice.keep_it"), "no"))
    return turn.ask("kin", replies.say("relatives.what"), options)


def limited(turn: Turn, value: str) -> str:
    """Let the account see only, or order again, from this moment."""
    turn.act()
    person_id, link_id, _, may_order = value.split(":")
    own = _own(turn, person_id)
    if own is None:
        return joining.hello(turn)
    kin = seniors.limit(
        turn.session, link_id=int(link_id), person_id=own.person_id, may_order=may_order == "1", actor=turn.account,
        at=turn.at,
    )  # fmt: skip
    _tell(turn, kin.account, "family_limited" if not kin.may_order else "family_allowed", own)
    return turn.tell(replies.say("relatives.limited" if not kin.may_order else "relatives.allowed"))


def ended(turn: Turn, value: str) -> str:
    """End what the account may do, from this moment."""
    turn.act()
    person_id, link_id, _ = value.split(":")
    own = _own(turn, person_id)
    if own is None:
        return joining.hello(turn)
    account = seniors.end_link(
        turn.session, link_id=int(link_id), person_id=own.person_id, actor=turn.account, at=turn.at
    )
    _tell(turn, account, "family_ended", own)
    return turn.tell(replies.say("relatives.ended"))


def _agreed(turn: Turn) -> str:
    waiting = seniors.wanting(turn.session, account=turn.account, at=turn.at)
    if not waiting:
        return ""
    turn.act()
    is_agreed = not turn.said.startswith("不")
    asked = waiting[0]
    acting = seniors.answer_link(
        turn.session, request_id=asked.request_id, is_agreed=is_agreed, actor=turn.account, at=turn.at,
        text_version=joining.CONSENT_TEXT,
    )  # fmt: skip
    if acting is not None:
        _tell(turn, asked.account, "family_agreed", acting)
    relation = asked.relation or replies.say("relatives.somebody")
    return turn.tell(replies.say("relatives.agreed" if is_agreed else "relatives.refused", relation=relation))


def _who(turn: Turn) -> str:
    own = next(person for person in turn.people if person.is_self)
    listed = seniors.kin_of(turn.session, person_id=own.person_id, but=turn.account)
    if not listed:
        return turn.tell(replies.say("relatives.nobody"))
    options = []
    for kin in listed[:4]:
        day = replies.month_day(service_day(kin.began_at))
        may = replies.say("relatives.orders" if kin.may_order else "relatives.sees")
        label = replies.say("relatives.line", relation=kin.relation or "亲友", day=day, may=may)
        options.append((label, f"kin:{own.person_id}:{kin.link_id}:{int(kin.may_order)}"))
    return turn.ask("kin", replies.say("relatives.who"), options)


def _notices(turn: Turn) -> str:
    turn.act()
    of_missed, of_eaten = _MISSED.search(turn.said), _EATEN.search(turn.said)
    wanted = not _SILENT.search(turn.said)
    others = [person for person in turn.people if not person.is_self] or turn.people
    seniors.choose_notices(
        turn.session, account=turn.account, person_ids=[person.person_id for person in others],
        of_eaten=wanted if of_eaten and not of_missed else None, of_missed=wanted if of_missed else None,
    )  # fmt: skip
    names = "、".join(family.label(person) for person in others[:3])
    name = ("missed" if of_missed else "eaten") if wanted else "silent"
    return turn.tell(replies.say(f"relatives.{name}", name=names))


def _reminders(turn: Turn) -> str:
    """Choose whether to be reminded of a cut-off, or to be sent tomorrow's dishes every evening."""
    turn.act()
    of_menu, wanted = _MENU.search(turn.said), not _NOT_WANTED.search(turn.said)
    chosen = {"of_menu": wanted} if of_menu else {"of_cutoff": wanted}
    seniors.choose_notices(
        turn.session, account=turn.account, person_ids=[one.person_id for one in turn.people], **chosen
    )
    return turn.tell(replies.say(f"relatives.{'' if wanted else 'no_'}{'menu' if of_menu else 'cutoff'}"))


def _own(turn: Turn, person_id: str) -> seniors.Acting | None:
    """Return the account holder's own self: only she takes away what others may do."""
    return next((person for person in turn.people if person.is_self and str(person.person_id) == person_id), None)


def _tell(turn: Turn, account: str, kind: str, person: seniors.Acting) -> None:
    key, about = f"{kind}:{turn.key}:{account}", notices.About(person.person_id, person.home_canteen_id)
    notices.enqueue(
        turn.session, key=key, account=account, kind=kind, content={"name": person.name}, at=turn.at, about=about
    )
