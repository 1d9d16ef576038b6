"""Read sums of money and spans of account: 充二百五, 上个月, 今年."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from bot.understanding.dates import read_when
from bot.understanding.numbers import NUMBER, number

_AMOUNT = re.compile(rf"(?:充|加|存|打|交|续)[^\d一二两三四五六七八九十百千]{{0,8}}({NUMBER})(?!份|个月|碗|天)")
_SUM = re.compile(rf"({NUMBER})(?:块|元)")
_MONTH = re.compile(r"(上+|这|本|当)个?月")
_NAMED = re.compile(r"(1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月份?(?![\d一二三四五六七八九十廿初])")
_YEAR = re.compile(r"(今年|本年|去年|前年)")


def read_amount(text: str) -> int:
    """Return the yuan that are to be paid in, 0 where none were said."""
    found = _AMOUNT.search(text) or _SUM.search(text)
    return (number(found[1]) or 0) if found else 0


def read_period(text: str, today: date) -> tuple[date, ...]:
    """Return first and last day of the span that is asked about, nothing where none was said."""
    if (month := _MONTH.search(text)) is not None:
        return _month(today.year * 12 + today.month - 1 - month[1].count("上"))
    if (year := _YEAR.search(text)) is not None:
        back = {"去年": 1, "前年": 2}.get(year[1], 0)
        first = date(today.year - back, 1, 1)
        return (first, date(first.year, 12, 31) if back else today)
    if (named := _NAMED.search(text)) is not None:
        wanted = number(named[1]) or today.month
        return _month((today.year - (wanted > today.month)) * 12 + wanted - 1)
    days = read_when(text, today).dates
    if days and not re.search(r"以[后来]|之后|[号日]起", text):
        return (days[0], _last(days[-1], days[0], today, text))
    return ()


def _last(last: date, first: date, today: date, text: str) -> date:
    """Let a week that was named run to its Sunday, whatever is left of it."""
    is_week = bool(re.search(r"(?:这|本)个?(?:周|星期|礼拜)(?![一二三四五六日天末])", text))
    return first + timedelta(days=6 - first.weekday()) if is_week else last


def _month(months: int) -> tuple[date, date]:
    first = date(months // 12, months % 12 + 1, 1)
    return first, first.replace(day=monthrange(first.year, first.month)[1])
