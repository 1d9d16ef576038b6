"""Find out for whom; where several people fit, the account is asked."""

from __future__ import annotations

from bot import replies
from bot.dialogue.turn import Option, Turn
from canteen import seniors


def whom(turn: Turn, said: tuple[str, ...]) -> seniors.Acting | None:
    """Return the one person meant; None where several fit or nobody."""
    named = [person for person in turn.people if any(_is(person, word) for word in said)]
    if said:
        return named[0] if len(named) == 1 else None
    if (held := turn.person(turn.state.draft.person_id)) is not None:
        return held
    if len(turn.people) == 1:
        return turn.people[0]
    return next((person for person in turn.people if person.is_self), None)


def ask_whom(turn: Turn, asked: str, said: tuple[str, ...] = ()) -> str:
    """Ask for whom, one line a person.

    Say first if somebody was named who is not bound.
    """
    strange = next((word for word in said if not any(_is(person, word) for person in turn.people)), "")
    question = replies.say("family.unknown", said=strange) if strange else replies.say("family.whom")
    options: list[Option] = [(label(person), f"person:{person.person_id}") for person in turn.people[:6]]
    turn.state.subject = asked
    return turn.ask("person", question, options)


def label(person: seniors.Acting) -> str:
    """Name a person as the account calls her: 妈妈（王秀英）, or just 王秀英."""
    plain = not person.relation or person.is_self or person.relation == "自己"
    return person.name if plain else replies.say("family.label", relation=person.relation, name=person.name)


def may_not_order(turn: Turn, person: seniors.Acting) -> str:
    """Say that the person wants it done by herself; empty where the account may order."""
    return "" if person.may_order else turn.tell(replies.say("relatives.may_not", name=label(person)))


def _is(person: seniors.Acting, word: str) -> bool:
    if word == "自己":
        return person.is_self
    return word in (person.relation, person.name) or (len(word) > 1 and word[0] == person.name[0] and "阿姨" in word)
