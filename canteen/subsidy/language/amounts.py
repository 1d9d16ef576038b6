"""Read what a class gets: ``free``, ``{fixed: "3.00"}``, ``{percent: 50, of: price}`` and others."""

from __future__ import annotations

from types import MappingProxyType

from canteen.foundation import money
from canteen.subsidy.amounts import Amount, AtLeast, By, Capped, Fixed, Percent, PersonPays
from canteen.subsidy.language.marked import Entry
from canteen.subsidy.language.scope import Scope

_BY = {"by_meal": "meals", "by_mode": "modes", "by_diet": "diet", "by_grade": "grade"}
_KNOWN = {
    "meals": ("breakfast", "lunch", "dinner", "snack"),
    "modes": ("dine_in", "pickup", "delivery"),
}
_KINDS = ("fixed", "up_to", "percent", "person_pays", *_BY)
_WITH = ("of", "above", "at_least", "not_under", "not_over")


def read_amount(entry: Entry, scope: Scope) -> Amount:
    """Read one amount; ``up_to`` alone pays the price, up to a ceiling."""
    if entry.is_scalar:
        if entry.text() != "free":
            raise entry.refuse("amount_expected", found=entry.text())
        return PersonPays(0)
    fields = entry.fields((), (*_KINDS, *_WITH))
    kinds = [name for name in _KINDS if name in fields and name != "up_to"]
    if len(kinds) > 1 or not (kinds or "up_to" in fields):
        raise entry.refuse("one_of", options=", ".join((*_KINDS, "free")))
    kind = kinds[0] if kinds else "up_to"
    _check_company(kind, fields)
    _check_floor(fields, kind, scope)
    amount = _amount(kind, fields, scope)
    if "at_least" in fields:
        amount = AtLeast(amount, fields["at_least"].fen())
    return Capped(amount, fields["up_to"].fen()) if "up_to" in fields else amount


def _check_company(kind: str, fields: dict[str, Entry]) -> None:
    """Refuse words that only a percentage understands; they would be passed over beside another amount."""
    for name in ("of", "above", "at_least"):
        if name in fields and kind != "percent":
            raise fields[name].refuse("only_with", name=name, found="percent")
    if "at_least" in fields and "up_to" in fields and fields["at_least"].fen() > fields["up_to"].fen():
        raise fields["at_least"].refuse("empty_range")


def _amount(kind: str, fields: dict[str, Entry], scope: Scope) -> Amount:
    entry = fields[kind]
    if kind in _BY:
        return _by(_BY[kind], entry, scope)
    if kind == "percent":
        return _percent(fields, scope)
    if kind == "person_pays":
        scope.uses("price_below_fixed_payment", entry)
        return PersonPays(entry.fen())
    return PersonPays(0) if kind == "up_to" else Fixed(entry.fen())


def _percent(fields: dict[str, Entry], scope: Scope) -> Amount:
    entry = fields["percent"]
    share = entry.percent()
    if "of" not in fields:
        raise entry.refuse("missing", name="of")
    of = fields["of"].text()
    if of == "standard_set":
        scope.standard_set_needed(fields["of"])
    above = fields["above"].fen() if "above" in fields else 0
    if of in {"price", "to_pay", "standard_set"}:
        return Percent(share, of, 0, above)
    return Percent(share, "amount", fields["of"].fen(), above)


def _by(fact: str, entry: Entry, scope: Scope) -> Amount:
    choices = entry.pairs()
    known = _KNOWN.get(fact)
    for name, part in choices.items():
        if known and name not in (*known, "otherwise"):
            raise part.refuse("not_a_choice", found=name, options=" | ".join((*known, "otherwise")))
    amounts = {name: read_amount(part, scope) for name, part in choices.items()}
    otherwise = amounts.pop("otherwise", None)
    if fact in {"diet", "grade"} and otherwise is None:
        raise entry.refuse("missing", name="otherwise")
    return By(fact, MappingProxyType(amounts), otherwise)


def _check_floor(fields: dict[str, Entry], kind: str, scope: Scope) -> None:
    """Refuse a local value under its floor: an amount, or ``policy/name`` of a floor set above.

    What the person pays has a ceiling in place of a floor.
    """
    floor = _bound(fields, "not_under", scope)
    ceiling = _bound(fields, "not_over", scope)
    for name, bound in (("not_under", floor), ("not_over", ceiling)):
        fits = ("fixed", "up_to") if name == "not_under" else ("person_pays",)
        if bound is not None and kind not in fits:
            raise fields[name].refuse("only_with", name=name, found=" / ".join(fits))
    value = fields[kind]
    if floor is not None and value.fen() < floor:
        value.note("under_floor", found=value.text(), floor=money.yuan(floor))
    if ceiling is not None and value.fen() > ceiling:
        value.note("over_ceiling", found=value.text(), ceiling=money.yuan(ceiling))


def _bound(fields: dict[str, Entry], name: str, scope: Scope) -> int | None:
    if name not in fields:
        return None
    entry = fields[name]
    policy, slash, floor_name = entry.text().partition("/")
    if slash and scope.floors is None:
        return None
    floor = scope.floors(policy, floor_name) if slash and scope.floors else entry.fen()
    if floor is None:
        raise entry.refuse("unknown_floor", found=entry.text())
    return floor
