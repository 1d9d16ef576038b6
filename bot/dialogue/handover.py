"""Fetch people: the desk, and in danger 120 and the family at once."""

from __future__ import annotations

from datetime import timedelta

from bot import replies
from bot.dialogue import family
from bot.dialogue.turn import Turn
from canteen import notices, seniors, tickets, welfare

_TALKS_ON = timedelta(hours=12)


def passed_on(turn: Turn) -> bool:
    """Pass a message on to whoever of the desk spoke with this account lately; tell whether somebody did."""
    ref = tickets.goes_on(turn.session, account=turn.account, since=turn.at - _TALKS_ON)
    if ref is None or not turn.said:
        return False
    turn.act()
    tickets.hear(turn.session, ref=ref, text=turn.said, at=turn.at)
    return True


def complaint(turn: Turn) -> str:
    """Take a complaint down with the talk; somebody answers for it within the time that is said."""
    return _noted(turn, "complaint")


def praise(turn: Turn) -> str:
    """Pass a good word on; what was being talked about stays."""
    turn.act()
    open_ticket(turn, "praise", family.whom(turn, ()))
    return replies.say("handover.praise")


def unheard(turn: Turn) -> str:
    """Tell the desk of a voice message that nothing could make out, the second in a row."""
    return _noted(turn, "human", "handover.unheard")


def recorded(turn: Turn, media_id: str) -> str:
    """Have the desk hear a voice message that nothing could make out, and say who will call.

    Several in a row go to one ticket.
    """
    turn.act()
    held = tickets.waiting_of(turn.session, account=turn.account, since=turn.at - _TALKS_ON)
    person = family.whom(turn, ())
    ticket = held or open_ticket(turn, "human", person)
    tickets.await_recording(turn.session, ticket_id=ticket.id, media_id=media_id, at=turn.at)
    canteen = turn.canteen_of(person)
    if canteen is None:
        return replies.say("handover.recorded_plain")
    return replies.say("handover.recorded", canteen=canteen.name, phone=canteen.phone)


def human(turn: Turn) -> str:
    """Hand over to the desk, with what was said so far."""
    return _noted(turn, "human")


def _noted(turn: Turn, kind: str, name: str = "") -> str:
    turn.act()
    open_ticket(turn, kind, family.whom(turn, ()))
    name = name or f"handover.{kind}"
    return turn.tell(replies.say(name if turn.phone else f"{name}_plain", phone=turn.phone))


def emergency(turn: Turn) -> str:
    """Say 120 and the numbers to call before anything else; alert desk and family.

    Ask nothing.
    """
    turn.act()
    person = next((one for one in turn.people if one.is_self), None) or (turn.people[0] if turn.people else None)
    open_ticket(turn, "emergency", person)
    said = [replies.say("handover.emergency"), replies.say("handover.canteen", phone=turn.phone) if turn.phone else ""]
    for one in turn.people:
        _alert_family(turn, one)
    if person is not None and person.is_self:
        kin = seniors.whom_to_call(turn.session, person_id=person.person_id, actor=turn.account, at=turn.at)
        said += [replies.say("handover.kin", name=name, phone=phone) for name, phone in kin[:1]]
    return "\n".join(line for line in said if line)


def _alert_family(turn: Turn, person: seniors.Acting) -> None:
    notices.tell(
        turn.session, person_id=person.person_id, canteen_id=person.home_canteen_id, matter=f"emergency:{turn.key}",
        kind="emergency", content={"name": person.name, "phone": turn.phone}, at=turn.at, but=turn.account,
    )  # fmt: skip


def notice_confusion(turn: Turn) -> None:
    """Have somebody look after one who used to manage and is not understood any more."""
    own = next((one for one in turn.people if one.is_self), None)
    if own is not None:
        turn.act()
        welfare.notice_confusion(turn.session, person_id=own.person_id, at=turn.at)


def open_ticket(turn: Turn, kind: str, person: seniors.Acting | None) -> tickets.Ticket:
    """Have the desk look after somebody, with what was said so far."""
    canteen = turn.canteen_of(person)
    opened = tickets.open_ticket(
        turn.session,
        kind=kind,
        account=turn.account,
        person_id=person.person_id if person else None,
        canteen_id=canteen.canteen_id if canteen else None,
        said=[(speaker, text) for speaker, text in [*turn.state.recent, ["guest", turn.said]] if text],
        at=turn.at,
    )
    turn.state.recent = []
    return opened
