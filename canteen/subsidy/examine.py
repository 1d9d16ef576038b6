"""Explain what a person would pay under one policy, published or still a file; nothing is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from canteen import seniors
from canteen.foundation.errors import NotFound
from canteen.places.tables import Canteen
from canteen.subsidy.explain import WORDS, accountant, spoken
from canteen.subsidy.gather import Diner, read_dossier
from canteen.subsidy.places import NOWHERE
from canteen.subsidy.policy import Policy
from canteen.subsidy.price import MealToPrice, meal_of, pots_of
from canteen.subsidy.published import known
from canteen.subsidy.quotes import Quote, unsubsidised
from canteen.subsidy.rules import quote
from canteen.subsidy.selection import select as select_version
from canteen.subsidy.values import NO_SITE


@dataclass(frozen=True, slots=True)
class Examined:
    """Hold the quote, its one sentence, its trace in lines."""

    quote: Quote
    sentence: str
    lines: list[str]


def examine(
    session: Session, *, policy: Policy | str, senior: str, meal: MealToPrice, canteen: Canteen | None = None
) -> Examined:
    """Price a meal on a person's facts and chances of that day; ``subsidy.unknown_policy`` for no published code."""
    connection, published = session.connection(), known(session)
    chosen = published.policies.get(policy) if isinstance(policy, str) else policy
    if chosen is None:
        raise NotFound("subsidy.unknown_policy", policy=policy)
    person = seniors.person(session, ref=senior)
    diner = Diner(person.id, person.ref, person.birth_on, person.document_kind, person.region_code, person.diner)
    dossier = read_dossier(connection, published, diner, meal.service_date)
    place, site, on = NOWHERE, NO_SITE, meal.service_date
    if canteen is not None:
        place = published.named_places(connection, {canteen.region_code}, on)[canteen.region_code]
        site = published.site(connection, canteen.id, place, on)
    served = meal_of(diner, meal, place, site)
    version = chosen.on(meal.service_date)
    answer = unsubsidised(served, "not_in_force")
    if version is not None:
        filled = replace(served, pots=tuple(pots_of(connection, version).items()))
        answer = quote(
            version, dossier.facts, filled, usage=dossier.usage, calendar=published.calendar,
            register=published.register.on(on),
        )  # fmt: skip
    others = {**published.policies, chosen.id: chosen}
    winner = select_version(others.values(), dossier.facts, served)
    lines = accountant(answer, chosen.payers)
    if winner is None or winner.policy != chosen.id:
        lines.append(str(WORDS["accountant"]["not_chosen"]))
    return Examined(answer, spoken(answer), lines)
