"""State which slots each intent has."""

from __future__ import annotations

from bot.understanding.acts import Act

_WHOLE = frozenset(
    {
        "dates",
        "repeat",
        "start",
        "meals",
        "items",
        "off",
        "portions",
        "mode",
        "persons",
        "diet",
        "canteen",
        "which",
        "counted",
        "adds",
    }
)
_SLOTS = {
    "order": _WHOLE - {"which", "off", "adds"},
    "change": _WHOLE,
    "cancel": frozenset({"dates", "meals", "items", "off", "persons", "which", "except_dates"}),
    "query_order": frozenset({"dates", "meals", "persons", "which"}),
    "query_delivery": frozenset({"dates", "meals", "persons", "canteen", "which"}),
    "query_menu": frozenset({"dates", "meals", "items", "canteen", "diet"}),
    "query_price": frozenset({"items"}),
    "query_subsidy": frozenset({"persons", "dates"}),
    "query_balance": frozenset({"persons"}),
    "application": frozenset({"persons"}),
    "query_bill": frozenset({"persons", "period"}),
    "query_hours": frozenset({"dates", "meals", "canteen"}),
    "query_place": frozenset({"canteen"}),
    "show_code": frozenset({"dates", "meals", "persons"}),
    "recharge": frozenset({"persons", "amount"}),
    "bind": frozenset({"persons"}),
    "update_profile": frozenset({"diet", "persons", "canteen"}),
}
_OF_DISHES = frozenset({"items", "off", "portions", "diet", "canteen"})
DISHLESS = frozenset(intent for intent, slots in _SLOTS.items() if not slots & _OF_DISHES)


def of_schema(act: Act) -> Act:
    """Keep the slots that belong to the intent.

    送饭的小伙子态度不好 says nothing of a way to get a meal.
    """
    allowed = _SLOTS.get(act.intent, frozenset())
    kept = {name: getattr(act, name) for name in allowed}
    return Act(act.intent, **kept)
