"""Price one meal for one person: the one function every door asks.

The order is always: the operator's discount (first or last, as the policy says), the layers of subsidy,
the split among payers, the delivery fee, the money to the operator. Nothing is looked up and no clock is
read: the same arguments give the same quote to the fen, years later too.
"""

from __future__ import annotations

from dataclasses import dataclass

from canteen.foundation.money import yuan
from canteen.subsidy.calendar import Calendar
from canteen.subsidy.funding import merged
from canteen.subsidy.layers import Award, Purse, give
from canteen.subsidy.policy import Layer, PolicyVersion
from canteen.subsidy.quotes import Parts, Quote
from canteen.subsidy.register import Register
from canteen.subsidy.situation import Situation, situation_of
from canteen.subsidy.trace import Note, Shown, Trace
from canteen.subsidy.values import Facts, Meal, Usage, UsedChance

_NO_BOUND = 10**12
# For these there is no discount either.
_NOBODYS = frozenset({"deceased", "exited", "not_confirmed", "not_in_force"})
NO_USAGE = Usage()


def quote(
    version: PolicyVersion,
    facts: Facts,
    meal: Meal,
    *,
    usage: Usage = NO_USAGE,
    calendar: Calendar,
    register: Register,
) -> Quote:
    """Say who pays what of a meal under one policy version, and why.

    ``usage`` holds the earlier chances of the same person. The identity of the meal always holds: price +
    delivery fee = subsidy + discount + delivery subsidy + own.
    """
    s = situation_of(
        facts, meal, answers=version.answers, calendar=calendar, register=register,
        standard_set_fen=version.standard_set_fen,
    )  # fmt: skip
    run = _Run(version, s, usage, [])
    bar = run.barred()
    discount = run.discounted(bar) if version.discount_first else None
    s.after_discount_fen = s.to_pay_fen
    awards = [] if bar else run.subsidies()
    subsidised = bool(s.given)
    if not version.discount_first:
        discount = run.discounted(bar)
    delivery = [] if bar else run.fees(subsidised=subsidised)
    operator = [] if run.bars_operator else run.operator(subsidised=subsidised)
    return run.told(discount, awards, delivery, operator, bar)


@dataclass(slots=True)
class _Run:
    """Carry one decision through its steps."""

    version: PolicyVersion
    s: Situation
    usage: Usage
    notes: list[Note]
    bars_operator: bool = False

    def barred(self) -> str:
        """Name what keeps the person from any subsidy, or nothing."""
        version, s = self.version, self.s
        if not version.in_force(s.on):
            return self._bar("not_in_force", s.on.isoformat())
        if s.facts.deceased_on is not None and s.facts.deceased_on <= s.on:
            return self._bar("deceased", s.facts.deceased_on.isoformat())
        if s.facts.exited_on is not None and s.facts.exited_on <= s.on:
            return self._bar("exited", s.facts.exited_on.isoformat())
        if not s.facts.confirmed:
            return self._bar("not_confirmed", s.facts.person_ref)
        for exclusion in version.excluded:
            holds = exclusion.when.holds(s)
            reason = f"excluded_{exclusion.id}"
            self.notes.append((reason, not holds, Shown(exclusion.when), exclusion.paragraph))
            if holds:
                self.bars_operator = exclusion.bars_operator_money
                return reason
        return ""

    def _bar(self, reason: str, fact: str) -> str:
        self.notes.append((reason, False, (("fact", fact),), ""))
        self.bars_operator = True
        return reason

    def discounted(self, bar: str) -> Award | None:
        """Work out the operator's discount on what is to pay now; it stands for excluded people too."""
        layer = self.version.discount
        if layer is None or bar in _NOBODYS:
            return None
        award = self._give(layer, self.s.to_pay_fen, self._available())
        self.s.to_pay_fen -= award.fen
        return award

    def subsidies(self) -> list[Award]:
        """Try every layer; they add up, or the best or the first one counts."""
        version, s = self.version, self.s
        if version.of_several_subsidies == "stack":
            return [self._taken(layer) for layer in version.subsidies]
        awards = [self._give(layer, s.to_pay_fen, self._available()) for layer in version.subsidies]
        given = [award for award in awards if award.fen]
        if not given:
            return awards
        first = version.of_several_subsidies == "first"
        chosen = given[0] if first else max(given, key=lambda award: award.fen)
        if len(given) > 1:
            offers = "; ".join(f"{award.layer.id} {yuan(award.fen)}" for award in given)
            facts = (("of_several", version.of_several_subsidies), ("offers", offers), ("chosen", chosen.layer.id))
            self.notes.append(("subsidies/chosen", True, facts, ""))
        self._take(chosen)
        return [chosen]

    def _taken(self, layer: Layer) -> Award:
        award = self._give(layer, self.s.to_pay_fen, self._available())
        if award.fen:
            self._take(award)
        return award

    def _take(self, award: Award) -> None:
        self.s.to_pay_fen -= award.fen
        self.s.given.add(award.layer.id)

    def _available(self) -> int:
        """Keep back what the person must pay at least, and what all subsidies together may not exceed."""
        version, s = self.version, self.s
        left = s.to_pay_fen - self._kept() if version.own_payment_fen or version.own_payment_share else s.to_pay_fen
        if version.together_at_most_fen is not None:
            given_fen = (
                s.after_discount_fen - s.to_pay_fen if version.discount_first else s.meal.price_fen - s.to_pay_fen
            )
            left = min(left, version.together_at_most_fen - given_fen)
        return max(0, left)

    def _kept(self) -> int:
        """Say what the person must pay at least; a share of the price is rounded up, so that it is never missed."""
        version = self.version
        if not version.own_payment_who.holds(self.s):
            return 0
        share = version.own_payment_share
        return max(version.own_payment_fen, -(-share.numerator * self.s.meal.price_fen // share.denominator))

    def fees(self, *, subsidised: bool) -> list[Award]:
        """Try the layers that pay towards the delivery fee."""
        meal, awards = self.s.meal, list[Award]()
        if meal.mode != "delivery" or meal.delivery_fee_fen == 0:
            return awards
        left = meal.delivery_fee_fen
        for layer in self.version.delivery:
            if layer.needs_subsidy and not subsidised:
                continue
            awards.append(self._give(layer, left, left))
            left -= awards[-1].fen
        return awards

    def operator(self, *, subsidised: bool) -> list[Award]:
        """Try the layers that give money to the operator for this meal."""
        return [
            self._give(layer, self.s.meal.price_fen, _NO_BOUND)
            for layer in self.version.operator_money
            if subsidised or not layer.needs_subsidy
        ]

    def _give(self, layer: Layer, base_fen: int, available_fen: int) -> Award:
        purse = Purse(base_fen, available_fen, self.usage, self.version.policy)
        return give(layer, self.s, purse, self.notes)

    def told(
        self, discount: Award | None, awards: list[Award], delivery: list[Award], operator: list[Award], bar: str
    ) -> Quote:
        """Put the quote together; a discount uses up a chance only where it is limited."""
        version, meal = self.version, self.s.meal
        subsidy, fees = _total(awards), _total(delivery)
        everything = [*awards, *delivery, *operator]
        discount_fen = 0 if discount is None else discount.fen
        if discount is not None and discount.layer.limits:
            everything.append(discount)
        return Quote(
            meal.price_fen, meal.delivery_fee_fen, discount_fen, subsidy, fees,
            meal.price_fen + meal.delivery_fee_fen - discount_fen - subsidy - fees,
            _total(operator), _split(awards), _split(delivery), _split(operator),
            version.policy, version.version, version.valid_from, version.document,
            " + ".join([award.category for award in awards if award.category]),
            tuple([chance for award in everything if award.fen for chance in award.chances]),
            tuple([self._used(award) for award in everything if award.fen]),
            (bar,) if bar else _reasons([*awards, *delivery]),
            self.s.provisional, Trace(self.notes, self.s), meal.service_date, meal.meal, meal.contribution_fen,
        )  # fmt: skip

    def _used(self, award: Award) -> UsedChance:
        meal, counter = self.s.meal, award.layer.counter
        return UsedChance(meal.service_date, meal.meal, self.version.policy, counter, meal.kind, award.fen)


def _reasons(awards: list[Award]) -> tuple[str, ...]:
    """List why layers gave nothing, each reason once."""
    return tuple(dict.fromkeys([award.reason for award in awards if award.reason]))


def _total(awards: list[Award]) -> int:
    return sum([award.fen for award in awards]) if awards else 0


def _split(awards: list[Award]) -> Parts:
    if not awards:
        return ()
    if len(awards) == 1:
        return awards[0].split
    return merged(*[award.split for award in awards])
