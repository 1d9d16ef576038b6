"""Fold the turns of a conversation into what stands at its end.

Works on the records of ``written``. The same turns always give the same end: no order moves without an agreed yes.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

Record = dict[str, Any]
_FILLED = ("dates", "repeat", "start", "meals", "mode", "persons", "diet", "canteen", "same_as", "portions")
_OF_DRAFT = frozenset({"confirm", "items", "date", "meal", "mode", "canteen", "amount", "dish_choice", "", "none"})


@dataclass(slots=True)
class Standing:
    """Hold the orders that stand, the drafts, and what waits for a yes."""

    orders: list[Record] = field(default_factory=list)
    drafts: list[Record] = field(default_factory=list)
    pending: Record | None = None
    end: str = "none"

    @property
    def final(self) -> Record:
        """Tell how it ended and which orders stand, drafts among them."""
        return {"end": self.end, "orders": [*self.orders, *filter(None, self.drafts)]}


def begin(existing: Sequence[Record]) -> Standing:
    """Begin with the orders that were placed before, one for each day and meal."""
    return Standing(orders=[cell for order in existing for cell in _cells(order)])


def take(standing: Standing, acts: Sequence[Record], ask: str, picked: Callable[[int], Record]) -> None:
    """Take one message in; ``picked`` reads an option that was shown as the slots it stands for."""
    for act in map(copy.deepcopy, acts):
        if act["intent"] == "select":
            _select(standing, act, ask, picked)
        elif handler := _HANDLERS.get(act["intent"]):
            handler(standing, act, ask)


def _select(standing: Standing, act: Record, ask: str, picked: Callable[[int], Record]) -> None:
    choice = int(act["choice"])
    if ask == "order_choice":
        wanted = [order for order in standing.orders if _fits(order, picked(choice))]
        place = choice - 1 if choice > 0 else choice
        if not wanted and -1 <= place < len(standing.orders):
            wanted = [standing.orders[place]]
        standing.pending = {**(standing.pending or {"intent": "cancel"}), "chosen": wanted[:1]}
        standing.end = "open"
    elif ask == "confirm" and choice == 1:
        _affirm(standing, act, ask)
    else:
        _order(standing, {"intent": "order", **picked(choice)}, "dish_choice" if ask == "dish_choice" else ask)


def _order(standing: Standing, act: Record, ask: str) -> None:
    standing.pending = None
    standing.end = "open"
    if standing.drafts and not _is_another(standing.drafts[-1], act):
        _fill(standing.drafts[-1], act, adds=ask in ("confirm", "dish_choice"))
    else:
        standing.drafts.append({})
        _fill(standing.drafts[-1], act, adds=False)


def _is_another(draft: Record, act: Record) -> bool:
    """Tell whether an order is one more beside the draft: it names another day, meal or person, and more than that."""
    moves = any(
        act.get(slot) and draft.get(slot) and act[slot] != draft[slot] for slot in ("dates", "meals", "persons")
    )
    return moves and bool(draft.get("items") or draft.get("portions") or act.get("items"))


def _fill(draft: Record, act: Record, *, adds: bool) -> None:
    draft.update({slot: act[slot] for slot in _FILLED if act.get(slot) and slot != "portions"})
    if act.get("items"):
        gone = {item["dish"] for item in act["items"]}
        kept = [item for item in draft.get("items", ()) if item["dish"] not in gone] if adds else []
        draft["items"] = [*kept, *act["items"]]
    elif act.get("portions"):
        _count(draft, int(act["portions"]))
    if act.get("items") and act.get("portions", 1) > 1:
        draft["portions"] = act["portions"]


def _count(draft: Record, portions: int) -> None:
    if len(draft.get("items", ())) == 1:
        draft["items"][0]["qty"] = portions
    else:
        draft["portions"] = portions


def _change(standing: Standing, act: Record, ask: str) -> None:
    if standing.drafts and ask in _OF_DRAFT:
        standing.drafts = _altered(standing.drafts, act)
    else:
        standing.pending = act
    standing.end = "open"


def _altered(orders: Sequence[Record], act: Record) -> list[Record]:
    cells = [cell for order in orders for cell in _cells(order)]
    targets = _targets(cells, act)
    for cell in targets:
        _alter(cell, act)
    return cells


def _targets(cells: list[Record], act: Record) -> list[Record]:
    old = act.get("old", {})
    if act.get("which") == "last":
        return cells[-1:]
    where = {slot: old[slot] for slot in ("dates", "meals") if old.get(slot)}
    where |= {"persons": act["persons"]} if act.get("persons") else {}
    fitting = [cell for cell in cells if _fits(cell, where)]
    return fitting or ([] if old.get("dates") else cells)


def _alter(cell: Record, act: Record) -> None:
    gone = {item["dish"]: item["qty"] for item in act.get("old", {}).get("items", ())}
    taken = [item for item in cell.get("items", ()) if item["dish"] in gone]
    cell["items"] = [item for item in cell.get("items", ()) if item["dish"] not in gone]
    new = list(act.get("items", ()))
    if taken and len(taken) == len(new) == 1 and new[0]["qty"] == 1:
        new = [{**new[0], "qty": taken[0]["qty"]}]
    swaps = bool(new) and not gone and len(cell["items"]) == 1 and not act.get("adds")
    cell["items"] = new if swaps else [*cell["items"], *new]
    if not cell["items"]:
        del cell["items"]
    _fill(
        cell,
        {slot: value for slot, value in act.items() if slot not in ("items", "old", "persons", "adds")},
        adds=False,
    )


def _cancel(standing: Standing, act: Record, ask: str) -> None:
    names_place = any(act.get(slot) for slot in ("dates", "meals", "which", "except_dates"))
    if ask == "confirm_cancel" and not names_place and not act.get("items"):
        _agree(standing)
    elif standing.drafts and act.get("items") and not names_place:
        standing.drafts = _altered(standing.drafts, {"old": {"items": act["items"]}})
    elif standing.drafts and (not names_place or act.get("which") == "last"):
        standing.drafts, standing.end = [], "cancelled"
    elif standing.drafts and any(_fits(cell, act) for draft in standing.drafts for cell in _cells(draft)):
        cells = [cell for draft in standing.drafts for cell in _cells(draft)]
        standing.drafts = [cell for cell in cells if not _fits(cell, act)]
        standing.end = "open" if standing.drafts else "cancelled"
    else:
        standing.pending, standing.end = act, "open"


def _affirm(standing: Standing, _act: Record, ask: str) -> None:
    if ask == "confirm_cancel" or (ask in ("confirm", "") and standing.pending and not standing.drafts):
        _agree(standing)
    elif ask == "confirm" and standing.drafts:
        standing.orders += [cell for draft in standing.drafts for cell in _cells(draft)]
        standing.drafts, standing.end = [], "confirmed"
    elif ask == "confirm":
        standing.end = "confirmed"


def _agree(standing: Standing) -> None:
    asked, standing.pending = standing.pending or {"intent": "cancel", "which": "last"}, None
    if asked["intent"] == "change":
        standing.orders, standing.end = _altered(standing.orders, asked), "confirmed"
        return
    gone = asked["chosen"] if "chosen" in asked else [order for order in standing.orders if _is_asked(order, asked)]
    if asked.get("which") == "last":
        gone = standing.orders[-1:]
    if asked.get("items"):
        standing.orders = [_left(order, asked) if order in gone else order for order in standing.orders]
    else:
        standing.orders = [order for order in standing.orders if order not in gone]
    standing.end = "cancelled"


def _left(order: Record, asked: Record) -> Record:
    gone = {item["dish"] for item in asked["items"]}
    return {**order, "items": [item for item in order.get("items", ()) if item["dish"] not in gone]}


def _is_asked(order: Record, asked: Record) -> bool:
    return _fits(order, asked) and not set(order.get("dates", ())) & set(asked.get("except_dates", ()))


def _deny(standing: Standing, _act: Record, ask: str) -> None:
    if ask in ("confirm_cancel", "order_choice"):
        standing.pending = None
        standing.end = "open" if standing.drafts else "none"
    elif standing.pending:
        standing.pending, standing.end = None, "none"
    elif standing.drafts and ask not in ("confirm", "mode", "dish_choice", "none", ""):
        standing.drafts, standing.end = [], "cancelled"


def _fits(order: Record, where: Record) -> bool:
    slots = ("dates", "meals", "persons")
    return all(set(order.get(slot, ())) & set(where[slot]) for slot in slots if where.get(slot) and order.get(slot))


def _cells(order: Record) -> list[Record]:
    """Spell an order out, one for each day and meal."""
    rest = {slot: value for slot, value in order.items() if slot not in ("intent", "dates", "meals")}
    dates = [[day] for day in order.get("dates", ())] or [[]]
    meals = [[meal] for meal in order.get("meals", ())] or [[]]
    return [
        copy.deepcopy({slot: value for slot, value in (("dates", day), ("meals", meal)) if value} | rest)
        for day, meal in product(dates, meals)
    ]


def _hand_over(standing: Standing, act: Record, _ask: str) -> None:
    standing.end = "handoff" if act["intent"] == "human" else "emergency"


_HANDLERS: dict[str, Callable[[Standing, Record, str], None]] = {
    "order": _order,
    "change": _change,
    "cancel": _cancel,
    "affirm": _affirm,
    "deny": _deny,
    "human": _hand_over,
    "emergency": _hand_over,
}
