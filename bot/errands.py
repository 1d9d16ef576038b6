"""Serve every wish of a message in one reply, and come back to what was interrupted.

What merely asks is answered first. Of what has a question of its own one stands at the end of the reply; the others
are named and taken up when it is settled. A question that something else came between is put aside, and asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot import replies
from bot.dialogue import ordering, readback
from bot.dialogue.turn import State, Turn
from bot.dialogue.wishes import packed, unpacked
from bot.understanding import Act

MOST_LINES = 8
_MOST_LATER = 5
# Whoever talks of something else that often has lost interest; the question stands, but is not asked again.
_MOST_REMINDERS = 2
_ASIDES = frozenset(
    {
        "query_order", "query_delivery", "query_price", "query_subsidy", "query_balance", "query_bill", "query_hours",
        "query_place", "recharge", "greet", "thanks", "praise",
    }
)  # fmt: skip
# What goes on with the question that stands, and does not come between.
_ANSWERS = frozenset({"order", "change", "affirm", "deny", "select", "repeat", "out_of_scope", "query_menu"})
_ENDS_ALL = frozenset({"emergency", "human"})
_UNFINISHED = frozenset({"items", "confirm", "confirm_mode", "confirm_shift", "date", "meal", "person"})

Do = Callable[[Turn, Act], str]


def serve(turn: Turn, acts: Sequence[Act], do: Do) -> str:
    """Serve the acts of one message, and what earlier ones left, as far as a reply holds."""
    if acts[0].intent in _ENDS_ALL:
        turn.state.later, turn.state.held = [], {}
        return do(turn, acts[0])
    turn.is_compact = len(acts) > 1
    said: list[str] = []
    for wish in _in_order(acts):
        _take(turn, wish, do, said)
    return _ended(turn, do, said)


def settled(turn: Turn, said: str, do: Do) -> str:
    """Go on after an answer: with the wishes that waited, or with what was put aside."""
    turn.is_compact = bool(turn.state.later)
    return _ended(turn, do, [said])


def _in_order(acts: Sequence[Act]) -> list[list[Act]]:
    """Put questions before what needs an answer, and menus last; orders of one message go together."""
    orders = [act for act in acts if act.intent == "order"]
    asides = [[act] for act in acts if act.intent in _ASIDES]
    menus = [[act] for act in acts if act.intent == "query_menu"]
    rest = [[act] for act in acts if act.intent not in _ASIDES and act.intent not in ("order", "query_menu")]
    return [*asides, *rest, *([orders] if orders else []), *menus]


def _take(turn: Turn, wish: list[Act], do: Do, said: list[str]) -> None:
    """Serve a wish, or keep it for later where an earlier one has asked something or the reply is full."""
    if said and (turn.has_asked or not _has_room(said)):
        turn.state.later += [packed(act) for act in wish[: _MOST_LATER - len(turn.state.later)]]
        return
    serial = turn.state.serial
    if wish[0].intent in _ASIDES:
        said.append(_aside(turn, wish[0], do))
    else:
        _make_way(turn, wish[0])
        said.append(do(turn, wish[0]) if len(wish) == 1 else ordering.order_all(turn, wish))
    turn.has_asked = turn.state.serial != serial


def _make_way(turn: Turn, act: Act) -> None:
    """Put an unfinished order aside for what is no answer to it."""
    if act.intent == "order":
        turn.state.held = {}
    is_of_draft = act.intent == "cancel" and not (act.dates or act.which or act.except_dates or act.meals)
    if act.intent not in _ANSWERS and not is_of_draft and turn.state.asked in _UNFINISHED:
        turn.state.hold()


def _aside(turn: Turn, act: Act, do: Do) -> str:
    """Answer without touching the question that stands; alone, an answer may ask something itself."""
    turn.is_aside = turn.is_put_off = bool(turn.state.asked)
    turn.is_aside = turn.is_aside or turn.is_compact
    text = do(turn, act)
    turn.is_aside = False
    return text


def _has_room(said: Sequence[str]) -> bool:
    return _lines(said) < MOST_LINES - 2


def _lines(said: Sequence[str]) -> int:
    return sum(len(part.splitlines()) for part in said)


def _ended(turn: Turn, do: Do, said: list[str]) -> str:
    state = turn.state
    while state.later and not turn.is_asking and _has_room(said):
        _take(turn, [unpacked(state.later.pop(0))], do, said)
    if state.held and not turn.is_asking:
        state.take_up()
        turn.is_put_off = True
    if turn.is_put_off and turn.is_asking and not turn.has_asked:
        said += _where_we_were(turn, MOST_LINES - _lines(said))
    return "\n".join([*said, *_waiting(state)])


def _waiting(state: State) -> list[str]:
    """Name the first wish that waits for its turn."""
    names = replies.words()["wish"]
    waiting = next((names[one["intent"]] for one in state.later if one["intent"] in names), "")
    return [replies.say("general.later", wish=waiting)] if waiting else []


def _where_we_were(turn: Turn, room: int) -> list[str]:
    """Ask again what was put off, with its choices where the reply still holds them."""
    turn.state.reminded += 1
    if turn.state.reminded > _MOST_REMINDERS:
        return []
    labels = [label for label, _ in turn.state.options]
    lines = [readback.where_we_were(turn)] if room > 0 else []
    if labels and len(labels) < 5 and room > 1:
        lines.append(replies.choices(labels, turn.state.serial, in_a_row=True))
    return lines
