"""Read layers: subsidies, the discount, delivery support and operator money are all of one form."""

from __future__ import annotations

from dataclasses import dataclass, replace

from canteen.subsidy.answers import Rounding
from canteen.subsidy.conditions import ANYBODY, Condition
from canteen.subsidy.counters import ONCE_A_MEAL, PERIODS, Limit, once_a_meal
from canteen.subsidy.day_kinds import is_every_day
from canteen.subsidy.language.amounts import read_amount
from canteen.subsidy.language.answers import read_rounding
from canteen.subsidy.language.conditions import read_condition, read_days, read_spend, read_words
from canteen.subsidy.language.funding import read_payers
from canteen.subsidy.language.marked import Entry, each
from canteen.subsidy.language.scope import Scope
from canteen.subsidy.policy import Layer, PersonClass

MEALS = ("breakfast", "lunch", "dinner", "snack")
MODES = ("dine_in", "pickup", "delivery")
SEVERAL = ("best", "first", "exclusive", "stack")
_BODY = ("id", "classes", "of_several_classes")
_MORE = ("name", "who", "spend", "limits", "paid_by", "paragraph")


@dataclass(frozen=True, slots=True)
class Form:
    """Say which parts a family of layers must and may have."""

    family: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


SUBSIDY = Form("subsidy", ("meals", "days", "modes", "limits", "paid_by"))
DISCOUNT = Form("discount", ("meals", "days", "modes", "order"), ("limits", "rounding"))
DELIVERY = Form("delivery", ("with_subsidised_meal_only", "paid_by"), ("meals", "days", "limits"))
OPERATOR = Form("operator", ("per", "paid_by"), ("meals", "days", "modes", "limits"))


def read_layer(entry: Entry, scope: Scope, form: Form) -> Layer:
    """Read one layer of a family; what is left after a discount is not known to the discount itself."""
    if form is DISCOUNT:
        scope = replace(scope, discount_first=False)
    fields = entry.fields((*_BODY, *form.required), (*_MORE, *form.optional))
    per = fields["per"].choice(("subsidised_meal", "served_meal", "person_day")) if "per" in fields else ""
    only = fields.get("with_subsidised_meal_only")
    if form is OPERATOR:
        scope.uses("operator_money_of_disallowed_meal", entry)
    layer_id = fields["id"].text()
    layer = Layer(
        id=layer_id,
        name=_text(fields, "name") or layer_id,
        counter=f"{form.family}/{layer_id}",
        who=read_condition(fields["who"], scope) if "who" in fields else ANYBODY,
        gates=_gates(fields, scope),
        classes=_classes(fields["classes"], scope, f"{form.family}/{layer_id}"),
        of_several=fields["of_several_classes"].choice(SEVERAL),
        payers=read_payers(fields["paid_by"], scope) if "paid_by" in fields else (),
        limits=_limits_of(fields, per, form),
        spend=read_spend(fields["spend"], scope) if "spend" in fields else None,
        paragraph=_text(fields, "paragraph"),
        per=per,
        rounding=_rounding(fields, form),
        needs_subsidy=per == "subsidised_meal" or (only is not None and only.yes()),
    )
    if form is SUBSIDY:
        scope.layers.append(layer_id)
    return layer


def _rounding(fields: dict[str, Entry], form: Form) -> Rounding | None:
    """Round a discount half-up to the fen unless it says otherwise."""
    if form is not DISCOUNT:
        return None
    return read_rounding(fields["rounding"]) if "rounding" in fields else Rounding()


def read_limits(entry: Entry) -> tuple[Limit, ...]:
    """Read counters; ``none`` leaves only the rule that holds everywhere: once a meal period."""
    if entry.is_scalar:
        if entry.text() != "none":
            raise entry.refuse("limits_expected", found=entry.text())
        return (ONCE_A_MEAL,)
    limits = each(entry.items(), _limit)
    return limits if any(limit.per == "meal" for limit in limits) else (once_a_meal(limits), *limits)


def _limits_of(fields: dict[str, Entry], per: str, form: Form) -> tuple[Limit, ...]:
    if "limits" in fields:
        return read_limits(fields["limits"])
    if per == "person_day":
        return (Limit("day", 1),)
    return () if form is DISCOUNT else (ONCE_A_MEAL,)


def _limit(entry: Entry) -> Limit:
    fields = entry.fields(("per",), ("at_most", "at_most_yuan", "one_of", "year_starts"))
    per = fields["per"].choice(PERIODS)
    kinds = [name for name in ("at_most", "at_most_yuan", "one_of") if name in fields]
    if len(kinds) != 1:
        raise entry.refuse("one_of", options="at_most, at_most_yuan, one_of")
    starts = (1, 1)
    if "year_starts" in fields:
        starts = fields["year_starts"].month_and_day()
        if per != "year":
            raise fields["year_starts"].refuse("only_with", name="year_starts", found="per: year")
    if kinds[0] == "one_of":
        return Limit(per, bundles=each(fields["one_of"].items(), _bundle), starts=starts)
    if kinds[0] == "at_most_yuan":
        return Limit(per, at_most_fen=fields["at_most_yuan"].fen(), starts=starts)
    return Limit(per, fields["at_most"].positive(), starts=starts)


def _bundle(entry: Entry) -> tuple[tuple[str, int], ...]:
    counts = entry.fields((), ("meal", "snack"))
    if not counts:
        raise entry.refuse("missing", name="meal")
    return tuple((kind, count.whole()) for kind, count in counts.items())


def _gates(fields: dict[str, Entry], scope: Scope) -> tuple[Condition, ...]:
    """Collect what is asked of the meal; ``any`` and ``every_day`` ask nothing."""
    gates: list[Condition] = []
    if "meals" in fields:
        gates.append(read_words("meals", MEALS)(fields["meals"], scope))
    if "days" in fields:
        gates.append(read_days(fields["days"], scope))
    if "modes" in fields:
        gates.append(read_words("modes", MODES)(fields["modes"], scope))
    return tuple(gate for gate in gates if gate is not ANYBODY and not is_every_day(gate))


def _classes(entry: Entry, scope: Scope, counter: str) -> tuple[PersonClass, ...]:
    classes = each(entry.items(), lambda one: _class(one, scope, counter))
    if not classes:
        raise entry.refuse("no_classes")
    names: set[str] = set()
    for one, part in zip(classes, entry.items(), strict=True):
        if one.id in names:
            part.note("given_twice", name=one.id)
        names.add(one.id)
    return classes


def _class(entry: Entry, scope: Scope, counter: str) -> PersonClass:
    fields = entry.fields(("id", "who", "gets"), ("name", "spend", "limits", "paragraph", "paid_by"))
    class_id = fields["id"].text()
    return PersonClass(
        id=class_id,
        name=_text(fields, "name") or class_id,
        who=read_condition(fields["who"], scope),
        gets=read_amount(fields["gets"], scope),
        spend=read_spend(fields["spend"], scope) if "spend" in fields else None,
        limits=read_limits(fields["limits"]) if "limits" in fields else None,
        paragraph=_text(fields, "paragraph"),
        payers=read_payers(fields["paid_by"], scope) if "paid_by" in fields else None,
        rule=f"{counter}/{class_id}",
    )


def _text(fields: dict[str, Entry], name: str) -> str:
    return fields[name].text() if name in fields else ""
