"""Decide one layer of money for one meal: gates, class, minimum spend, amount, chances, payers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from canteen.foundation.money import yuan
from canteen.subsidy.amounts import whole_fen
from canteen.subsidy.conditions import Condition, failing
from canteen.subsidy.counters import Limit, claim, in_window, money_left, relevant
from canteen.subsidy.funding import fund
from canteen.subsidy.policy import Layer, PersonClass
from canteen.subsidy.quotes import Chance, Parts
from canteen.subsidy.situation import Situation
from canteen.subsidy.trace import Given, Note
from canteen.subsidy.values import Usage, UsedChance

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
    """Bound a layer: what is still to pay, what may be given, and which chances were used under which policy."""

    base_fen: int
    available_fen: int
    usage: Usage
    policy: str


def give(layer: Layer, s: Situation, purse: Purse, notes: list[Note]) -> Award:
    """Decide what a layer gives, noting each rule that was tried.

    The person is asked about before the meal, so that nobody who never gets the subsidy is told of its hours.
    """
    lacking = failing(layer.who, s)
    if lacking is not None:
        notes.append((f"{layer.counter}/who", False, lacking, layer.paragraph))
        return Award(layer, reason=_reason(lacking))
    matching = _matching(layer, s, notes)
    if not matching:
        return Award(layer, reason="no_class")
    for gate in layer.gates:
        if not gate.holds(s):
            notes.append((f"{layer.counter}/{gate.name}", False, gate, layer.paragraph))
            return Award(layer, category=matching[0].name, reason=_reason(gate))
        notes.append((f"{layer.counter}/{gate.name}", True, gate, layer.paragraph))
    if layer.of_several == "stack":
        return _stacked(layer, matching, s, purse, notes)
    chosen = matching[0]
    fen = _offer(layer, chosen, s, purse)
    if len(matching) > 1:
        chosen, fen = _chosen(layer, matching, s, purse, notes)
    return _settled(layer, chosen, fen, s, purse, notes)


def _matching(layer: Layer, s: Situation, notes: list[Note]) -> list[PersonClass]:
    found = []
    for one in layer.classes:
        lacking = failing(one.who, s)
        if lacking is not None:
            notes.append((one.rule, False, lacking, one.paragraph))
            continue
        notes.append((one.rule, True, one.who, one.paragraph))
        found.append(one)
        if layer.of_several == "first":
            break
    return found


def _chosen(
    layer: Layer, matching: list[PersonClass], s: Situation, purse: Purse, notes: list[Note]
) -> tuple[PersonClass, int]:
    """Choose among several classes: the best one; the first where they are meant to exclude each other."""
    offers = [(_offer(layer, one, s, purse), one) for one in matching]
    fen, one = offers[0] if layer.of_several == "exclusive" else max(offers, key=lambda offer: offer[0])
    told = "; ".join(f"{other.id} {yuan(offer)}" for offer, other in offers)
    facts = (("of_several", layer.of_several), ("offers", told), ("chosen", one.id))
    notes.append((f"{layer.counter}/chosen", layer.of_several != "exclusive", facts, layer.paragraph))
    return one, fen


def _offer(layer: Layer, one: PersonClass, s: Situation, purse: Purse) -> int:
    spend = one.spend or layer.spend
    if spend is not None and not spend.holds(s):
        return 0
    rounding = layer.rounding or s.answers.rounding
    return whole_fen(one.gets, s, rounding, base_fen=purse.base_fen, available_fen=purse.available_fen)


def _settled(layer: Layer, one: PersonClass, fen: int, s: Situation, purse: Purse, notes: list[Note]) -> Award:
    spend = one.spend or layer.spend
    paragraph = one.paragraph or layer.paragraph
    if spend is not None:
        lacking = failing(spend, s)
        notes.append((f"{one.rule}/spend", lacking is None, lacking or spend, paragraph))
        if lacking is not None:
            return Award(layer, category=one.name, reason=_reason(lacking))
    if fen == 0:
        notes.append((f"{one.rule}/gives", False, Given(purse.base_fen, purse.available_fen, 0, ()), paragraph))
        return Award(layer, category=one.name, reason="nothing_to_give")
    fen, chances, full = _claimed(layer, one, fen, s, purse, notes)
    if full:
        return Award(layer, category=one.name, reason=full)
    payers = layer.payers if one.payers is None else one.payers
    split = fund(fen, payers, s) if payers else ()
    paid = sum([part for _, part in split]) if payers else fen
    notes.append((f"{one.rule}/gives", paid > 0, Given(purse.base_fen, purse.available_fen, paid, split), paragraph))
    if paid == 0:
        return Award(layer, category=one.name, split=split, reason="every_payer_lost")
    if paid < fen:
        notes.append((f"{layer.counter}/payers", False, (("lost", str(fen - paid)),), layer.paragraph))
    return Award(layer, paid, split, one.name, chances)


def _stacked(layer: Layer, classes: list[PersonClass], s: Situation, purse: Purse, notes: list[Note]) -> Award:
    """Add up what the classes give; the first that gives something stands for all in counters and payers."""
    total, giving = 0, []
    for one in classes:
        rest = Purse(purse.base_fen - total, purse.available_fen - total, purse.usage, purse.policy)
        fen = _offer(layer, one, s, rest)
        total += fen
        if fen:
            giving.append(one)
    if total == 0:
        return _settled(layer, classes[0], 0, s, purse, notes)
    together = replace(giving[0], name=" + ".join(one.name for one in giving), spend=None)
    return _settled(replace(layer, spend=None), together, total, s, purse, notes)


def _claimed(
    layer: Layer, one: PersonClass, fen: int, s: Situation, purse: Purse, notes: list[Note]
) -> tuple[int, tuple[Chance, ...], str]:
    """Take one chance of every limit; the third value names the limit that is used up."""
    used = relevant(purse.usage, purse.policy, layer.counter) if purse.usage.chances else []
    chances = []
    for limit in layer.limits if one.limits is None else one.limits:
        rule = f"{layer.counter}/limit_{limit.per}"
        if limit.at_most_fen is not None:
            left = money_left(limit, s.meal, used)
            told = (("left", yuan(left)), ("at_most", yuan(limit.at_most_fen)))
            notes.append((rule, left > 0, told, layer.paragraph))
            fen = min(fen, left)
            if fen == 0:
                return 0, (), f"limit_{limit.per}"
            continue
        chance = claim(limit, s.meal, used, layer.counter)
        if chance is None:
            notes.append((rule, False, _used_up(limit, s, used), layer.paragraph))
            return 0, (), f"limit_{limit.per}"
        notes.append((rule, True, chance, layer.paragraph))
        chances.append(chance)
    return fen, tuple(chances), ""


def _used_up(limit: Limit, s: Situation, used: list[UsedChance]) -> tuple[tuple[str, str], ...]:
    within = in_window(limit, s.meal, used)
    days = ", ".join(f"{one.service_date} {one.meal}".strip() for one in within)
    most = " | ".join("+".join(f"{count} {kind}" for kind, count in bundle) for bundle in limit.bundles)
    return (
        ("limit", f"limit_{limit.per}"), ("before", str(len(within))), ("at_most", most or str(limit.at_most)),
        ("earlier", days),
    )  # fmt: skip


def _reason(lacking: Condition) -> str:
    return REASONS.get(lacking.name) or f"not_{lacking.name}"
