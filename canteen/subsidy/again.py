"""Price a meal of the past once more: under the policies that stand, or with a draft in the place of one.

The same steps as at the counter (`price.price_with`), with everything handed in, so that a hundred thousand meals can
be gone through without a question to the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from canteen.subsidy import selection
from canteen.subsidy.calendar import Calendar
from canteen.subsidy.categories import DatedRegister
from canteen.subsidy.gather import Diner
from canteen.subsidy.language.policies import read_policy
from canteen.subsidy.places import NOWHERE
from canteen.subsidy.policy import Policy, PolicyVersion
from canteen.subsidy.price import PUBLIC, MealToPrice, is_counted, meal_of, quote_within
from canteen.subsidy.published import Published
from canteen.subsidy.quotes import Parts, Quote, unsubsidised
from canteen.subsidy.values import Facts, Site, Usage, UsedChance

_WEEK = timedelta(days=7)
_YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Hold the policies, the calendar and the register by which meals are priced.

    ``regions`` names the region of every policy that is known, also of one whose place a draft takes; ``pots`` the
    payers that may run dry, by policy and version.
    """

    policies: Mapping[str, Policy]
    calendar: Calendar
    register: DatedRegister
    regions: Mapping[str, str]
    pots: Mapping[tuple[str, str], tuple[str, ...]]
    counts_years: bool

    def version(self, policy: str, on: date) -> PolicyVersion | None:
        """Return the version of a policy that is in force on a day."""
        found = self.policies.get(policy)
        return None if found is None else found.on(on)

    def counts_from(self, day: date) -> date:
        """Return the first day whose meals can matter for a meal of a day: what its counters look back to."""
        return day - _YEAR if self.counts_years else day.replace(day=1) - _WEEK

    def drawn(self, policy: str, *splits: Parts) -> dict[str, int]:
        """Add up by funder what the payers of a policy gave."""
        region, sums = self.regions.get(policy, ""), dict[str, int]()
        for payer, fen in (part for split in splits for part in split):
            code = f"{region}:{payer}"
            sums[code] = sums.get(code, 0) + fen
        return sums

    def pots_then(self, version: PolicyVersion, given: Mapping[str, int]) -> dict[str, int]:
        """Return what the pots of a version are taken to have held: what each funder gave for the meal then."""
        payers = self.pots.get((version.policy, version.version), ())
        return {payer: given.get(f"{version.region}:{payer}", 0) for payer in payers}


def rulebook(published: Published) -> Rulebook:
    """Return the rules that stand."""
    regions = {policy.id: policy.region for policy in published.policies.values()}
    return _book(published.policies.values(), published.calendar, published.register, regions)


def _book(
    policies: Iterable[Policy], calendar: Calendar, register: DatedRegister, regions: Mapping[str, str]
) -> Rulebook:
    by_id = {policy.id: policy for policy in policies}
    versions = [version for policy in by_id.values() for version in policy.versions]
    pots = {(version.policy, version.version): version.pot_payers() for version in versions}
    counts_years = any(policy.counts_years for policy in by_id.values())
    return Rulebook(MappingProxyType(by_id), calendar, register, regions, pots, counts_years)


def read_draft(text: str, published: Published) -> Policy:
    """Read the text of a draft; Invalid ``subsidy.policy_misread`` with every problem, its line and a way to mend.

    The floors of wider policies are asked for where a draft is reviewed, not here.
    """
    return read_policy(text, "draft", published.register.names, None)


def with_draft(book: Rulebook, draft: Policy) -> Rulebook:
    """Put a draft in the place of its own earlier text, and of what is chosen by the same people of the same region."""
    kept = [
        policy
        for policy in book.policies.values()
        if policy.id != draft.id and (policy.region, set(policy.chosen_by)) != (draft.region, set(draft.chosen_by))
    ]
    return _book([*kept, draft], book.calendar, book.register, {**book.regions, draft.id: draft.region})


def price_again(
    book: Rulebook,
    facts: Facts,
    diner: Diner,
    meal: MealToPrice,
    site: Site,
    *,
    usage: Usage,
    has_eaten: bool,
    given: Mapping[str, int],
) -> Quote:
    """Price a past meal on the facts of its day and the chances used before it.

    ``has_eaten`` says that the one subsidised meal of that day and period is used; ``given`` what each funder gave for
    the meal then, which pots are taken to have held: a balance of long ago cannot be known better.
    """
    full = meal_of(diner, meal, site.place or NOWHERE, site)
    if diner.diner == "public":
        return unsubsidised(full, PUBLIC)
    version = selection.select(book.policies.values(), facts, full)
    if version is None:
        return unsubsidised(full, "no_policy")
    if has_eaten and not is_counted(usage, full):
        usage = usage.plus(UsedChance(meal.service_date, full.meal, "", "subsidy/any", kind=full.kind))
    register = book.register.on(meal.service_date)
    pots = book.pots_then(version, given)
    return quote_within(pots, version, facts, full, usage=usage, calendar=book.calendar, register=register)
