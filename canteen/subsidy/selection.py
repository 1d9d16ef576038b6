"""Choose whose policy prices a meal: of those that apply, the most specific region wins."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from canteen.subsidy.places import Place, within
from canteen.subsidy.policy import Policy, PolicyVersion
from canteen.subsidy.values import Facts, Meal


def select(policies: Iterable[Policy], facts: Facts, meal: Meal) -> PolicyVersion | None:
    """Find the version that prices a meal on its service day; None where no policy applies.

    A policy states what selects it: hukou, residence or the place of the canteen; one match is enough. A policy that
    only gives money to the canteen never takes the place of one that lowers the senior's price. Between equally
    specific regions the lower policy id wins, so that the answer never depends on an order of loading.
    """
    candidates = []
    for policy in policies:
        version = policy.on(meal.service_date)
        depth = _depth(policy, facts, meal)
        if version is not None and depth and _prices_meals(version):
            candidates.append((not _lowers_prices(version), -depth, policy.id, version))
    return min(candidates, key=lambda one: one[:3])[3] if candidates else None


def _depth(policy: Policy, facts: Facts, meal: Meal) -> int:
    places: dict[str, Place | None] = {"hukou": facts.hukou, "lives": facts.lives, "canteen": meal.canteen}
    return max((wanted.depth for of, wanted in policy.chosen_by if within(places[of], wanted)), default=0)


def _lowers_prices(version: PolicyVersion) -> bool:
    return bool(version.subsidies or version.discount or version.delivery)


def _prices_meals(version: PolicyVersion) -> bool:
    """Ask whether the version speaks of meals at all, not only of money to sites."""
    return bool(version.subsidies or version.discount or version.delivery or version.operator_money)


def policy_of_site(policies: Iterable[Policy], place: Place, on: date) -> Policy | None:
    """Find the policy that gives money to a canteen at a place; of several the most specific region wins."""
    nobody, meal = Facts(""), Meal(on, "", "dine_in", 0, canteen=place)
    candidates = []
    for policy in policies:
        depth = _depth(policy, nobody, meal)
        if depth and any(version.site_money for version in policy.versions):
            candidates.append((-depth, policy.id, policy))
    return min(candidates, key=lambda one: one[:2])[2] if candidates else None
