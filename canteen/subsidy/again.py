"""Price a meal of the past once more: under the policies that stand, or with a draft in the place of one.

The same steps as at the counter (`price.price_with`), with everything handed in, so that a hundred thousand meals can
be gone through without a question to the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from canteen.subsidy import selection
from canteen.subsidy.calendar import Calendar
from canteen.subsidy.gather import Diner
from canteen.subsidy.language.policies import read_policy
from canteen.subsidy.places import Place
from canteen.subsidy.policy import Layer, Policy, PolicyVersion
from canteen.subsidy.price import PUBLIC, MealToPrice, meal_of
from canteen.subsidy.published import Published
from canteen.subsidy.quotes import Parts, Quote, unsubsidised
from canteen.subsidy.register import Register
from canteen.subsidy.rules import quote
from canteen.subsidy.values import Facts, Usage, UsedChance

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Hold the policies, the calendar and the register by which meals are priced."""

    policies: Mapping[str, Policy]
    calendar: Calendar
    register: Register

    def version(self, policy: str, on: date) -> PolicyVersion | None:
        """Return the version of a policy that is in force on a day."""
        found = self.policies.get(policy)
        return None if found is None else found.on(on)

    def counts_from(self, day: date) -> date:
        """Return the first day whose meals can matter for a meal of a day: what its counters look back to."""
        if any(_counts_years(version) for policy in self.policies.values() for version in policy.versions):
            return date(day.year, 1, 1) - _WEEK
        return day.replace(day=1) - _WEEK


def rulebook(published: Published) -> Rulebook:
    """Return the rules that stand."""
    return Rulebook(published.policies, published.calendar, published.register)


def read_draft(text: str, published: Published) -> Policy:
    """Read the text of a draft; Invalid ``subsidy.policy_misread`` with every problem, its line and a way to mend."""
    return read_policy(text, "draft", published.register)


def with_draft(book: Rulebook, draft: Policy) -> Rulebook:
    """Put a draft in the place of its own earlier text, and of what is chosen by the same people of the same region."""
    kept = {
        policy.id: policy
        for policy in book.policies.values()
        if policy.id != draft.id and (policy.region, set(policy.chosen_by)) != (draft.region, set(draft.chosen_by))
    }
    return replace(book, policies=MappingProxyType({**kept, draft.id: draft}))


def price_again(
    book: Rulebook,
    facts: Facts,
    diner: Diner,
    meal: MealToPrice,
    place: Place,
    *,
    usage: Usage,
    has_eaten: bool,
    pots: Parts = (),
) -> Quote:
    """Price a past meal on the facts of its day and the chances used before it.

    ``has_eaten`` says that the one subsidised meal of that day and period is used; ``pots`` what funds that may run
    dry gave for the meal then: a balance of long ago cannot be known better.
    """
    full = meal_of(diner, meal, place, pots)
    if diner.diner == "public":
        return unsubsidised(full, PUBLIC)
    version = selection.select(book.policies.values(), facts, full)
    if version is None:
        return unsubsidised(full, "no_policy")
    if has_eaten:
        usage = usage.plus(UsedChance(meal.service_date, full.meal, "", "subsidy/any"))
    return quote(version, facts, full, usage=usage, calendar=book.calendar, register=book.register)


def _counts_years(version: PolicyVersion) -> bool:
    layers: list[Layer] = [*version.subsidies, *version.delivery, *version.operator_money]
    limits: list[Any] = [limit for layer in layers for limit in layer.limits]
    limits += [limit for layer in layers for one in layer.classes for limit in one.limits or ()]
    return any(limit.per == "year" for limit in limits)
