"""Read days the way people say them, with ranges and exceptions.

A week runs from Monday to Sunday. 下周X is the next calendar week, 这周X this one even if past, a bare 周X the next on
or after today; 15号 is the next fifteenth on or after today. A standing wish (每周一三五) gives weekdays, no days.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from bot.understanding import moon
from bot.understanding.lexicon import lexicon
from bot.understanding.numbers import NUMBER, number

Days = tuple[date, ...]
_WEEK = r"(?:周|星期|礼拜)"
_WEEKDAY = (
    {sign: index for index, sign in enumerate("一二三四五六日")} | {"天": 6} | {str(i): i - 1 for i in range(1, 8)}
)
_MONTH = r"(?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY = r"(?:[12]\d|3[01]|[1-9]|[二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|[一二三四五六七八九])"
_RANGE = re.compile(r"(?:一直)?(?:到|至|-|~|—)(?:了)?")
_START = re.compile(
    "[0-9一二三四五六七八九十廿卅两今明后大昨前听现外接往未这本当隔次寻琴连上下整周星礼月底末农阴正冬腊初除年元情妇劳儿建教国圣春过龙端中重九小立夏清母父]"
)
_BARE_WEEKDAY = re.compile(_WEEK)
_NAMED_WEEK = re.compile(rf"[上下这本]+个?{_WEEK}")
_EXCEPT_BEFORE = re.compile(r"(?:除了|除开|除|但是?不要)$")
_EXCEPT_AFTER = re.compile(
    r"(?:的)?(?:除外|不算|不要(?!了)|不用(?!送)|不吃(?!了)|别送|不送|不要送|不订|空着|跳过|不来)"
)


@dataclass(frozen=True, slots=True)
class When:
    """Hold the days that were said; ``rest`` is the text without them."""

    dates: Days = ()
    repeat: tuple[int, ...] = ()
    start: date | None = None
    excepted: Days = ()
    rest: str = ""


@dataclass(frozen=True, slots=True)
class _Token:
    begin: int
    end: int
    days: Days


@lru_cache(maxsize=128)
def read_when(text: str, today: date) -> When:
    """Read every day in a text."""
    standing = _standing(text, today)
    if standing is not None:
        return standing
    tokens = _tokens(text, today)
    days: list[date] = []
    excepted: list[date] = []
    position = 0
    while position < len(tokens):
        token = tokens[position]
        span, end = token.days, token.end
        following = tokens[position + 1] if position + 1 < len(tokens) else None
        if following and _RANGE.fullmatch(text[token.end : following.begin]):
            span, end = _between(token.days[0], following.days[-1]), following.end
            position += 1
        is_out = _EXCEPT_BEFORE.search(text[: token.begin]) or (days and _EXCEPT_AFTER.match(text[end:]))
        (excepted if is_out else days).extend(span)
        position += 1
    kept = tuple(sorted(set(days) - set(excepted)))
    return When(kept, excepted=tuple(sorted(set(excepted))), rest=_without(text, tokens))


def _between(first: date, last: date) -> Days:
    if last < first:
        last += timedelta(days=7)
    return _run(first, min((last - first).days + 1, 62)) if last >= first else (first,)


def _run(first: date, count: int) -> Days:
    return tuple(first + timedelta(days=i) for i in range(count))


def _without(text: str, tokens: list[_Token]) -> str:
    for token in reversed(tokens):
        text = text[: token.begin] + "|" + text[token.end :]
    text = re.sub(r"\|(?:一直)?(?:到|至|-|~|和|跟|、)\|", "|", text)
    return re.sub(r"(?:除了|除开|除)\|(?:以外|之外|外)?|\|(?:的)?(?:除外|不算)", "|", text)


def _standing(text: str, today: date) -> When | None:
    match = _STANDING.search(text)
    if match is None:
        return None
    begins = _tokens(text[: match.start()], today)
    open_ended = (
        match["open"] or match["weekly"] or match["work"] or re.search(r"(?:开始|起|以后)$", text[: match.start()])
    )
    if not open_ended and (
        begins
        or not match["daily"]
        or re.search(r"月$|周$|期$|拜$", text[: match.start()])
        or _tokens(text[match.end() :], today)
    ):
        return None
    weekdays = list(range(1, 8))
    if match["weekly"]:
        weekdays = sorted({_WEEKDAY[sign] + 1 for sign in match["weekly"] if sign in _WEEKDAY})
    elif match["work"]:
        weekdays = list(range(1, 6))
    rest = text[: match.start()] + "|" + text[match.end() :]
    start = begins[-1].days[0] if begins else None
    before = _without(text[: match.start()], begins) if begins else rest[: match.start()]
    return When(repeat=tuple(weekdays), start=start, rest=before + rest[match.start() :])


_STANDING = re.compile(
    rf"(?P<open>(?:以后|往后|今后|从今往后|长期)(?:都|就)?每[天日])|每(?:个)?{_WEEK}(?P<weekly>[一二三四五六日天、,和]+)"
    rf"|(?P<work>(?:每个)?工作日|平日)|(?P<daily>每天|(?<![今明后昨])天天|每日|(?=(?<=开始)(?:中午|晚上|早上)))"
)


def _tokens(text: str, today: date) -> list[_Token]:
    tokens: list[_Token] = []
    position = 0
    while (start := _START.search(text, position)) is not None:
        position = start.start()
        token = _token_at(text, position, today)
        if token is None:
            position += 1
        else:
            tokens.append(_same_week(text, token, tokens))
            position = token.end
    return tokens


def _same_week(text: str, token: _Token, earlier: list[_Token]) -> _Token:
    """Let a bare weekday lie in the week that was named just before: 下周二和周四."""
    if not earlier or not _BARE_WEEKDAY.match(text, token.begin):
        return token
    named = _NAMED_WEEK.match(text, earlier[-1].begin)
    if named is None:
        return token
    monday = earlier[-1].days[0] - timedelta(days=earlier[-1].days[0].weekday())
    return replace(token, days=tuple(monday + timedelta(days=day.weekday()) for day in token.days))


def _token_at(text: str, position: int, today: date) -> _Token | None:
    for pattern, reader in _READERS:
        match = pattern.match(text, position)
        if match and (days := reader(match, today)):
            return _Token(match.start(), match.end(), days)
    return None


def _near(match: re.Match[str], today: date) -> Days:
    return (today + timedelta(days=lexicon("dates")["near"][match[0]]),)


def _near_several(match: re.Match[str], today: date) -> Days:
    return tuple(today + timedelta(days="今明后".index(sign)) for sign in match[1])


def _in_days(match: re.Match[str], today: date) -> Days:
    count = number(match[1])
    return (today + timedelta(days=count),) if count is not None and count < 100 else ()


def _next_days(match: re.Match[str], today: date) -> Days:
    count = number(match[1]) or 0
    return _run(today + timedelta(days=1), count) if 0 < count < 62 else ()


def _for_days(match: re.Match[str], today: date) -> Days:
    first = _token_at(match["first"], 0, today)
    count = 7 if match["week"] else number(match["count"] or "") or 0
    if first is None or first.end != len(match["first"]) or not 0 < count < 62:
        return ()
    return _run(first.days[0], count)


def _rest_of_week(_match: re.Match[str], today: date) -> Days:
    return _run(today, 7 - today.weekday())


def _rest_of_month(_match: re.Match[str], today: date) -> Days:
    return _run(today, monthrange(today.year, today.month)[1] - today.day + 1)


def _week_start(prefix: str, today: date) -> date:
    monday = today - timedelta(days=today.weekday())
    shift = prefix.count("下") - prefix.count("上")
    return monday + timedelta(weeks=shift)


def _weekdays(match: re.Match[str], today: date) -> Days:
    prefix = match["prefix"] or ""
    signs = [sign for sign in match["days"] if sign in _WEEKDAY]
    if prefix:
        return tuple(_week_start(prefix, today) + timedelta(days=_WEEKDAY[sign]) for sign in signs)
    return tuple(today + timedelta(days=(_WEEKDAY[sign] - today.weekday()) % 7) for sign in signs)


def _weekday_range(match: re.Match[str], today: date) -> Days:
    prefix = match["prefix"] or ""
    first, last = _WEEKDAY[match["first"]], _WEEKDAY[match["last"]]
    if last < first:
        return ()
    monday = _week_start(prefix, today)
    if not prefix and monday + timedelta(days=first) < today:
        monday += timedelta(weeks=1)
    return _run(monday + timedelta(days=first), last - first + 1)


def _weekend(match: re.Match[str], today: date) -> Days:
    saturday = _week_start(match["prefix"] or "这", today) + timedelta(days=5)
    return _run(saturday, 2)


def _whole_week(match: re.Match[str], today: date) -> Days:
    monday = _week_start(match["prefix"], today)
    if match["prefix"].startswith(("这", "本")) and match["each"] and not match["done"]:
        return _rest_of_week(match, today)
    return _run(monday, 7)


def _month_day(match: re.Match[str], today: date) -> Days:
    month, day = number(match["month"]), number(match["day"])
    year = int(match["year"]) if match["year"] else None
    if month is None or day is None:
        return ()
    found = _valid(year or today.year, month, day)
    if found and not year and found < today:
        found = _valid(today.year + 1, month, day)
    return (found,) if found else ()


def _day_of_month(match: re.Match[str], today: date) -> Days:
    day = number(match["day"])
    month = today.replace(day=1)
    if match["next"]:
        month = _next_month(month)
    for _ in range(3):
        found = _valid(month.year, month.month, day or 0)
        if found and (found >= today or match["this"]):
            return (found,)
        month = _next_month(month)
    return ()


def _days_of_month(match: re.Match[str], today: date) -> Days:
    first = _day_named(match["first"], today)
    last = number(match["last"])
    found = _valid(first.year, first.month, last or 0) if first else None
    return _run(first, (found - first).days + 1) if first and found and found >= first else ()


def _day_named(text: str, today: date) -> date | None:
    days = _tokens(text + "号", today)
    return days[0].days[0] if days else None


def _month_end(match: re.Match[str], today: date) -> Days:
    month = _next_month(today.replace(day=1)) if match["next"] else today
    return (month.replace(day=monthrange(month.year, month.month)[1]),)


def _whole_month(_match: re.Match[str], today: date) -> Days:
    first = _next_month(today.replace(day=1))
    return _run(first, monthrange(first.year, first.month)[1])


def _next_month(first: date) -> date:
    return _later_month(first, 1)


def _later_month(first: date, by: int) -> date:
    """Return the first day of a later month."""
    months = first.year * 12 + first.month - 1 + by
    return date(months // 12, months % 12 + 1, 1)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _solar_feast(match: re.Match[str], today: date) -> Days:
    month, day = lexicon("dates")["solar"][match["name"]]
    first = _valid(today.year, month, day)
    if first is None:
        return ()
    first = first if first >= today else first.replace(year=today.year + 1)
    return _run(first, number(match["count"]) or 1 if match["count"] else 1)


def _moon_feast(match: re.Match[str], today: date) -> Days:
    return moon.next_day(today, *lexicon("dates")["lunar"][match[1]])


def _moon_day(match: re.Match[str], today: date) -> Days:
    month = (
        number(match["month"].replace("正", "一").replace("冬", "十一").replace("腊", "十二"))
        if match["month"]
        else None
    )
    found = [moon.next_day(today, month, moon.day_number(part)) for part in re.findall(_MOON_DAY, match["days"])]
    return tuple(sorted(day for days in found for day in days))


def _moon_year_day(match: re.Match[str], today: date) -> Days:
    return moon.next_day(today, 1, moon.day_number(match[1]))


def _year_end(_match: re.Match[str], today: date) -> Days:
    return moon.last_day_of_year(today)


def _term(match: re.Match[str], today: date) -> Days:
    return moon.next_term(today, match[1])


def _mothers_day(match: re.Match[str], today: date) -> Days:
    month, nth = (5, 2) if match[0].startswith("母") else (6, 3)
    for year in (today.year, today.year + 1):
        first = date(year, month, 1)
        found = first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (nth - 1))
        if found >= today:
            return (found,)
    return ()


def _words(table: str) -> str:
    return "|".join(sorted(map(re.escape, lexicon("dates")[table]), key=len, reverse=True))


Reader = Callable[[re.Match[str], date], Days]
_NINE = "[一二三四五六七八九]"
_MOON_DAY = (
    rf"(?:初[一二三四五六七八九十]|廿{_NINE}?|二十{_NINE}?|十{_NINE}|三十"
    r"|[一二三四五六七八九十](?![号日天份个]))"
)
_SIGN = "[一二三四五六日天]"
_FIRST_TEN = "初[一二三四五六七八九十]"
_SPAN = (
    rf"(?P<first>{_words('near')}|下?{_WEEK}{_SIGN}|(?:下个?月)?{_DAY}[号日])(?:起|开始)(?:连着|连续|停|一连)?"
    rf"(?:(?P<count>{NUMBER})天|一?个?(?P<week>星期|礼拜|周))"
)
_THIS = r"(?P<prefix>上上|下下|上|下|这|本)"
_PATTERNS: tuple[tuple[str, Reader], ...] = (
    (r"([今明后]{2,3})(?:两|二|三|2|3)?[天日]", _near_several),
    (_SPAN, _for_days),
    (_words("near"), _near),
    (rf"({NUMBER})天(?:之|以)?后", _in_days),
    (rf"(?:接下来|往后|未来)({NUMBER})天", _next_days),
    (rf"(?:这个?|本){_WEEK}(?:剩下|剩余|余下)的?(?:几天|每天|日子)?|这几天", _rest_of_week),
    (r"(?:这个?|本)月(?:剩下|剩余|余下)的?(?:几天|每天|日子)?", _rest_of_month),
    (rf"(?:{_THIS}个?)?周末(?:两天)?|(?:这|本)个周末", _weekend),
    (rf"(?:{_THIS}个?)?{_WEEK}(?P<first>{_SIGN})(?:到|至|-|~)(?:{_WEEK})?(?P<last>{_SIGN})", _weekday_range),
    (rf"(?:{_THIS}个?)?{_WEEK}(?P<days>[一二三四五六日天1-7]+(?![份个碗点号]))(?:那天)?", _weekdays),
    (rf"整?个?{_THIS}个?{_WEEK}(?P<each>每天|天天)?(?P<done>都订)?", _whole_week),
    (r"下个?月(?:每天|天天)", _whole_month),
    (r"(?:(?P<next>下个?)|(?:这个?|本))?月(?:底|末)", _month_end),
    (rf"(?:(?P<year>20\d\d)年)?(?P<month>{_MONTH})月(?P<day>{_DAY})[号日]", _month_day),
    (r"(?P<year>20\d\d)?(?P<month>1[0-2]|[1-9])[./](?P<day>[12]\d|3[01]|0?[1-9])(?![\d元块])", _month_day),
    (r"(?P<month>1[0-2]|[1-9])月(?P<day>[12]\d|3[01]|[1-9])(?P<year>)(?![份个碗])", _month_day),
    (rf"(?P<first>{_DAY})(?:到|至|-|~)(?P<last>{_DAY})[号日]", _days_of_month),
    (rf"(?:(?P<next>下个?月)|(?P<this>这个?月|本月))?(?P<day>{_DAY})[号日](?![楼栋院门])", _day_of_month),
    (r"除夕(?:夜)?|大年三十|年三十", _year_end),
    (r"(?:大?年)(初[一二三四五六七八九十])", _moon_year_day),
    (rf"(?P<name>{_words('solar')})节?(?:(?P<count>{NUMBER})天)?", _solar_feast),
    (rf"({_words('lunar')})(?!粥|蒜|豆腐)节?", _moon_feast),
    (rf"(?:农历|阴历)?(?:(?P<month>[正一二三四五六七八九十冬腊]|十一|十二)月)(?P<days>{_MOON_DAY}+)", _moon_day),
    (rf"(?:农历|阴历)?(?P<month>)(?P<days>{_FIRST_TEN}(?:和|跟)?十五|{_FIRST_TEN}|廿[一二三四五六七八九])", _moon_day),
    (rf"({'|'.join(lexicon('dates')['terms']['names'])})节?", _term),
    (r"母亲节|父亲节", _mothers_day),
)  # fmt: skip
_READERS = tuple((re.compile(pattern), reader) for pattern, reader in _PATTERNS)
