"""Tell what is written on the tab, what a month cost, and how meals are paid."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from bot import replies
from bot.dialogue import family, joining
from bot.dialogue.turn import Turn
from bot.understanding import Act
from canteen import checkin, ledger, seniors


def balance(turn: Turn, act: Act) -> str:
    """Tell what is still on somebody's tab; there is nothing to be paid in before."""
    return _of(turn, act, _balance)


def bill(turn: Turn, act: Act) -> str:
    """Tell how often somebody ate in a time, what it cost, what was given and what was paid."""
    first, last = _period(turn, act)
    return _of(turn, act, lambda one, person: _bill(one, person, first, last))


def recharge(turn: Turn, _act: Act) -> str:
    """Say how meals are paid here: nothing is paid in beforehand."""
    canteen = turn.canteen_of(turn.people[0] if turn.people else None)
    if canteen is None:
        return turn.tell(replies.say("money.no_recharge_plain"))
    return turn.tell(replies.say("money.no_recharge", phone=canteen.phone))


def told(turn: Turn, person: seniors.Acting) -> str:
    """Tell what is on the tab of one person, and what this month cost."""
    first, last = _period(turn, Act("query_bill"))
    return f"{_bill(turn, person, first, last)}\n{_balance(turn, person)}"


def _of(turn: Turn, act: Act, line: Callable[[Turn, seniors.Acting], str]) -> str:
    if not turn.people:
        return joining.how(turn)
    named = [one for one in (family.whom(turn, (word,)) for word in act.persons) if one]
    if act.persons and not named:
        return family.ask_whom(turn, "money", act.persons)
    people = named or turn.people[:3]
    lines = [line(turn, person) for person in people]
    return turn.tell("\n".join(lines))


def _balance(turn: Turn, person: seniors.Acting) -> str:
    owed = ledger.on_tab(turn.session, person_ref=person.ref)
    name = family.label(person)
    return (
        replies.say("money.tab", name=name, tab=replies.yuan(owed))
        if owed > 0
        else replies.say("money.none", name=name)
    )


def _bill(turn: Turn, person: seniors.Acting, first: date, last: date) -> str:
    eaten = checkin.eaten(turn.session, person_id=person.person_id, first=first, last=last)
    facts = {"name": family.label(person), "period": replies.period(first, last, turn.today)}
    if not eaten.count:
        return replies.say("money.no_meals", **facts)
    amounts = {"price": replies.yuan(eaten.price_fen), "own": replies.yuan(eaten.own_fen)}
    amounts |= {"given": replies.yuan(eaten.given_fen)}
    return replies.say("money.bill_given" if eaten.given_fen else "money.bill", count=eaten.count, **facts, **amounts)


def _period(turn: Turn, act: Act) -> tuple[date, date]:
    if len(act.period) == 2:
        return act.period[0], act.period[1]
    return turn.today.replace(day=1), turn.today
