"""Gather everything one decision looks at, worked out once per meal.

A situation is made for one meal (or one period of a site) and thrown away; conditions and amounts read it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from canteen.subsidy.answers import Answers
from canteen.subsidy.calendar import Calendar
from canteen.subsidy.register import Register
from canteen.subsidy.values import Category, Facts, Meal, Site

ONE_DAY = timedelta(days=1)


@dataclass(slots=True)
class Situation:
    """Hold one person, one meal and the money reached so far; ``given`` names the layers that gave something."""

    facts: Facts
    meal: Meal
    answers: Answers
    calendar: Calendar
    site: Site
    on: date
    age: int | None
    codes: frozenset[str]
    standard_set_fen: int | None
    to_pay_fen: int
    after_discount_fen: int
    register: Register
    provisional: bool = False
    given: set[str] = field(default_factory=set)


def situation_of(
    facts: Facts,
    meal: Meal,
    *,
    answers: Answers,
    calendar: Calendar,
    register: Register,
    standard_set_fen: int | None,
) -> Situation:
    """Work out age, categories and prices for one meal."""
    standard = meal.standard_set_fen if meal.standard_set_fen is not None else standard_set_fen
    on = meal.service_date
    return Situation(
        facts, meal, answers, calendar, meal.site, on,
        age_on(facts.birth, on, answers.birthday),
        codes_on(facts.categories, on, register, last_day_counts=answers.last_valid_day == "counts"),
        standard, meal.price_fen, meal.price_fen, register,
    )  # fmt: skip


def age_on(birth: date | None, on: date, full: str = "on_the_day") -> int | None:
    """Count full years; a year is full on the birthday, the day after, or with the month of it or the month after.

    Somebody born on 29 February has the birthday on 28 February in other years (Civil Code, article
    202: the last day of the month stands for a day it does not have).
    """
    if birth is None:
        return None
    if full == "day_after":
        on -= ONE_DAY
    elif full != "on_the_day":
        months = (on.year - birth.year) * 12 + on.month - birth.month
        return (months - (full == "month_after")) // 12
    day = (birth.month, birth.day)
    if day == (2, 29) and not _is_leap(on.year):
        day = (2, 28)
    return on.year - birth.year - ((on.month, on.day) < day)


def codes_on(
    categories: tuple[Category, ...], on: date, register: Register, *, last_day_counts: bool = True
) -> frozenset[str]:
    """List the categories that hold on a day, with all wider ones they imply."""
    if not categories:
        return frozenset()
    codes: set[str] = set()
    for category in categories:
        if holds_on(category, on, last_day_counts=last_day_counts):
            codes |= register.implied.get(category.code, frozenset())
    return frozenset(codes)


def holds_on(category: Category, on: date, *, last_day_counts: bool = True) -> bool:
    """Ask whether a category holds on a day; a policy may refuse its last valid day."""
    if category.valid_from is not None and on < category.valid_from:
        return False
    until = category.valid_until
    if until is None:
        return True
    return on < (until if last_day_counts else until - ONE_DAY)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
