"""Note what somebody eats, cannot eat, and where somebody lives: read back, and written on a clear yes.

An allergy is a hard stop at ordering, in the kitchen and at the counter from the moment it is noted.
"""

from __future__ import annotations

import json
import re

from bot import replies
from bot.dialogue import family, handover, joining
from bot.dialogue.turn import Turn
from bot.understanding import Act
from canteen import orders, seniors
from canteen.foundation.errors import CanteenError

HEALTH_TEXT = "health-1"
_ALLERGY = re.compile("过敏")
_ALLERGENS = (
    ("花生", "花生"), ("虾", "虾"), ("蟹", "蟹"), ("鱼", "鱼"), ("蛋", "蛋"), ("奶", "牛奶"), ("豆", "大豆"),
    ("麦|面粉|面食", "小麦"), ("芝麻", "芝麻"), ("坚果|核桃|腰果", "坚果"), ("海鲜", "鱼、虾、蟹"),
)  # fmt: skip
_ADDRESS = re.compile(
    r"(?:搬(?:家)?(?:到|去|来)了?|(?:新)?(?:地址|住址)(?:改|换|变)?(?:成|到|为|是)?|住(?:在|到))[:：,，是在到]*(.{3,60})"
)
_MOVED = re.compile("搬|地址|住址|住在|住到")
_PHONE = re.compile("(电话|手机|号码|换号)")
_TAIL = re.compile(r"[了啦吧哦哈。,，！! ]+$")


def note(turn: Turn, act: Act) -> str:
    """Read back what is to be noted and ask for a yes; what needs papers goes to the desk."""
    if not turn.people:
        return joining.how(turn)
    person = family.whom(turn, act.persons)
    if person is None:
        said = family.ask_whom(turn, "profile", act.persons)
        turn.state.question = turn.said
        return said
    return family.may_not_order(turn, person) or read_back(turn, person, act)


def read_back(turn: Turn, person: seniors.Acting, act: Act) -> str:
    """Say what would be noted for whom."""
    wanted = _wanted(turn.said, act)
    if not wanted:
        if _PHONE.search(turn.said) or _MOVED.search(turn.said):
            return turn.tell(
                replies.say("profile.how_address" if _MOVED.search(turn.said) else "profile.by_desk", phone=turn.phone)
            )
        return turn.tell(replies.say("profile.how"))
    facts = {"name": family.label(person), "what": _spoken(wanted)}
    options = [(replies.say("choice.yes_note"), "yes"), (replies.say("choice.no_note"), "no")]
    said = turn.ask("confirm_profile", replies.say("profile.sure", **facts), options)
    turn.state.draft.person_id = person.person_id
    turn.state.subject = json.dumps(wanted, ensure_ascii=False)
    return said


def write(turn: Turn) -> str:
    """Write it down; what is noted is added to what is known, and only the desk takes an allergy out again."""
    turn.act()
    person = turn.person(turn.state.draft.person_id)
    if person is None:
        return joining.hello(turn)
    wanted = json.loads(turn.state.subject)
    known = seniors.person_by_id(turn.session, person_id=person.person_id)
    changes = seniors.Changes(
        diet=list(dict.fromkeys((*known.diet, *wanted["diet"]))) if wanted["diet"] else None,
        allergies=list(dict.fromkeys((*known.allergies, *wanted["allergies"]))) if wanted["allergies"] else None,
        address=wanted["address"] or None,
    )
    try:
        with turn.session.begin_nested():
            if wanted["diet"] or wanted["allergies"]:
                seniors.give_consent(
                    turn.session, person_id=person.person_id, kind="health", text_version=HEALTH_TEXT,
                    given_by=turn.account, at=turn.at,
                )  # fmt: skip
            seniors.change(turn.session, person_id=person.person_id, changes=changes, actor=turn.account, at=turn.at)
    except CanteenError as error:
        return turn.tell(replies.refusal(error, turn.today))
    if wanted["address"]:
        handover.open_ticket(turn, "human", person)
    done = replies.say("profile.done", name=family.label(person), what=_spoken(wanted))
    return turn.tell("\n".join([done, *_harmful(turn, person, wanted["allergies"])]))


def _harmful(turn: Turn, person: seniors.Acting, allergies: list[str]) -> list[str]:
    """Warn of the next ordered meal that has in it what was just noted; it will not be handed over as it is."""
    for one in turn.coming([person]) if allergies else ():
        harmful = sorted(set(orders.find(turn.session, ref=one.ref).allergens) & set(allergies))
        if one.state in orders.OPEN_STATES and harmful:
            facts = {"day": replies.near_day(one.service_date, turn.today), "meal": replies.meal_name(one.meal)}
            return [replies.say("profile.harmful", **facts, allergen="、".join(harmful))]
    return []


def _wanted(said: str, act: Act) -> dict[str, object]:
    """Return what a sentence states about food, allergies and the place to live; empty where nothing is stated."""
    allergies = _allergies(said)
    diet = replies.diet_names(act.diet)
    if allergies:
        diet = [one for one in diet if not any(word in one for word in ("花生", "海鲜"))]
    address = _ADDRESS.search(said) if _MOVED.search(said) else None
    found = _TAIL.sub("", address[1]) if address else ""
    wanted: dict[str, object] = {"diet": diet, "allergies": allergies, "address": found}
    return wanted if any(wanted.values()) else {}


def _allergies(said: str) -> list[str]:
    if not _ALLERGY.search(said):
        return []
    names = [name for pattern, name in _ALLERGENS if re.search(pattern, said)]
    return list(dict.fromkeys(one for name in names for one in name.split("、")))


def _spoken(wanted: dict[str, object]) -> str:
    diet, allergies, address = (wanted[name] for name in ("diet", "allergies", "address"))
    parts = (
        [replies.say("profile.cannot_eat", what="、".join(allergies))]
        if isinstance(allergies, list) and allergies
        else []
    )
    parts += ["、".join(diet)] if isinstance(diet, list) and diet else []
    parts += [replies.say("profile.lives", address=address)] if address else []
    return "，".join(parts)
