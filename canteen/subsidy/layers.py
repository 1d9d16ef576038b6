"""Decide one layer of money for one meal.

Gates, class, minimum spend, chances, amount, payers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from canteen.subsidy.amounts import whole_fen
from canteen.subsidy.conditions import AllOf, Condition, failing, shortfall
from canteen.subsidy.counters import claim, money_left, relevant
from canteen.subsidy.funding import fund
from canteen.subsidy.policy import Layer, PersonClass
from canteen.subsidy.quotes import Chance, Parts, Step
from canteen.subsidy.situation import Situation
from canteen.subsidy.values import Usage

REASONS = {
    "meals": "not_this_meal",
    "days": "not_this_day",
    "modes": "not_this_mode",
    "spend": "below_minimum_spend",
    "age": "not_this_age",
}


@dataclass(slots=True)
class Award:
    """Hold what one layer gives, or why it gives nothing."""

    layer: Layer
    fen: int = 0
    split: Parts = ()
    category: str = ""
    chances: tuple[Chance, ...] = ()
    reason: str = ""


@dataclass(slots=True)
class Purse:
    """Bound a layer: what is still to pay, what may be given.

    Which chances were used, under which policy.
    """

    base_fen: int
    available_fen: int
    usage: Usage
    policy: str


def give(layer: Layer, s: Situation, purse: Purse, steps: list[Step]) -> Award:
    """Decide what a layer gives, noting each rule that was tried.

    The person is asked about before the meal, so that nobody who never gets the subsidy is told of its hours.
    """
    lacking = failing(layer.who, s)
    if lacking is not None:
        steps.append(_failed(f"{layer.counter}/who", lacking, s, layer.paragraph))
        return Award(layer, reason=_reason(lacking))
    matching = _matching(layer, s, steps)
    if not matching:
        return Award(layer, reason="no_class")
    for gate in layer.gates:
        lacking = failing(gate, s)
        if lacking is not None:
            steps.append(_failed(f"{layer.counter}/{gate.name}", lacking, s, layer.paragraph))
            return Award(layer, category=matching[0].name, reason=_reason(lacking))
    if layer.of_several == "stack":
        return _stacked(layer, matching, s, purse, steps)
    offers = [(_offer(layer, one, s, purse), one) for one in matching]
    best = max(offers, key=lambda offer: offer[0]) if layer.of_several == "best" else offers[0]
    return _settled(layer, best[1], best[0], s, purse, steps)


def _matching(layer: Layer, s: Situation, steps: list[Step]) -> list[PersonClass]:
    found = []
    for one in layer.classes:
        lacking = failing(one.who, s)
        rule = f"{layer.counter}/{one.id}"
        if lacking is not None:
            steps.append(_failed(rule, lacking, s, one.paragraph))
            continue
        steps.append(Step(rule, True, seen(one.who, s), "", one.paragraph))
        found.append(one)
        if layer.of_several == "first":
            break
    return found


def _offer(layer: Layer, one: PersonClass, s: Situation, purse: Purse) -> int:
    spend = one.spend or layer.spend
    if spend is not None and not spend.holds(s):
        return 0
    rounding = layer.rounding or s.answers.rounding
    return whole_fen(one.gets, s, rounding, base_fen=purse.base_fen, available_fen=purse.available_fen)


def _settled(layer: Layer, one: PersonClass, fen: int, s: Situation, purse: Purse, steps: list[Step]) -> Award:
    spend = one.spend or layer.spend
    lacking = None if spend is None else failing(spend, s)
    if lacking is not None:
        steps.append(_failed(f"{layer.counter}/{one.id}/spend", lacking, s, one.paragraph))
        return Award(layer, category=one.name, reason=_reason(lacking))
    if fen == 0:
        return Award(layer, category=one.name, reason="nothing_to_give")
    fen, chances, full = _claimed(layer, one, fen, s, purse)
    if full:
        steps.append(Step(f"{layer.counter}/{full}", False, (("limit", full),), "", layer.paragraph))
        return Award(layer, category=one.name, reason=full)
    split = fund(fen, layer.payers, s) if layer.payers else ()
    paid = sum(part for _, part in split) if layer.payers else fen
    if paid == 0:
        return Award(layer, category=one.name, split=split, reason="every_payer_lost")
    if paid < fen:
        steps.append(Step(f"{layer.counter}/payers", False, (("lost", str(fen - paid)),), "", layer.paragraph))
    return Award(layer, paid, split, one.name, chances)


def _stacked(layer: Layer, classes: list[PersonClass], s: Situation, purse: Purse, steps: list[Step]) -> Award:
    total = 0
    for one in classes:
        rest = Purse(purse.base_fen - total, purse.available_fen - total, purse.usage, purse.policy)
        total += _offer(layer, one, s, rest)
    names = " + ".join(one.name for one in classes)
    if total == 0:
        return _settled(layer, classes[0], 0, s, purse, steps)
    together = replace(classes[0], name=names, spend=None)
    return _settled(replace(layer, spend=None), together, total, s, purse, steps)


def _claimed(
    layer: Layer, one: PersonClass, fen: int, s: Situation, purse: Purse
) -> tuple[int, tuple[Chance, ...], str]:
    """Take one chance of every limit.

    The third value names the limit that is used up.
    """
    used = relevant(purse.usage, purse.policy, layer.counter) if purse.usage.chances else []
    chances = []
    for limit in layer.limits if one.limits is None else one.limits:
        if limit.at_most_fen is not None:
            fen = min(fen, money_left(limit, s.meal, used))
            if fen == 0:
                return 0, (), f"limit_{limit.per}"
            continue
        chance = claim(limit, s.meal, used, layer.counter)
        if chance is None:
            return 0, (), f"limit_{limit.per}"
        chances.append(chance)
    return fen, tuple(chances), ""


def seen(condition: Condition, s: Situation) -> tuple[tuple[str, str], ...]:
    """List the facts a condition looked at."""
    if isinstance(condition, AllOf):
        return tuple([(part.name, part.seen(s)) for part in condition.parts])
    return ((condition.name, condition.seen(s)),)


def _failed(rule: str, lacking: Condition, s: Situation, paragraph: str) -> Step:
    facts = ((lacking.name, lacking.seen(s)), ("needs", lacking.needs))
    return Step(rule, False, facts, shortfall(lacking, s), paragraph)


def _reason(lacking: Condition) -> str:
    return REASONS.get(lacking.name) or f"not_{lacking.name}"
