"""Join clauses into acts: one act per separable request, with only what was said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.understanding import intents
from bot.understanding.acts import Act, Asked, Item, Lexemes
from bot.understanding.choices import read_choices
from bot.understanding.dates import When, read_when
from bot.understanding.dishes import Wanted, read_dishes, unknown_dish
from bot.understanding.lexicon import lexicon
from bot.understanding.normalise import normalise
from bot.understanding.slots import read_canteen, read_diet, read_meals, read_mode, read_persons

NOTHING = Asked()
_CODE = re.compile(r"(?<!\d)(\d{4}[ -]?\d{4})(?!\d)")
_BREAK = re.compile(r"[ ,]+|顺便|(?<=[\u4e00-\u9fff])再(?=查|看|问)")
_SLOTTED = frozenset({"order", "change", "cancel", "query_menu"})
_WHOLE = frozenset(
    {"dates", "repeat", "start", "meals", "items", "off", "portions", "mode", "persons", "diet", "canteen", "which"}
)
_SLOTS = {
    "order": _WHOLE - {"which", "off"},
    "change": _WHOLE,
    "cancel": frozenset({"dates", "meals", "items", "off", "persons", "which", "except_dates"}),
    "query_order": frozenset({"dates", "meals", "persons", "which"}),
    "query_delivery": frozenset({"dates", "meals", "persons", "canteen", "which"}),
    "query_menu": frozenset({"dates", "meals", "items", "canteen", "diet"}),
    "query_price": frozenset({"items"}),
    "query_subsidy": frozenset({"persons", "dates"}),
    "query_balance": frozenset({"persons"}),
    "application": frozenset({"persons"}),
    "query_bill": frozenset({"persons"}),
    "query_hours": frozenset({"dates", "meals", "canteen"}),
    "query_place": frozenset({"canteen"}),
    "show_code": frozenset({"dates", "meals", "persons"}),
    "recharge": frozenset({"persons"}),
    "bind": frozenset({"persons"}),
    "update_profile": frozenset({"diet", "persons", "canteen"}),
}
_INSTEAD = re.compile(r"(?:改|换)(?:成|到|为|作|个(?!别的)|一下)?")
_KEPT = re.compile(r"照旧|不变|照常|留着")
_JUST = re.compile(r"(?:一|1|两|2|三|3)(?:份|个|碗)就(?:行|好|可以|够)")
_EACH = re.compile(r"一人一份|各(?:订|来|要)?一份")
_LAST = re.compile(r"刚才|刚刚|刚订|上一个|那个单")
_ALL = re.compile(r"全部|全都|都取消|所有|别的都|都退")


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


def understand(text: str, today: date, names: Lexemes, asked: Asked = NOTHING) -> list[Act]:
    """Return the acts of one message.

    The one act ``out_of_scope`` where nothing was understood.
    """
    return at_once(text, asked) or requests(text, today, names, asked)


def requests(text: str, today: date, names: Lexemes, asked: Asked = NOTHING) -> list[Act]:
    """Return the acts of a message that `at_once` has nothing to say to."""
    return _requests(intents.without_courtesy(normalise(text)), today, names, asked) or [Act("out_of_scope")]


def glimpse(text: str, today: date) -> tuple[tuple[date, ...], tuple[str, ...]]:
    """Return the days and meal periods of a text: which menu it is about."""
    when = read_when(normalise(text), today)
    return when.dates, read_meals(when.rest)[0]


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
        return [same]
    before, after = _corrected(text)
    first = _acts(before, today, names, asked)
    if not after:
        return first
    return _put_right(first, _acts(after, today, names, asked))


def _same_as(text: str, today: date) -> Act | None:
    if re.search("|".join(lexicon("answers")["same_last"]), text) and "取消" not in text:
        when = read_when(text, today)
        meals, _ = read_meals(when.rest)
        return Act("order", dates=when.dates, meals=meals, same_as="last")
    match = re.search(r"(?:跟|和|同|照|按)(.{2,6})(?:的)?(?:一样|再来)", text)
    when = read_when(match[1], today) if match else When()
    return Act("order", same_as=when.dates[0].isoformat()) if when.dates else None


def _corrected(text: str) -> tuple[str, str]:
    words = "|".join(lexicon("answers")["correction"])
    parts = re.split(rf"[ ,](?:{words})(?:了)?[ ,]*", text, maxsplit=1)
    return (parts[0], parts[1]) if len(parts) == 2 and parts[0] and parts[1] else (text, "")


def _put_right(first: list[Act], second: list[Act]) -> list[Act]:
    if not first or not second:
        return first or second
    act, right = first[-1], second[0]
    if right.intent not in ("order", "change", "out_of_scope"):
        return second
    new = {
        name: getattr(right, name)
        for name in ("dates", "meals", "items", "mode", "persons", "diet")
        if getattr(right, name)
    }
    if right.portions > 1 and not right.items and act.items:
        new["items"] = (*act.items[:-1], replace(act.items[-1], quantity=right.portions))
    elif right.portions > 1:
        new["portions"] = right.portions
    return [*first[:-1], replace(act, **new)]


def _acts(text: str, today: date, names: Lexemes, asked: Asked) -> list[Act]:
    clauses = [_clause(part, today, names) for part in _clauses(text, today)]
    acts: list[Act] = []
    for clause, intent in zip(clauses, _intents(clauses, asked), strict=True):
        if not intent:
            continue
        act = _filled(intent, clause)
        if intent == "change":
            act = _replacing(act, clause, today, names)
        joined = _joined(acts[-1], act) if acts else None
        if joined is not None:
            acts[-1] = joined
        else:
            acts.append(_carried(acts, act))
    return [_finished(act, text) for act in acts]


def _intents(clauses: Sequence[_Clause], asked: Asked) -> list[str]:
    """Give every clause its intent.

    One that only adds slots goes with the request after or before it.
    """
    own = [_own_intent(clause, asked) for clause in clauses]
    known = [intent for intent in own if intent in _SLOTTED]
    given: list[str] = []
    for clause, said in zip(clauses, own, strict=True):
        intent = said
        before = next((earlier for earlier in reversed(given) if earlier in _SLOTTED), "")
        if not intent and clause.has_slots and not _KEPT.search(clause.text):
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


def _clauses(text: str, today: date) -> list[str]:
    """Cut at marks and blanks, but never inside a run of days."""
    if len(read_when(text, today).dates) > 1 and re.search(r"除|不要|和|跟", text) and len(text) < 20:
        return [text]
    return [part for part in _BREAK.split(text) if part]


def _clause(text: str, today: date, names: Lexemes) -> _Clause:
    when = read_when(text, today)
    canteen, rest = read_canteen(when.rest, names.canteens)
    wanted = read_dishes(rest, names.dishes)
    persons, rest = read_persons(wanted.rest)
    diet, rest = read_diet(rest)
    mode, rest = read_mode(rest)
    meals, rest = read_meals(rest)
    meals = meals or _hidden_meal(text)
    left = re.sub(r"[|的了呢啊吧,那就]", "", rest)
    return _Clause(text, intents.wanted(text), when, meals, mode, diet, persons, canteen, wanted, left)


def _hidden_meal(text: str) -> tuple[str, ...]:
    found = re.search(r"[今明后](早|晚)", text)
    return (("breakfast",) if found[1] == "早" else ("dinner",)) if found else ()


def _filled(intent: str, clause: _Clause) -> Act:
    items = clause.wanted.items
    if intent in ("order", "query_menu") and not items:
        items = unknown_dish(clause.wanted.rest)
    act = Act(
        intent,
        dates=clause.when.dates,
        repeat=clause.when.repeat,
        start=clause.when.start,
        meals=clause.meals,
        items=items,
        off=clause.wanted.off,
        portions=clause.wanted.portions,
        mode=clause.mode,
        persons=clause.persons,
        diet=clause.diet,
        canteen=clause.canteen,
        which=_which(clause.text),
        except_dates=clause.when.excepted,
    )
    return _of_schema(act)


def _of_schema(act: Act) -> Act:
    """Keep the slots that belong to the intent.

    送饭的小伙子态度不好 says nothing of a way to get a meal.
    """
    allowed = _SLOTS.get(act.intent, frozenset())
    kept = {name: getattr(act, name) for name in allowed}
    return Act(act.intent, **kept)


def _replacing(act: Act, clause: _Clause, today: date, names: Lexemes) -> Act:
    """Tell what is replaced (before 改成) from what replaces it (after)."""
    match = _INSTEAD.search(clause.text)
    if match is None:
        return replace(act, dates=(), meals=(), old=_old(act.dates, act.meals, act.off)) if not act.is_bare else act
    before = _clause(clause.text[: match.start()], today, names)
    after = _clause(clause.text[match.end() :], today, names)
    old = _old(before.when.dates, before.meals, before.wanted.items)
    return replace(_filled("change", after), old=old, which=act.which, persons=act.persons, off=())


def _old(dates: tuple[date, ...], meals: tuple[str, ...], items: tuple[Item, ...]) -> Act | None:
    old = Act("change", dates=dates, meals=meals, items=items)
    return None if old.is_bare else old


def _which(text: str) -> str:
    if _LAST.search(text):
        return "last"
    return "all" if _ALL.search(text) else ""


def _joined(act: Act, more: Act) -> Act | None:
    """Add a clause to the act before it; None where it is a request of its own."""
    if act.intent != more.intent:
        order_of_both = {act.intent, more.intent} <= {"order", "update_profile"}
        if not order_of_both:
            return None
        act = replace(act, intent="order")
    full = bool(act.items or act.portions > 1)
    moves = (more.dates and act.dates and more.dates != act.dates) or (
        more.meals and act.meals and more.meals != act.meals
    )
    if moves and full:
        return None
    return replace(
        act,
        dates=act.dates if act.dates and not more.dates else tuple(sorted({*act.dates, *more.dates})),
        repeat=act.repeat or more.repeat,
        start=act.start or more.start,
        meals=act.meals if not more.meals else tuple(dict.fromkeys((*act.meals, *more.meals))),
        items=(*act.items, *more.items),
        off=(*act.off, *more.off),
        portions=max(act.portions, more.portions),
        mode=more.mode or act.mode,
        persons=tuple(sorted({*act.persons, *more.persons})),
        diet=tuple(sorted({*act.diet, *more.diet})),
        canteen=act.canteen or more.canteen,
        which=act.which or more.which,
        except_dates=tuple(sorted({*act.except_dates, *more.except_dates})),
    )


def _finished(act: Act, text: str) -> Act:
    if act.intent == "order" and _EACH.search(text) and len(act.persons) > 1:
        act = _for_each(act)
    if act.except_dates and act.which == "all":
        return replace(act, dates=())
    return replace(act, except_dates=())


def _for_each(act: Act) -> Act:
    count = max(len(act.persons), 1)
    if act.items:
        return replace(act, items=tuple(Item(item.dish, count, item.said) for item in act.items))
    return replace(act, portions=count)
