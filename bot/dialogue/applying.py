"""Take a wish for support as an application, and tell how far it has come."""

from __future__ import annotations

import re
from datetime import date

from bot import replies
from bot.dialogue import family, joining
from bot.dialogue.turn import Turn
from bot.understanding import Act
from canteen import eligibility, seniors, subsidy
from canteen.foundation.errors import CanteenError

_HOW_FAR = re.compile("哪|怎么样|咋样|办(好|完|下)|批|进度|结果|通过|没有?$|吗|到期|过期")
_SHOWN = 4


def answer(turn: Turn, act: Act) -> str:
    """Ask for a clear yes before a wish is written down; a question is told how far things are."""
    if not turn.people:
        return joining.how(turn)
    if _HOW_FAR.search(turn.said):
        return _how_far(turn, act)
    person = family.whom(turn, act.persons)
    return sure(turn, person) if person else family.ask_whom(turn, "application", act.persons)


def sure(turn: Turn, person: seniors.Acting) -> str:
    """Ask for the yes."""
    options = [(replies.say("applying.yes"), "yes"), (replies.say("applying.no"), "no")]
    said = turn.ask("confirm_application", replies.say("applying.sure", name=person.name), options)
    turn.state.draft.person_id = person.person_id
    return said


def apply(turn: Turn) -> str:
    """Write the wish down; which category it is the assessment finds."""
    turn.act()
    person = turn.person(turn.state.draft.person_id)
    if person is None:
        return joining.hello(turn)
    try:
        with turn.session.begin_nested():
            eligibility.apply(
                turn.session, person_id=person.person_id, category=eligibility.UNSURE, channel="wechat",
                actor=turn.account, at=turn.at,
            )  # fmt: skip
    except CanteenError as error:
        return turn.tell(replies.refusal(error, turn.today))
    return turn.tell(replies.say("applying.done", name=person.name))


def _how_far(turn: Turn, act: Act) -> str:
    named = family.whom(turn, act.persons) if act.persons else None
    names = {one.person_id: one.name for one in ([named] if named else turn.people)}
    shown = eligibility.of_people(turn.session, person_ids=list(names), on=turn.today)[:_SHOWN]
    lines = [line for one in shown for line in _lines(turn, names[one.person_id], one)]
    for ending in eligibility.expiring(turn.session, on=turn.today, person_ids=list(names))[:1]:
        day = _day(ending.ends_on)
        called = {"name": names[ending.person_id], "category": _category(turn, ending.category)}
        lines.append(replies.say("applying.expiring", **called, day=day))
    return turn.tell("\n".join(lines) if lines else replies.say("applying.none"))


def _lines(turn: Turn, name: str, one: eligibility.Shown) -> list[str]:
    day = _day(one.due_on) if one.due_on else ""
    state = replies.say(f"application.{one.state}", day=day)
    lines = [replies.say("applying.line", name=name, category=_category(turn, one.category), state=state)]
    return [*lines, replies.say("applying.bring", papers=one.to_bring)] if one.to_bring else lines


def _day(day: date) -> str:
    return replies.say("applying.day", month=day.month, day=day.day)


def _category(turn: Turn, code: str) -> str:
    if code == eligibility.UNSURE:
        return replies.say("applying.unsure")
    kind = subsidy.dated_register(turn.session).names.kinds.get(code)
    return kind.name if kind else code
