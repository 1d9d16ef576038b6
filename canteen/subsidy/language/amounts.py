"""Read what a class gets: ``free``, ``{fixed: "3.00"}``, ``{percent: 50, of.

Price}`` and others.
"""

from __future__ import annotations

from types import MappingProxyType

from canteen.subsidy.amounts import Amount, By, Capped, Fixed, Percent, PersonPays
from canteen.subsidy.language.marked import Entry
from canteen.subsidy.language.scope import Scope

_WHOLE = 100
_BY = {"by_meal": "meals", "by_mode": "modes", "by_diet": "diet", "by_grade": "grade"}
_KNOWN = {
    "meals": ("breakfast", "lunch", "dinner", "snack"),
    "modes": ("dine_in", "pickup", "delivery"),
}
_KINDS = ("fixed", "up_to", "percent", "person_pays", *_BY)


def read_amount(entry: Entry, scope: Scope) -> Amount:
    """Read one amount; ``up_to`` alone pays the price, up to a ceiling."""
    if entry.is_scalar:
        entry.choice(("free",))
        return PersonPays(0)
    fields = entry.fields((), (*_KINDS, "of", "not_under"))
    kinds = [name for name in _KINDS if name in fields and name != "up_to"]
    if len(kinds) > 1 or not (kinds or "up_to" in fields):
        raise entry.refuse("one_of", options=", ".join((*_KINDS, "free")))
    if not kinds:
        _check_floor(fields, "up_to", scope)
        return Capped(PersonPays(0), fields["up_to"].fen())
    amount = _amount(kinds[0], fields, scope)
    return Capped(amount, fields["up_to"].fen()) if "up_to" in fields else amount


def _amount(kind: str, fields: dict[str, Entry], scope: Scope) -> Amount:
    entry = fields[kind]
    if kind in _BY:
        return _by(_BY[kind], entry, scope)
    if kind == "percent":
        return _percent(fields, scope)
    _check_floor(fields, kind, scope)
    if kind == "person_pays":
        scope.uses("price_below_fixed_payment", entry)
        return PersonPays(entry.fen())
    return Fixed(entry.fen())


def _percent(fields: dict[str, Entry], scope: Scope) -> Amount:
    entry = fields["percent"]
    share = entry.fraction() / _WHOLE
    if share > 1:
        raise entry.refuse("over_hundred", found=entry.text())
    if "of" not in fields:
        raise entry.refuse("missing", name="of")
    of = fields["of"].text()
    if of == "standard_set":
        scope.standard_set_needed(fields["of"])
    if of in {"price", "to_pay", "standard_set"}:
        return Percent(share, of)
    return Percent(share, "amount", fields["of"].fen())


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
    """Refuse a local value under its floor.

    An amount, or ``policy/name`` of a floor set above.
    """
    if "not_under" not in fields:
        return
    entry = fields["not_under"]
    policy, slash, name = entry.text().partition("/")
    floor = scope.floors(policy, name) if slash else entry.fen()
    if floor is None:
        raise entry.refuse("unknown_floor", found=entry.text())
    if kind != "person_pays" and fields[kind].fen() < floor:
        fields[kind].note("under_floor", found=fields[kind].text(), floor=f"{floor / 100:.2f}")
