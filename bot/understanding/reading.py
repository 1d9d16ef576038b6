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
from bot.understanding.dishes import Wanted, bowls, read_dishes, unknown_dish, without_announced
from bot.understanding.lexicon import lexicon
from bot.understanding.normalise import normalise
from bot.understanding.numbers import NUMBER
from bot.understanding.slots import read_canteen, read_diet, read_meals, read_mode, read_persons
from bot.understanding.sums import read_amount, read_period

NOTHING = Asked()
_CODE = re.compile(r"(?<!\d)(\d{4}[ -]?\d{4})(?!\d)")
_BREAK = re.compile(r"[ ,]+|顺便|(?<=[\u4e00-\u9fff])再(?=查|看|问)")
_SLOTTED = frozenset({"order", "change", "cancel", "query_menu"})
_WHOLE = frozenset(
    {
        "dates",
        "repeat",
        "start",
        "meals",
        "items",
        "off",
        "portions",
        "mode",
        "persons",
        "diet",
        "canteen",
        "which",
        "counted",
        "adds",
    }
)
_SLOTS = {
    "order": _WHOLE - {"which", "off", "adds"},
    "change": _WHOLE,
    "cancel": frozenset({"dates", "meals", "items", "off", "persons", "which", "except_dates"}),
    "query_order": frozenset({"dates", "meals", "persons", "which"}),
    "query_delivery": frozenset({"dates", "meals", "persons", "canteen", "which"}),
    "query_menu": frozenset({"dates", "meals", "items", "canteen", "diet"}),
    "query_price": frozenset({"items"}),
    "query_subsidy": frozenset({"persons", "dates"}),
    "query_balance": frozenset({"persons"}),
    "query_bill": frozenset({"persons", "period"}),
    "query_hours": frozenset({"dates", "meals", "canteen"}),
    "query_place": frozenset({"canteen"}),
    "show_code": frozenset({"dates", "meals", "persons"}),
    "recharge": frozenset({"persons", "amount"}),
    "bind": frozenset({"persons"}),
    "update_profile": frozenset({"diet", "persons", "canteen"}),
}
_INSTEAD = re.compile(r"(?:改|换)(?:成|到|为|作|个(?!别的)|一下)?")
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
_MEASURED = re.compile(rf"{NUMBER}(?:份|碗|个|盒|客|杯|只|根|块|条|笼|样)(?:吧|哈|啊)?")
_EVERY = re.compile(r"(?:都)?(?:每天|天天|每日)")
_BARRED = re.compile(r"除|不要|不吃|不用|别送|不送|不算|以外|不订|空着|跳过|不来")
_NOT_THAT = re.compile(rf"(?<=[份个碗客])(?:唔系|不是){NUMBER}[份个碗客]?")
_SELF = r"(?=(?:我|俺)?(?:们)?(?:自己)?(?:过来|来|去|过去)?(?:到食堂|在食堂)?(?:拿|取|吃|带|打包))"
_NO_DELIVERY = re.compile(rf"(?:不用|不要|别|甭|莫|不)(?:再)?送(?:来|饭|餐)?了?[ ,]*{_SELF}")
_SIGHS = r"(?:哎呀?|唉|啊|哦|噢|呃|嗯|哟)?[ ,]*"
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
        return same
    if spared := _all_but(text, today):
        return [spared]
    before, after = _corrected(_NOT_THAT.sub("", _own_way(text)))
    first = _acts(before, today, names, asked)
    if not after:
        return first
    return _put_right(first, _requests(after, today, names, asked))


def _own_way(text: str) -> str:
    """Read 不用送了我自己拿 as the other way, not as a cancellation."""
    found = _NO_DELIVERY.search(text)
    if found is None:
        return text
    return text[: found.start()] + ("" if "送" in text[: found.start()] else "改成") + text[found.end() :]


def _all_but(text: str, today: date) -> Act | None:
    """Read a cancellation of everything but some days: the days that stay are what must not be lost."""
    if not (_ALL_GONE.search(text) and _SPARED.search(text)):
        return None
    when = read_when(text, today)
    days = when.dates or when.excepted
    return Act("cancel", which="all", except_dates=days) if days and not (when.dates and when.excepted) else None


def _same_as(text: str, today: date) -> list[Act]:
    if re.search("|".join(lexicon("answers")["same_last"]), text) and not re.search("取消|不要|退|留着", text):
        when = read_when(text, today)
        meals, _ = read_meals(when.rest)
        return [Act("order", dates=when.dates, meals=meals, same_as="last")]
    match = re.search(r"(?:跟|和|同|照|按)(.{2,6}?)(?:的)?(?:那样|那个)?(?:一样|再来|来)", text)
    when = read_when(match[1], today) if match else When()
    return [Act("order", same_as=when.dates[0].isoformat())] if when.dates else []


def _corrected(text: str) -> tuple[str, str]:
    words = "|".join(sorted(lexicon("answers")["correction"], key=len, reverse=True))
    swap = r"不是[^ ,一二两三四五六\d]{1,5}[ ,]+(?:而)?是"
    found = re.search(rf"[ ,]+{_SIGHS}(?:{swap}|(?:(?:{words})(?:了|啦|吧)?[ ,]*)+是?)", text)
    if found is None or not text[found.end() :]:
        return text, ""
    return text[: found.start()], text[found.end() :]


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
    clauses = _with_rice([_clause(part, today, names) for part in _clauses(text, today, names)])
    acts: list[Act] = []
    for clause, intent in zip(clauses, _intents(clauses, asked), strict=True):
        if not intent:
            continue
        act = _filled(intent, clause, today)
        if intent == "change":
            act = _replacing(act, clause, today, names)
        joined = _joined(acts[-1], act) if acts else None
        if joined is not None:
            acts[-1] = joined
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


def _clauses(text: str, today: date, names: Lexemes) -> list[str]:
    """Cut at marks and blanks, but leave a run of days with its exceptions, and a dish with its number."""
    parts: list[str] = []
    for part in filter(None, _BREAK.split(text)):
        if parts and _belongs(parts[-1], part, today, names):
            parts[-1] = f"{parts[-1]}{part}"
        else:
            parts.append(part)
    return parts


def _belongs(before: str, part: str, today: date, names: Lexemes) -> bool:
    if _MEASURED.fullmatch(part):
        return read_dishes(before, names.dishes).rest.endswith("|")
    if _EVERY.match(part):
        return bool(read_when(before, today).dates)
    return bool(_BARRED.search(part)) and len(read_when(before, today).dates) > 1 and bool(_days_in(part, today))


def _days_in(part: str, today: date) -> bool:
    when = read_when(part, today)
    return bool(when.dates or when.excepted)


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
    if intent in ("order", "query_menu") and not items and (items := unknown_dish(clause.wanted.rest)):
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
    return replace(_filled("change", after, today), old=old, which=act.which, persons=act.persons, off=())


def _old(dates: tuple[date, ...], meals: tuple[str, ...], items: tuple[Item, ...]) -> Act | None:
    old = Act("change", dates=dates, meals=meals, items=items)
    return None if old.is_bare else old


def _which(text: str) -> str:
    if (numbered := _NUMBERED.search(text)) is not None:
        return f"#{numbered[1] or numbered[2]}"
    if _LAST.search(text):
        return "last"
    return "all" if _ALL.search(text) else ""


def _joined(act: Act, more: Act) -> Act | None:
    """Add a clause to the act before it; None where it is a request of its own."""
    if act.intent != more.intent:
        if not _is_wish_for(act, more):
            return None
        act = replace(act, intent="order")
    if _is_another(act, more):
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
        old=act.old or more.old,
        adds=act.adds or more.adds,
        amount=act.amount or more.amount,
        period=act.period or more.period,
        counted=act.counted or more.counted,
    )


def _is_wish_for(act: Act, more: Act) -> bool:
    """Tell whether one of the two only says how the other's meal is to be."""
    profile = act if act.intent == "update_profile" else more
    return {act.intent, more.intent} == {"order", "update_profile"} and bool(profile.diet)


def _is_another(act: Act, more: Act) -> bool:
    full = bool(act.items or act.portions > 1)
    moves = (more.dates and act.dates and more.dates != act.dates) or (
        more.meals and act.meals and more.meals != act.meals
    )
    shifts = more.persons and act.persons and more.persons != act.persons and bool(more.meals or more.items)
    return bool((moves and full) or (shifts and (moves or full)))


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
