"""Answer politeness, help, repeat, and repair what was not understood."""

from __future__ import annotations

from bot import replies
from bot.dialogue import handover, joining
from bot.dialogue.turn import Turn


def words_only(turn: Turn, kind: str) -> str:
    """Answer a picture, a sticker, a link or a film kindly, and offer what can be done; a question stays."""
    name = f"kinds.{kind}" if kind in replies.words()["kinds"] else "kinds.other"
    text = replies.say(name)
    if turn.state.options:
        return f"{text}\n{replies.say('courtesy.pick_number')}"
    return turn.ask("", text, joining.start_options())


def thanks(_turn: Turn) -> str:
    """Answer thanks."""
    return replies.say("courtesy.thanks")


def bye(_turn: Turn) -> str:
    """Answer a good-bye."""
    return replies.say("courtesy.bye")


def usage(turn: Turn) -> str:
    """Tell how to use all this."""
    return turn.ask("", replies.say("courtesy.help"), joining.start_options()) if turn.people else joining.hello(turn)


def again(turn: Turn) -> str:
    """Say the last thing again."""
    return next((text for who, text in reversed(turn.state.recent) if who == "bot"), "") or joining.hello(turn)


def unknown(turn: Turn) -> str:
    """Repair: first examples, then choices, then a person.

    What was being talked about stays.
    """
    turn.state.misses += 1
    if turn.state.misses >= 3:
        handover.notice_confusion(turn)
        return handover.human(turn)
    if turn.state.misses == 2 and not turn.state.asked:
        return turn.ask("", replies.say("courtesy.choose"), joining.start_options())
    if turn.state.asked and turn.state.options:
        return replies.say("courtesy.pick_number")
    return replies.say("courtesy.examples")
