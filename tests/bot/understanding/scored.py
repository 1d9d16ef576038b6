"""Score what was understood against what was meant, by the rules of the corpus."""

import json
from collections import Counter
from dataclasses import dataclass
from itertools import product

ACTIONS = {"order", "change", "cancel", "recharge", "update_profile", "bind"}
LISTS = {"dates", "except_dates", "meals", "persons", "diet", "dishes", "repeat"}


@dataclass(frozen=True)
class Figures:
    """Shares in percent: everything right, intents right, F1 of slots, readings that would do harm."""

    exact: float
    intents: float
    slots: float
    harmful: float
    missed: tuple[str, ...]
    false_alarms: tuple[str, ...]


def scored(gold, answers):
    by_id = {answer["id"]: answer for answer in answers}
    messages = [best(by_id[one["id"]]["acts"], readings(one)) for one in gold if "turns" not in one]
    ends = [_is_right_end(one, by_id[one["id"]]["final"]) for one in gold if "turns" in one]
    hits, false, missed = (sum(message[name] for message in messages) for name in ("hits", "false", "missed"))
    alarms = [(one["id"], _alarm(by_id[one["id"]]), _alarm(one)) for one in gold]
    return Figures(
        exact=100 * (sum(one["exact"] for one in messages) + sum(ends)) / len(gold),
        intents=100 * sum(one["intents"] for one in messages) / len(messages),
        slots=200 * hits / (2 * hits + false + missed),
        harmful=100 * sum(one["harmful"] for one in messages) / len(messages),
        missed=tuple(ref for ref, got, meant in alarms if meant and not got),
        false_alarms=tuple(ref for ref, got, meant in alarms if got and not meant),
    )


def readings(one):
    return [one["acts"], *one.get("accept", [])]


def best(acts, golds):
    return max((_judged(acts, gold, golds) for gold in golds), key=_rank)


def _rank(judged):
    return judged["exact"], judged["intents"], judged["hits"] - judged["false"] - judged["missed"]


def _judged(acts, gold, golds):
    if "emergency" in _intents(acts) and _intents(gold) == {"emergency"}:
        acts = gold
    said, meant = _pairs(acts), _pairs(gold)
    hits = sum((said & meant).values())
    exact = Counter(map(_key, acts)) == Counter(map(_key, gold))
    return {
        "exact": exact,
        "intents": _intents(acts) == _intents(gold),
        "hits": hits,
        "false": sum(said.values()) - hits,
        "missed": sum(meant.values()) - hits,
        "harmful": not exact and _is_harmful(acts, golds),
    }


def _is_harmful(acts, golds):
    doing = [act for act in acts if act["intent"] in ACTIONS]
    asked = set().union(*map(_intents, golds))
    values = set().union(*(set(_pairs(gold)) for gold in golds))
    return any(act["intent"] not in asked for act in doing) or bool(set(_pairs(doing)) - values)


def _intents(acts):
    return {act["intent"] for act in acts}


def _plain(act):
    plain = {slot: _form(slot, value) for slot, value in act.items() if value not in (None, "", [], {})}
    if plain.get("intent") in (None, "order") and plain.get("portions") == 1:
        del plain["portions"]
    return plain


def _form(slot, value):
    if slot == "old":
        return _plain(value)
    if slot == "items":
        return sorted((item["dish"], item["qty"]) for item in value)
    return sorted(set(value)) if slot in LISTS else value


def _key(act):
    return json.dumps(_plain(act), ensure_ascii=False, sort_keys=True)


def _pairs(acts):
    pairs = Counter()
    for act in map(_plain, acts):
        old = {f"old.{slot}": value for slot, value in act.pop("old", {}).items()}
        act.pop("intent")
        for slot, value in (act | old).items():
            each = value if isinstance(value, list) and slot != "period" else [value]
            pairs.update((slot, json.dumps(one, ensure_ascii=False)) for one in each)
    return pairs


def _alarm(one):
    return any("emergency" in _intents(turn["acts"]) for turn in one.get("turns", [one]))


def _is_right_end(one, final):
    ends = [one["final"], *one.get("final_accept", [])]
    return any(final["end"] == end["end"] and _cells(final["orders"]) == _cells(end["orders"]) for end in ends)


def _cells(orders):
    cells = {}
    for order in map(_plain, orders):
        where = product(order.pop("dates", [""]), order.pop("meals", [""]), [tuple(order.get("persons", ()))])
        cells |= dict.fromkeys(where, json.dumps(order, ensure_ascii=False, sort_keys=True))
    return cells
