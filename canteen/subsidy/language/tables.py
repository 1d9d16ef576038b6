"""Read the register of categories and the calendar of holidays."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from types import MappingProxyType

from canteen.subsidy.calendar import Year, days_between
from canteen.subsidy.language.marked import Entry, MisreadError, each, root
from canteen.subsidy.register import Kind


def read_kinds(text: str, file: str) -> tuple[Kind, ...]:
    """Read categories; raises `Invalid` ``subsidy.policy_misread``."""
    top = root(text, file)
    kinds: tuple[Kind, ...] = ()
    with suppress(MisreadError):
        kinds = each(top.fields(("categories",))["categories"].items(), _kind)
    top.sheet.done()
    return kinds


def read_years(text: str, file: str) -> tuple[Year, ...]:
    """Read the calendar's years; raises `Invalid` ``subsidy.policy_misread``."""
    top = root(text, file)
    years: tuple[Year, ...] = ()
    with suppress(MisreadError):
        years = each(top.fields(("years",))["years"].items(), _year)
    top.sheet.done()
    return years


def _kind(entry: Entry) -> Kind:
    fields = entry.fields(("code", "name"), ("aliases", "kind_of", "scale", "rank"))
    return Kind(
        fields["code"].text(),
        fields["name"].text(),
        _texts(fields.get("aliases")),
        _texts(fields.get("kind_of")),
        fields["scale"].text() if "scale" in fields else None,
        fields["rank"].whole() if "rank" in fields else 0,
    )


def _year(entry: Entry) -> Year:
    fields = entry.fields(("year", "notice", "days_off"), ("statutory", "make_up_days"))
    year = fields["year"].whole()
    off: dict[date, str] = {}
    for part in fields["days_off"].items():
        span = part.fields(("name", "first", "last"))
        first, last = _day_of(span["first"], year), _day_of(span["last"], year)
        if last < first:
            raise span["last"].refuse("ends_before_start", found=last)
        off |= dict.fromkeys(days_between(first, last), span["name"].text())
    return Year(
        year, fields["notice"].text(), MappingProxyType(off),
        _days(fields.get("statutory"), year), _days(fields.get("make_up_days"), year),
    )  # fmt: skip


def _day_of(entry: Entry, year: int) -> date:
    """Read a day of the year in hand; one of another year would never be looked up."""
    day = entry.day()
    if day.year != year:
        raise entry.refuse("not_in_year", found=day, year=year)
    return day


def _texts(entry: Entry | None) -> tuple[str, ...]:
    return () if entry is None else each(entry.items(), lambda one: one.text())


def _days(entry: Entry | None, year: int) -> frozenset[date]:
    return frozenset() if entry is None else frozenset(each(entry.items(), lambda one: _day_of(one, year)))
