"""Read conditions: ``{age: 60-74, category: [低保, 特困]}`` asks for all of them together."""

from __future__ import annotations

import re
from collections.abc import Callable

from canteen.subsidy import conditions as ask
from canteen.subsidy import occasions
from canteen.subsidy.answers import MEASURES
from canteen.subsidy.day_kinds import DAY_KINDS, Days
from canteen.subsidy.language.marked import Entry, MisreadError, Readings, each
from canteen.subsidy.language.scope import Scope
from canteen.subsidy.places import LEVELS, PROVINCES, Place, plain

_CLOSED = re.compile(r"(\d{1,3})-(\d{1,3})", re.ASCII)
_OPEN = re.compile(r"(\d{1,3})\+", re.ASCII)
_HALF_OPEN = re.compile(r"(\d{1,3}) to under (\d{1,3})", re.ASCII)
_UNDER = re.compile(r"under (\d{1,3})", re.ASCII)
# Endings that a name of a level never has: 福田区 is no city, 深圳市 no town. (景德镇 is a city, 中关村 a town.)
_FOREIGN = {
    "city": ("省", "街道", "社区", "区"),
    "district": ("省", "镇", "街道", "社区"),
    "town": ("省", "市", "县", "社区"),
    "village": ("省", "街道"),
}
_CITIES_IN_SPITE = ("地区", "市辖区", "林区")

Reader = Callable[[Entry, Scope], ask.Condition]


def read_condition(entry: Entry, scope: Scope) -> ask.Condition:
    """Read ``anybody`` or a mapping of questions that must all hold.

    They are asked in one order, the person's first, however the mapping is written.
    """
    if entry.is_scalar:
        if entry.text() != "anybody":
            raise entry.refuse("condition_expected", found=entry.text())
        return ask.ANYBODY
    if entry.is_list:
        raise entry.refuse("mapping_expected", found="[...]")
    named = entry.fields((), tuple(_READERS))
    readings = Readings()
    parts = [readings.of(read, named[name], scope) for name, read in _READERS.items() if name in named]
    readings.done()
    if not parts:
        raise entry.refuse("no_condition")
    return ask.AllOf(tuple(parts))


def read_age(entry: Entry, scope: Scope) -> ask.Condition:
    """Read ``60-74`` (both included), ``80+``, ``60 to under 70`` or ``under 60``."""
    text = " ".join(entry.text().split())
    if found := _CLOSED.fullmatch(text):
        first, below = int(found[1]), int(found[2]) + 1
    elif found := _HALF_OPEN.fullmatch(text):
        first, below = int(found[1]), int(found[2])
    elif found := _UNDER.fullmatch(text):
        first, below = 0, int(found[1])
    elif found := _OPEN.fullmatch(text):
        return ask.AgeBand(int(found[1]), None, text)
    else:
        raise entry.refuse("age_expected", found=text)
    if first >= below:
        raise entry.refuse("empty_age_band", found=text)
    return ask.AgeBand(first, below, text)


def read_place(entry: Entry) -> Place:
    """Read one place, such as ``{city: 广州, district: 增城, town: 正果}``."""
    if entry.is_scalar:
        raise entry.refuse("place_expected", found=entry.text())
    named = entry.fields((), LEVELS)
    if not named:
        raise entry.refuse("no_place")
    for level, value in named.items():
        _check_name(level, value)
    return Place(**{level: value.text() for level, value in named.items()})


def _check_name(level: str, entry: Entry) -> None:
    name = entry.text()
    if level == "province":
        if plain(level, name) not in PROVINCES:
            raise entry.refuse("unknown_place", found=name)
    elif len(name) > 2 and name.endswith(_FOREIGN[level]) and not name.endswith(_CITIES_IN_SPITE):
        raise entry.refuse("wrong_level", found=name, level=level)


def read_days(entry: Entry, scope: Scope) -> ask.Condition:
    """Read ``working_days``, a list of kinds of days or dates, or ``{days: ..., except: ...}``."""
    excepted: tuple[str, ...] = ()
    if entry.is_scalar or entry.is_list:
        kinds = _day_words(entry)
    else:
        fields = entry.fields(("days", "except"))
        kinds = _day_words(fields["days"])
        excepted = _day_words(fields["except"])
    if {"working_days", "make_up_days"} & {*kinds, *excepted}:
        scope.uses("make_up_days", entry)
    text = "/".join(kinds) + (" - " + "/".join(excepted) if excepted else "")
    return Days(kinds, excepted, text)


def read_spend(entry: Entry, scope: Scope) -> ask.Condition:
    """Read ``{at_least: "15.00"}``, ``{more_than: ...}`` and upper bounds; a bound may be ``standard_set``."""
    fields = entry.fields((), (*ask.BOUNDS, "of"))
    bounds = [name for name in ask.BOUNDS if name in fields]
    lower = [name for name in bounds if name in {"at_least", "more_than"}]
    if not bounds or len(lower) > 1 or len(bounds) - len(lower) > 1:
        raise entry.refuse("one_of", options=", ".join(ask.BOUNDS))
    if "of" in fields:
        measure = fields["of"].choice(MEASURES)
    else:
        measure = scope.answers.threshold
        scope.uses("threshold", entry)
    if measure.startswith("after_discount") and not scope.discount_first:
        raise entry.refuse("discount_not_known_yet")
    asked = [_bound(name, fields[name], measure, scope) for name in bounds]
    return asked[0] if len(asked) == 1 else ask.AllOf(tuple(asked), "spend")


def _bound(name: str, bar: Entry, measure: str, scope: Scope) -> ask.Condition:
    amount = None if bar.text() == "standard_set" else bar.fen()
    if amount is None:
        scope.standard_set_needed(bar)
    code = "spend" if name in {"at_least", "more_than"} else "spend_over"
    return ask.Spend(amount, name, measure, f"{ask.BOUNDS[name][0]}{bar.text()}", code)


def read_words(name: str, options: tuple[str, ...]) -> Reader:
    """Make a reader for one of some plain words; ``any`` asks nothing."""

    def read(entry: Entry, scope: Scope) -> ask.Condition:
        if entry.is_scalar and entry.text() == "any":
            return ask.ANYBODY
        words = _words(entry, options)
        return ask.OneOf(name, frozenset(words), "/".join(words))

    return read


def _words(entry: Entry, options: tuple[str, ...]) -> tuple[str, ...]:
    words = each(entry.items(), lambda word: word.choice(options) if options else word.text())
    if not words:
        raise entry.refuse("text_expected")
    return words


def _day_words(entry: Entry) -> tuple[str, ...]:
    """Read kinds of days, days such as ``2026-10-18``, or days of every year such as ``10-18``."""
    words = each(entry.items(), _day_word)
    if not words:
        raise entry.refuse("text_expected")
    return words


def _day_word(entry: Entry) -> str:
    if not entry.text()[:1].isdigit():
        return entry.choice(DAY_KINDS)
    if entry.text().count("-") == 1:
        return "{:02d}-{:02d}".format(*entry.month_and_day())
    return entry.day().isoformat()


def _place_reader(of: str) -> Reader:
    def read(entry: Entry, scope: Scope) -> ask.Condition:
        places = each(entry.items(), read_place)
        if not places:
            raise entry.refuse("no_place")
        return ask.InPlace(of, places)

    return read


def _near(entry: Entry, scope: Scope) -> ask.Condition:
    fields = entry.fields((), ("hukou", "lives"))
    if len(fields) != 1:
        raise entry.refuse("one_of", options="hukou, lives")
    ((of, level),) = fields.items()
    return ask.CanteenNear(of, level.choice(LEVELS))


def _code(entry: Entry, scope: Scope) -> str:
    code = scope.register.code_of(entry.text())
    if code is None:
        raise entry.refuse("unknown_category", found=entry.text())
    return code


def _category(entry: Entry, scope: Scope) -> ask.Condition:
    codes = each(entry.items(), lambda one: _code(one, scope))
    if not codes:
        raise entry.refuse("no_condition")
    return ask.HasCategory(frozenset(codes), "/".join(one.text() for one in entry.items()))


def _every_category(entry: Entry, scope: Scope) -> ask.Condition:
    def one(part: Entry) -> ask.Condition:
        return ask.HasCategory(frozenset({_code(part, scope)}), part.text())

    return ask.AllOf(each(entry.items(), one), "category")


def _at_least(entry: Entry, scope: Scope) -> ask.Condition:
    code = _code(entry, scope)
    if scope.register.kinds[code].scale is None:
        raise entry.refuse("no_scale", found=entry.text())
    return ask.HasCategory(scope.register.at_least(code), f">={entry.text()}", "ability")


def _area(entry: Entry, scope: Scope) -> ask.Condition:
    names = each(entry.items(), lambda one: one.text())
    return ask.OneOf("area", frozenset(plain("district", name) for name in names), "/".join(names))


def _yes(name: str) -> Reader:
    def read(entry: Entry, scope: Scope) -> ask.Condition:
        word = "yes" if entry.yes() else "no"
        return ask.OneOf(name, frozenset({word}), word)

    return read


def _other_scheme(entry: Entry, scope: Scope) -> ask.Condition:
    """Read ``yes``, ``no`` or the names of schemes."""
    if entry.is_scalar and entry.text() in {"yes", "no", "true", "false"}:
        return _yes("other_scheme")(entry, scope)
    names = each(entry.items(), lambda one: one.text())
    return occasions.OtherScheme(frozenset(names), "/".join(names))


def _given(entry: Entry, scope: Scope) -> ask.Condition:
    """Read the names of layers that stand above and must have given something."""
    return occasions.LayerGiven(each(entry.items(), scope.layer_above))


def _birthday(entry: Entry, scope: Scope) -> ask.Condition:
    return occasions.Birthday() if entry.yes() else ask.NoneOf((occasions.Birthday(),))


def _live(entry: Entry, scope: Scope) -> ask.Condition:
    return occasions.SiteLive() if entry.yes() else ask.NoneOf((occasions.SiteLive(),))


def _several(kind: Callable[[tuple[ask.Condition, ...]], ask.Condition]) -> Reader:
    def read(entry: Entry, scope: Scope) -> ask.Condition:
        parts = each(entry.items(), lambda part: read_condition(part, scope))
        if not parts:
            raise entry.refuse("no_condition")
        return kind(parts)

    return read


_READERS: dict[str, Reader] = {
    "age": read_age,
    "hukou": _place_reader("hukou"),
    "lives": _place_reader("lives"),
    "permit": _place_reader("permit"),
    "canteen": _place_reader("canteen"),
    "canteen_shares": _near,
    "housing": read_words("housing", ("home", "institution")),
    "category": _category,
    "every_category": _every_category,
    "at_least": _at_least,
    "other_scheme": _other_scheme,
    "birthday_today": _birthday,
    "given": _given,
    "meals": read_words("meals", ("breakfast", "lunch", "dinner", "snack")),
    "modes": read_words("modes", ("dine_in", "pickup", "delivery")),
    "days": read_days,
    "spend": read_spend,
    "diet": read_words("diet", ()),
    "ordered_days_ahead": lambda entry, scope: occasions.OrderedAhead(entry.whole()),
    "ordered_in_time": _yes("ordered_in_time"),
    "site_live": _live,
    "grade": read_words("grade", ()),
    "kind": read_words("kind", ()),
    "area": _area,
    "site": _place_reader("site"),
    "headcount": lambda entry, scope: occasions.Headcount(entry.whole()),
    "any_of": _several(ask.AnyOf),
    "all_of": _several(ask.AllOf),
    "none_of": _several(ask.NoneOf),
}

__all__ = ["MisreadError", "read_condition", "read_place"]
