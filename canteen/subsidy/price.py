"""Price a meal for a person: the one way in, for every door.

Chat, counter, clerk, mini program and standing order all come through `price_with`; what differs is only what is
counted as used (an order counts the person's other open orders, the counter counts eaten meals alone).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from canteen import ledger
from canteen.foundation import canonical
from canteen.foundation.clock import service_day
from canteen.places.tables import Canteen
from canteen.seniors.tables import Person
from canteen.subsidy import selection
from canteen.subsidy.gather import MEAL_COUNTER, Diner, Dossier, HeldChance, meal_window, read_dossier
from canteen.subsidy.places import NOWHERE, Place
from canteen.subsidy.policy import PolicyVersion
from canteen.subsidy.published import Published, known
from canteen.subsidy.quotes import Quote, unsubsidised
from canteen.subsidy.rules import quote
from canteen.subsidy.values import NO_SITE, Facts, Meal, Site, Usage, UsedChance

ALREADY = "already_subsidised"
PUBLIC = "public_diner"


@dataclass(frozen=True, slots=True)
class MealToPrice:
    """Describe the meal as ordered or taken, without the person.

    A walk-in is not ``ordered_in_time``; ``diet`` names the kind of a diet set meal, empty for any other.
    """

    service_date: date
    meal: str
    mode: str
    price_fen: int
    delivery_fee_fen: int = 0
    ordered_at: datetime | None = None
    ordered_in_time: bool | None = None
    diet: str = ""


@dataclass(frozen=True, slots=True)
class Priced:
    """Hold a quote, the published policy behind it, the claims that serving takes, and which payers are pots."""

    quote: Quote
    policy_id: int | None
    claims: tuple[ChanceToClaim, ...]
    pots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChanceToClaim:
    """Name a chance to be claimed, by the key that the database keeps unique."""

    counter: str
    window: str
    ordinal: int
    round: int
    used: str = ""


def price(
    session: Session, *, person: Person, canteen: Canteen, meal: MealToPrice, expected: Sequence[str] = ()
) -> Priced:
    """Price a meal to be ordered; ``expected`` are the quotes of the person's other open orders, counted as used."""
    connection, published = session.connection(), known(session)
    diner = Diner(person.id, person.ref, person.birth_on, person.document_kind, person.region_code, person.diner)
    dossier = read_dossier(connection, published, diner, meal.service_date)
    counted = dossier.usage.plus(*(chance for text in expected for chance in Quote.from_json(text).used))
    return price_with(
        connection, published, diner, dossier, meal, canteen.region_code, canteen_id=canteen.id, usage=counted
    )


def price_with(
    connection: Connection,
    published: Published,
    diner: Diner,
    dossier: Dossier,
    meal: MealToPrice,
    canteen_region: str,
    *,
    canteen_id: int,
    usage: Usage | None = None,
) -> Priced:
    """Price a meal on facts that were read already; reads what pots have left where the version draws on any."""
    on = meal.service_date
    place = published.named_places(connection, {canteen_region}, on)[canteen_region]
    full = meal_of(diner, meal, place, published.site(connection, canteen_id, place, on))
    if diner.diner == "public":
        return Priced(unsubsidised(full, PUBLIC), None, ())
    version = selection.select(published.policies.values(), dossier.facts, full)
    if version is None:
        return Priced(unsubsidised(full, "no_policy"), None, ())
    counted = dossier.usage if usage is None else usage
    if dossier.has_eaten_on_subsidy(meal.service_date, meal.meal) and not is_counted(counted, full):
        counted = counted.plus(UsedChance(full.service_date, full.meal, "", "subsidy/any", kind=full.kind))
    pots = pots_of(connection, version)
    known = {"usage": counted, "calendar": published.calendar, "register": published.register.on(on)}
    answer = quote_within(pots, version, dossier.facts, full, **known)
    return Priced(answer, published.keys[version.policy], claims_of(answer, dossier.chances), tuple(pots))


def is_counted(usage: Usage, full: Meal) -> bool:
    """Tell whether what a subsidised meal of the same day and period used is known already."""
    return any(
        (one.service_date, one.meal) == (full.service_date, full.meal) and one.counter.startswith("subsidy/")
        for one in usage.chances
    )


def quote_within(pots: Mapping[str, int], version: PolicyVersion, facts: Facts, full: Meal, **known: Any) -> Quote:
    """Price a meal with what pots have left; where several layers reach for one and it runs dry, the next pays."""
    answer = quote(version, facts, replace(full, pots=tuple(pots.items())), **known)
    return quote(version, facts, full, **known) if overdrawn(answer, pots) else answer


def pot_parts(priced: Priced) -> dict[str, int]:
    """Add up what a meal takes out of each pot, by the payer of the policy."""
    answer, taken = priced.quote, dict[str, int]()
    for payer, fen in (*answer.split, *answer.delivery_split, *answer.operator_split):
        if payer in priced.pots and fen:
            taken[payer] = taken.get(payer, 0) + fen
    return taken


def overdrawn(answer: Quote, pots: Mapping[str, int]) -> bool:
    """Tell whether a quote takes more out of a pot than there is."""
    return any(fen > pots[payer] for payer, fen in pot_parts(Priced(answer, None, (), tuple(pots))).items())


def pots_of(connection: Connection, version: PolicyVersion) -> dict[str, int]:
    """Return what the pots of a version have left, by payer; one that nobody opened counts as empty."""
    payers = version.pot_payers()
    if not payers:
        return {}
    codes = {payer: f"{version.region}:{payer}" for payer in payers}
    left = ledger.balances(connection, codes.values())
    return {payer: left.get(code, 0) for payer, code in codes.items()}


def price_full(diner: Diner, meal: MealToPrice, reason: str) -> Priced:
    """Price a meal that no purse may pay for: an extra tray, a guest."""
    return Priced(unsubsidised(meal_of(diner, meal, NOWHERE), reason), None, ())


def meal_of(diner: Diner, meal: MealToPrice, place: Place, site: Site = NO_SITE) -> Meal:
    """Describe the meal as the rules see it: where it is eaten, and the key of the rounding."""
    return Meal(
        service_date=meal.service_date,
        meal=meal.meal,  # type: ignore[arg-type]
        mode=meal.mode,  # type: ignore[arg-type]
        price_fen=meal.price_fen,
        delivery_fee_fen=meal.delivery_fee_fen,
        canteen=place,
        site=site,
        key=f"{diner.ref}|{meal.service_date.isoformat()}|{meal.meal}",
        diet=meal.diet or None,
        ordered_on=None if meal.ordered_at is None else service_day(meal.ordered_at),
        ordered_in_time=meal.ordered_in_time,
    )


def claims_of(answer: Quote, held: Sequence[HeldChance]) -> tuple[ChanceToClaim, ...]:
    """Name the chances that a meal takes, beside those that the person holds."""
    if not answer.used:
        return ()
    used = canonical.text_of(answer.used)
    wanted = [(MEAL_COUNTER, meal_window(answer.service_date, answer.meal), 1)]
    wanted += [(f"{c.counter}/{c.per}", c.window, c.limit) for c in answer.chances if c.per != "meal"]
    return tuple(
        _free(counter, window, limit, held, used if counter == MEAL_COUNTER else "")
        for counter, window, limit in wanted
    )


def _free(counter: str, window: str, limit: int, chances: Sequence[HeldChance], used: str) -> ChanceToClaim:
    """Return the first ordinal that nobody holds, in the round after the last one given back."""
    rounds: dict[int, int] = {}
    held: set[int] = set()
    for chance in chances:
        if (chance.counter, chance.window) == (counter, window):
            rounds[chance.ordinal] = max(rounds.get(chance.ordinal, 0), chance.round)
            if not chance.is_released:
                held.add(chance.ordinal)
    ordinal = next(n for n in range(1, max(limit, len(held) + 1) + 1) if n not in held)
    return ChanceToClaim(counter, window, ordinal, rounds.get(ordinal, 0) + 1, used)
