"""Write acts as the plain records of the corpus, with only the slots that were said."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from bot.understanding.acts import Act, Item

Record = dict[str, Any]
_PLAIN = ("mode", "canteen", "same_as", "which", "amount", "choice")
_LISTS = ("repeat", "meals", "persons", "diet")
_DAYS = ("dates", "except_dates", "period")
_ASKING = frozenset({"query_menu", "query_price"})


def written(act: Act) -> Record:
    """Return an act as a record.

    What a question names stands in ``dishes``, what a change takes away in ``old``.
    """
    record: Record = {"intent": act.intent, **_slots(act)}
    if act.items:
        record |= {"dishes": _names(act.items)} if act.intent in _ASKING else {"items": _items(act.items)}
    old = _slots(act.old) | ({"items": _items(act.old.items)} if act.old.items else {}) if act.old else {}
    if act.off and act.intent == "change":
        old["items"] = _items(act.off)
    elif act.off:
        record["items"] = _items((*act.items, *act.off))
    return record | ({"old": old} if old else {})


def _slots(act: Act) -> Record:
    record: Record = {}
    record |= _said(act, _PLAIN, lambda value: value)
    record |= _said(act, _LISTS, list)
    record |= _said(act, _DAYS, lambda days: [day.isoformat() for day in days])
    record |= _said(act, ("start",), date.isoformat)
    return record | ({"portions": act.portions} if (act.counted and act.intent == "change") or act.portions > 1 else {})


def _said(act: Act, names: Iterable[str], form: Callable[[Any], Any]) -> Record:
    return {name: form(getattr(act, name)) for name in names if getattr(act, name)}


def _items(items: Iterable[Item]) -> list[Record]:
    return [{"dish": item.dish, "qty": item.quantity} for item in items]


def _names(items: Iterable[Item]) -> list[str]:
    return list(dict.fromkeys(item.dish for item in items))
