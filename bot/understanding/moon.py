"""Find days of the moon calendar and solar terms."""

from __future__ import annotations

from datetime import date, timedelta

from lunar_python import Lunar, Solar

from bot.understanding.numbers import number


def day_number(text: str) -> int:
    """Read a day of the moon's month: 初八, 十五, 廿二."""
    return number(text.removeprefix("初")) or 0


def next_day(today: date, month: int | None, day: int) -> tuple[date, ...]:
    """Return the next such day on or after today.

    Without a month the next such day of any month.
    """
    lunar = Solar.fromYmd(today.year, today.month, today.day).getLunar()
    year, this_month = lunar.getYear(), abs(lunar.getMonth())
    months = [(year + by, month) for by in (0, 1)] if month else _following(year, this_month)
    found = (_solar(of_year, of_month, day) for of_year, of_month in months)
    return next(((candidate,) for candidate in found if candidate is not None and candidate >= today), ())


def last_day_of_year(today: date) -> tuple[date, ...]:
    """Return the day before the next moon New Year that lies after today."""
    eve = today + timedelta(days=1)
    return tuple(day - timedelta(days=1) for day in next_day(eve, 1, 1))


def next_term(today: date, name: str) -> tuple[date, ...]:
    """Return the next day of a solar term such as 冬至."""
    for year in (today.year, today.year + 1):
        table = Lunar.fromYmd(year, 6, 1).getJieQiTable()
        found = [_plain(table[key]) for key in (name,) if key in table]
        later = [day for day in found if day >= today]
        if later:
            return (later[0],)
    return ()


def _following(year: int, month: int) -> list[tuple[int, int]]:
    return [(year + (month - 1 + by) // 12, (month - 1 + by) % 12 + 1) for by in range(3)]


def _solar(year: int, month: int, day: int) -> date | None:
    try:
        return _plain(Lunar.fromYmd(year, month, day).getSolar())
    except Exception:
        return None


def _plain(solar: Solar) -> date:
    return date(solar.getYear(), solar.getMonth(), solar.getDay())
