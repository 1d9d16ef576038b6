"""Join clauses into acts: one act per separable request, with only what was said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from bot.understanding import intents
from bot.understanding.acts import Act, Asked, Item, Lexemes
from bot.understanding.choices import read_choices
from bot.understanding.clauses import BREAK, clauses, corrected
from bot.understanding.dates import When, read_when
from bot.understanding.dishes import Wanted, bowls, read_dishes, unknown_dish, without_announced
from bot.understanding.joined import joined
from bot.understanding.lexicon import lexicon
from bot.understanding.normalise import normalise
from bot.understanding.schema import DISHLESS, of_schema
from bot.understanding.slots import read_canteen, read_diet, read_meals, read_mode, read_persons
from bot.understanding.sums import read_amount, read_period

NOTHING = Asked()
_CODE = re.compile(r"(?<!\d)(\d{4}[ -]?\d{4})(?!\d)")
_SHORT = 20
_SLOTTED = frozenset({"order", "change", "cancel", "query_menu"})
_INSTEAD = re.compile(r"(?:改|换)(?:成|到|为|作|个(?!别的)|一下)?")
# A name that nothing on the menu answers to, where something is to come in the place of something.
_UNKNOWN = re.compile(
    r"(?:[一1两2]?[份个碗])?((?!别|其他|什么|啥|那|这|一|下|过)[\u4e00-\u9fff]{2,8}?)(?:吧|行吗|可以吗|好吗)?"
)
_KEPT = re.compile(r"照旧|不变|照常|留着")
_JUST = re.compile(r"(?:一|1|两|2|三|3)(?:份|个|碗)就(?:行|好|可以|够)")
_EACH = re.compile(r"一人一份|各(?:订|来|要)?一份")
_LAST = re.compile(
    r"刚才|刚刚|刚订|刚下|刚点|上一[个单]|那个单|最后(?:下|订|那|一)(?:的)?(?:那)?(?:单|个|份)?|最近(?:那|一)?[个单]"
)
_ALL = re.compile(r"全部|全都|都取消|所有|别的都|都.{0,3}退|统统|通通|一律|全(?:退|取消|不要)|都不要")
_NUMBERED = re.compile(r"(?<!\d)(\d{4})(?!\d)(?:的|那|这)?(?:个|张)?(?:单|订单|订餐)|尾号(?:是)?(\d{4})")
_ALL_GONE = re.compile(r"(?:都|全|统统|通通|一律|其他|其余|别的|剩下)[^ ,]{0,5}(?:取消|退|不要|不订|停|不吃)")
_SPARED = re.compile(r"除|留|保留|别动|(?<!走)不动|照旧|照常|以外|之外")
_ADDS = re.compile(r"再(?:加|添|来|要|多)|另外(?:加|添)|多(?:加|来|要)")
_STORY = re.compile(
    r"(?:我|俺)?(?:家)?(?:老伴|老头子?|老太婆|老婆子|妈妈?|爸爸?|爷爷|奶奶|外公|外婆|公公|婆婆)(?:也)?"
    r"(?=走了|过世|去世|没了|不在了|住院|说|讲|告诉|叫我|让我|教我|跟我|走得早)"
)
_INSTEAD_OF_IT = frozenset({"order", "change", "out_of_scope", "update_profile"})


@dataclass(frozen=True, slots=True)
class _Clause:
    """Hold what one clause said."""

    text: str
    intent: str
    when: When
    meals: tuple[str, ...]
    mode: str
    diet: tuple[str, ...]
    persons: tuple[str, ...]
    canteen: str
    wanted: Wanted
    left: str

    @property
    def has_slots(self) -> bool:
        said = (self.when.dates, self.when.repeat, self.meals, self.mode, self.persons, self.wanted.items, self.diet)
        return any(said) or self.wanted.portions > 1 or bool(self.wanted.off) or bool(self.canteen)

    @property
    def is_story(self) -> bool:
        """Tell whether it only names somebody, in many words."""
        said = (self.when.dates, self.when.repeat, self.meals, self.mode, self.wanted.items, self.diet, self.canteen)
        return bool(self.persons) and not any(said) and len(self.left) > 4


def understand(text: str, today: date, names: Lexemes, asked: Asked = NOTHING) -> list[Act]:
    """Return the acts of one message.

    The one act ``out_of_scope`` where nothing was understood.
    """
    return at_once(text, asked) or without_menu(text, today, asked) or requests(text, today, names, asked)


def without_menu(text: str, today: date, asked: Asked = NOTHING) -> list[Act]:
    """Return the act of a message that reads the same whatever is on offer, else none.

    Such is one clause that wants what takes no dish, and says nothing more than days: a dish could stand only in words
    that nothing was read from.
    """
    plain = intents.without_courtesy(normalise(text))
    if len(plain) > _SHORT or BREAK.search(plain) or intents.wanted(plain) not in DISHLESS:
        return []
    acts = _requests(plain, today, Lexemes(), asked)
    is_plain = len(acts) == 1 and acts[0] == Act(acts[0].intent, dates=acts[0].dates)
    return acts if is_plain and acts[0].intent in DISHLESS else []


def requests(text: str, today: date, names: Lexemes, asked: Asked = NOTHING) -> list[Act]:
    """Return the acts of a message that `at_once` has nothing to say to."""
    return _requests(intents.without_courtesy(normalise(text)), today, names, asked) or [Act("out_of_scope")]


def glimpse(text: str, today: date) -> tuple[tuple[date, ...], tuple[str, ...]]:
    """Return the days and meal periods of a text: which menu it is about."""
    when = read_when(normalise(text), today)
    return when.dates, read_meals(when.rest)[0]


def is_undo(text: str) -> bool:
    """Tell whether a message wants back what was cancelled last."""
    return bool(re.fullmatch("|".join(lexicon("answers")["undo"]), normalise(text)))


def at_once(text: str, asked: Asked = NOTHING) -> list[Act]:
    """Return the acts of a message that needs no menu, else none.

    Such are danger, a slip's number, a choice, a yes.
    """
    plain = normalise(text)
    if intents.is_emergency(plain):
        return [Act("emergency")]
    if code := _CODE.search(plain):
        return [Act("bind", code=re.sub(r"\D", "", code[1]))]
    if choices := read_choices(plain, asked):
        return [Act("select", choice=choice) for choice in choices]
    if simple := intents.answer(plain):
        return [Act(simple)]
    return []


def _requests(text: str, today: date, names: Lexemes, asked: Asked) -> list[Act]:
    if same := _same_as(text, today):
        return same
    if spared := _all_but(text, today):
        return [spared]
    before, after = corrected(text)
    first = _acts(before, today, names, asked)
    if not after:
        return first
    return _put_right(first, _requests(after, today, names, asked))


def _all_but(text: str, today: date) -> Act | None:
    """Read a cancellation of everything but some days: the days that stay are what must not be lost."""
    if not (_ALL_GONE.search(text) and _SPARED.search(text)):
        return None
    when = read_when(text, today)
    days = when.dates or when.excepted
    return Act("cancel", which="all", except_dates=days) if days and not (when.dates and when.excepted) else None


def _same_as(text: str, today: date) -> list[Act]:
    if _same_last().search(text) and not re.search("取消|不要|退|留着", text):
        when = read_when(text, today)
        meals, _ = read_meals(when.rest)
        return [Act("order", dates=when.dates, meals=meals, same_as="last")]
    match = re.search(r"(?:跟|和|同|照|按)([^都各也]{2,6}?)(?:的)?(?:那样|那个)?(?:一样|再来|来)", text)
    when = read_when(match[1], today) if match else When()
    return [Act("order", same_as=when.dates[0].isoformat())] if when.dates else []


@cache
def _same_last() -> re.Pattern[str]:
    return re.compile("|".join(lexicon("answers")["same_last"]))


def _put_right(first: list[Act], second: list[Act]) -> list[Act]:
    if not first or not second:
        return first or second
    act, right = first[-1], second[0]
    if right.intent not in _INSTEAD_OF_IT and right.intent != act.intent:
        return second
    names = ("dates", "meals", "items", "mode", "persons", "diet", "canteen", "amount", "repeat", "start")
    new = {name: getattr(right, name) for name in names if getattr(right, name)}
    if right.counted and not right.items and act.items:
        new["items"] = (*act.items[:-1], replace(act.items[-1], quantity=right.portions))
    elif right.counted and not right.items:
        new |= {"portions": right.portions, "counted": True}
    return [*first[:-1], replace(act, **new), *second[1:]]


def _acts(text: str, today: date, names: Lexemes, asked: Asked) -> list[Act]:
    said = _with_rice([_clause(part, today, names) for part in clauses(text, today, names)])
    acts: list[Act] = []
    for clause, intent in zip(said, _intents(said, asked), strict=True):
        if not intent:
            continue
        act = _filled(intent, clause, today)
        if intent == "change":
            act = _replacing(act, clause, today, names)
        both = joined(acts[-1], act) if acts else None
        if both is not None:
            acts[-1] = both
        else:
            acts.append(_carried(acts, act))
    return [_finished(act, text) for act in acts]


def _with_rice(clauses: list[_Clause]) -> list[_Clause]:
    """Read 两碗饭 as rice where any part of the message names a dish."""
    if not any(clause.wanted.items for clause in clauses):
        return clauses
    done = []
    for clause in clauses:
        items, rest = bowls(clause.wanted.rest)
        wanted = replace(clause.wanted, items=(*clause.wanted.items, *items), rest=rest) if items else clause.wanted
        done.append(replace(clause, wanted=wanted))
    return done


def _intents(clauses: Sequence[_Clause], asked: Asked) -> list[str]:
    """Give every clause its intent.

    One that only adds slots goes with the request after or before it; one that only names somebody is a story.
    """
    own = [_own_intent(clause, asked) for clause in clauses]
    known = [intent for intent in own if intent in _SLOTTED]
    given: list[str] = []
    for clause, said in zip(clauses, own, strict=True):
        intent = said
        before = next((earlier for earlier in reversed(given) if earlier in _SLOTTED), "")
        if not intent and clause.has_slots and not _KEPT.search(clause.text) and not clause.is_story:
            alone = known[0] if known else _unsaid(clause)
            intent = before or alone
        given.append(intent)
    return given


def _own_intent(clause: _Clause, asked: Asked) -> str:
    intent = clause.intent
    if clause.wanted.off and not clause.wanted.items and intent in ("cancel", ""):
        return "change" if asked.kind == "confirm" else "cancel"
    if not intent and asked.kind == "confirm" and _JUST.search(clause.text):
        return "change"
    if intent == "change" and asked.kind != "confirm" and _ADDS.search(clause.text) and not clause.when.dates:
        return "order"
    return intent


def _unsaid(clause: _Clause) -> str:
    """Guess what a message of slots alone wants.

    A text with much else in it is not guessed at.
    """
    if clause.diet and not (clause.when.dates or clause.meals or clause.wanted.items):
        return "update_profile"
    certain = clause.wanted.items or clause.meals or clause.mode or clause.when.repeat or clause.wanted.portions > 1
    return "order" if certain or len(clause.left) <= 2 else ""


def _carried(acts: Sequence[Act], act: Act) -> Act:
    """Let a further meal fall on the day that was said before: 今天中午两份，晚上一份."""
    if acts and acts[-1].intent == act.intent and act.meals and not act.dates and not act.repeat:
        return replace(act, dates=acts[-1].dates)
    return act


def _clause(text: str, today: date, names: Lexemes) -> _Clause:
    when = read_when(text, today)
    canteen, rest = read_canteen(when.rest, names.canteens)
    wanted = read_dishes(rest, names.dishes)
    persons, rest = read_persons(_STORY.sub("", wanted.rest))
    diet, rest = read_diet(rest)
    mode, rest = read_mode(rest)
    meals, rest = read_meals(rest)
    meals = meals or _hidden_meal(text)
    mode = mode or ("delivery" if text in ("送", "要送", "送的", "送哈") else "")
    left = re.sub(r"[|的了呢啊吧,那就]", "", rest)
    return _Clause(text, intents.wanted(text), when, meals, mode, diet, persons, canteen, wanted, left)


def _hidden_meal(text: str) -> tuple[str, ...]:
    found = re.search(r"[今明后](早|晚)", text)
    return (("breakfast",) if found[1] == "早" else ("dinner",)) if found else ()


def _filled(intent: str, clause: _Clause, today: date) -> Act:
    items = clause.wanted.items
    portions = clause.wanted.portions
    if intent in ("order", "query_menu", "change") and not items and (items := unknown_dish(clause.wanted.rest)):
        portions = 1
    act = Act(
        intent,
        dates=clause.when.dates,
        repeat=clause.when.repeat,
        start=clause.when.start,
        meals=clause.meals,
        items=items,
        off=clause.wanted.off,
        portions=portions,
        counted=clause.wanted.counted,
        adds=bool(_ADDS.search(clause.text)),
        period=read_period(clause.text, today) if intent == "query_bill" else (),
        amount=read_amount(clause.text) if intent == "recharge" else 0,
        mode=clause.mode,
        persons=clause.persons,
        diet=clause.diet,
        canteen=clause.canteen,
        which=_which(clause.text),
        except_dates=clause.when.excepted,
    )
    return of_schema(act)


def _replacing(act: Act, clause: _Clause, today: date, names: Lexemes) -> Act:
    """Tell what is replaced (before 改成) from what replaces it (after)."""
    match = _INSTEAD.search(clause.text)
    if match is None:
        return replace(act, dates=(), meals=(), old=_old(act.dates, act.meals, act.off)) if not act.is_bare else act
    before = _clause(clause.text[: match.start()], today, names)
    after = _clause(clause.text[match.end() :], today, names)
    old = _old(before.when.dates, before.meals, before.wanted.items)
    new = _filled("change", after, today)
    if new.is_bare and (unknown := _UNKNOWN.fullmatch(after.left)):
        new = replace(new, items=(Item("?", said=unknown[1]),))
    return replace(new, old=old, which=act.which, persons=act.persons, off=())


def _old(dates: tuple[date, ...], meals: tuple[str, ...], items: tuple[Item, ...]) -> Act | None:
    old = Act("change", dates=dates, meals=meals, items=items)
    return None if old.is_bare else old


def _which(text: str) -> str:
    if (numbered := _NUMBERED.search(text)) is not None:
        return f"#{numbered[1] or numbered[2]}"
    if _LAST.search(text):
        return "last"
    return "all" if _ALL.search(text) else ""


def _finished(act: Act, text: str) -> Act:
    act = replace(act, items=without_announced(act.items))
    if act.intent == "order" and _EACH.search(text) and len(act.persons) > 1:
        act = _for_each(act)
    if act.except_dates and act.which == "all":
        return replace(act, dates=())
    return replace(act, except_dates=(), which="" if act.which == "all" and act.dates else act.which)


def _for_each(act: Act) -> Act:
    count = max(len(act.persons), 1)
    if act.items:
        return replace(act, items=tuple(Item(item.dish, count, item.said) for item in act.items))
    return replace(act, portions=count)
