"""Print how many meals a second the rules price on one core, beside a plain-Python version of one policy by hand.

Targets alternate within the run and the best of the rounds counts, by processor time. The hand-written version knows
Shenzhen's policy and nothing else: no other policy, no counters of other layers, no reasons, no trace.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from typing import Any

from canteen.subsidy.rules import quote
from canteen.subsidy.shelf import shipped
from canteen.subsidy.values import Category, Facts, Meal, Place, Usage, UsedChance

ROUNDS, EACH = 5, 3000
GOAL = 20_000
SHENZHEN = Place(city="深圳", district="福田")
KEY = {
    "extreme_hardship", "extreme_hardship_at_home", "extreme_hardship_in_institution", "minimum_living",
    "near_threshold", "dependants_and_old_fighters", "dependants", "old_fighters", "bereaved",
    "bereaved_or_disabled_child", "only_child_disabled",
}  # fmt: skip
FRAIL = {"ability_moderate", "ability_severe", "ability_complete"}
Job = tuple[Facts, Meal, Usage]


def main() -> None:
    """Measure every policy, then Shenzhen's beside the hand-written one."""
    shelf = shipped()
    jobs = _jobs()
    for policy in shelf.policies.values():
        version = policy.versions[-1]
        if version.subsidies:
            print(f"{'quotes':10} {policy.id:28} {_best(_priced(shelf, version), _local(jobs, policy)):8,.0f}/s")
    version = shelf.policies["shenzhen-city"].versions[-1]
    product, told = _priced(shelf, version), _told(shelf, version)
    for facts, meal, usage in jobs:
        q = product(facts, meal, usage)
        assert (q.subsidy_fen, q.delivery_subsidy_fen, q.own_fen, q.operator_fen) == by_hand(facts, meal, usage)
    rates = [(_rate(product, jobs), _rate(told, jobs), _rate(by_hand, jobs)) for _ in range(ROUNDS)]
    ours, explained, hand = (max(rate) for rate in zip(*rates, strict=True))
    print(f"{'quotes':10} product {ours:,.0f}/s (goal {GOAL:,}), with its trace as stored JSON {explained:,.0f}/s")
    print(f"{'quotes':10} by hand {hand:,.0f}/s, ratio {hand / ours:.1f}", flush=True)


def by_hand(facts: Facts, meal: Meal, usage: Usage) -> tuple[int, int, int, int]:
    """Price a meal under Shenzhen's policy as one would write it for this policy alone."""
    on, birth = meal.service_date, facts.birth
    price, fee = meal.price_fen, meal.delivery_fee_fen
    nothing = (0, 0, price + fee, 0)
    if birth is None or facts.hukou is None or facts.hukou.names[1] != "深圳" or meal.meal != "lunch":
        return nothing
    if facts.deceased_on is not None and facts.deceased_on <= on:
        return nothing
    year = shipped().calendar.years[on.year]
    if on in year.days_off or (on.weekday() >= 5 and on not in year.make_up_days):
        return nothing
    age = on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
    codes = {
        one.code
        for one in facts.categories
        if (one.valid_from is None or one.valid_from <= on) and (one.valid_until is None or on < one.valid_until)
    }
    cap = 1500 if age >= 100 or (age >= 60 and codes & KEY) else 500 if 70 <= age <= 99 else 0
    if not cap or any(used.service_date == on for used in usage.chances):
        return nothing
    subsidy = min(price, cap)
    support = min(fee, 200) if meal.mode == "delivery" and (age >= 100 or (age >= 70 and codes & FRAIL)) else 0
    return (subsidy, support, price + fee - subsidy - support, 200)


def _jobs() -> list[Job]:
    """Describe a mixed queue: old and very old, in hardship and not, delivered and not, a chance used or none."""
    births = [date(1954, 5, 1), date(1926, 3, 2), date(1960, 6, 6), date(1950, 12, 31), date(1970, 1, 1)]
    categories: list[tuple[Category, ...]] = [
        (), (Category("minimum_living", date(2025, 1, 1), date(2027, 1, 1)),), (Category("ability_severe"),),
    ]  # fmt: skip
    meals = [
        Meal(date(2026, 3, 2), "lunch", "dine_in", 1800, key="P1|2026-03-02|lunch"),
        Meal(date(2026, 3, 3), "lunch", "delivery", 1200, 300, key="P1|2026-03-03|lunch"),
        Meal(date(2026, 3, 7), "lunch", "dine_in", 1800, key="P1|2026-03-07|lunch"),
    ]
    used = Usage((UsedChance(date(2026, 3, 3), "dinner", "", "subsidy/any"),))
    return [
        (Facts("P1", birth, SHENZHEN, SHENZHEN, categories=held), meal, usage)
        for birth in births
        for held in categories
        for meal in meals
        for usage in (Usage(), used)
    ]


def _local(jobs: list[Job], policy: Any) -> list[Job]:
    """Let the same people live where a policy holds."""
    home = policy.chosen_by[0][1]
    return [
        (Facts(facts.person_ref, facts.birth, home, home, categories=facts.categories), meal, usage)
        for facts, meal, usage in jobs
    ]


def _priced(shelf: Any, version: Any) -> Callable[[Facts, Meal, Usage], Any]:
    calendar, register = shelf.calendar, shelf.register
    return lambda facts, meal, usage: quote(version, facts, meal, usage=usage, calendar=calendar, register=register)


def _told(shelf: Any, version: Any) -> Callable[[Facts, Meal, Usage], Any]:
    price = _priced(shelf, version)
    return lambda facts, meal, usage: price(facts, meal, usage).to_json()


def _best(price: Callable[[Facts, Meal, Usage], Any], jobs: list[Job]) -> float:
    return max(_rate(price, jobs) for _ in range(ROUNDS))


def _rate(price: Callable[[Facts, Meal, Usage], Any], jobs: list[Job]) -> float:
    """Price the whole queue again and again and return meals a second of processor time."""
    repeats = max(1, EACH // len(jobs))
    started = time.process_time()
    for _ in range(repeats):
        for facts, meal, usage in jobs:
            price(facts, meal, usage)
    return repeats * len(jobs) / (time.process_time() - started)


if __name__ == "__main__":
    main()
