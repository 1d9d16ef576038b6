"""Write what was typed into a field back into the text of a policy, and repeat or take out whole classes."""

from __future__ import annotations

from datetime import date, timedelta

import yaml

from canteen.subsidy.form.fields import AMOUNTS, COUNTED, MEALS, MODES, form_of
from canteen.subsidy.form.spans import (
    NoSuchPlace,
    copied_item,
    find,
    inserted,
    names,
    removed,
    removed_item,
    replaced,
    scalar,
    tree,
    written,
)

_ALL = {"meals": MEALS, "modes": MODES}
_QUOTED = ("standard_set", "at_least")


def put(text: str, path: str, value: str) -> str:
    """Write the value of a field of the form; `NoSuchPlace` for a path that is none of its fields."""
    if path not in {field.path for group in form_of(text).groups for field in group.fields}:
        raise NoSuchPlace(path)
    top, value = tree(text), value.strip()
    above, _, name = path.rpartition("/")
    if name.startswith("@"):
        return _put_part(text, top, above, name[1:], value)
    if above.endswith("/who"):
        return _put_condition(text, top, above, name, value)
    node, holder = find(top, path), find(top, above)
    if not value:
        return text if node is None or holder is None else removed(text, holder, name)
    new = _written(name, value)
    if node is not None:
        return replaced(text, node, new)
    if holder is None:
        raise NoSuchPlace(path)
    return inserted(text, holder, name, new)


def add_class(text: str, layer: str) -> str:
    """Repeat the last class of a layer under a fresh id, to be changed."""
    classes = find(tree(text), f"{layer}/classes")
    if not isinstance(classes, yaml.SequenceNode) or not classes.value:
        raise NoSuchPlace(layer)
    count, taken = len(classes.value), {scalar(find(one, "id")) for one in classes.value}
    fresh = next(f"class_{number}" for number in range(count + 1, 2 * count + 3) if f"class_{number}" not in taken)
    text = copied_item(text, classes, count - 1)
    return _set(text, f"{layer}/classes/{count}/id", fresh)


def remove_class(text: str, one: str) -> str:
    """Take a class out of its layer; the last one stays."""
    above, _, number = one.rpartition("/")
    classes = find(tree(text), above)
    if not isinstance(classes, yaml.SequenceNode) or not number.isdecimal():
        raise NoSuchPlace(one)
    return removed_item(text, classes, int(number))


def add_version(text: str, *, version: str, first_day: date) -> str:
    """Repeat the last version as the one that comes next, without an end."""
    versions = find(tree(text), "versions")
    if not isinstance(versions, yaml.SequenceNode) or not versions.value:
        raise NoSuchPlace("versions")
    count = len(versions.value)
    text = copied_item(text, versions, count - 1)
    text = _ended_before(text, f"versions/{count - 1}", first_day)
    at = f"versions/{count}"
    text = _set(_set(text, f"{at}/version", version), f"{at}/from", first_day.isoformat())
    for name in ("last_day", "prolonged_by"):
        holder = find(tree(text), at)
        if holder is not None and name in names(holder):
            text = removed(text, holder, name)
    return text


def _ended_before(text: str, at: str, first_day: date) -> str:
    """Let a version that states a later end stop on the day before the next one."""
    for path in (f"{at}/last_day", f"{at}/prolonged_by/last_day"):
        last = scalar(find(tree(text), path))
        if last is not None and last >= first_day.isoformat():
            text = _set(text, path, (first_day - timedelta(days=1)).isoformat())
    return text


def end_on(text: str, last_day: date) -> str:
    """State the last day of the last version."""
    return _set(text, f"{_last(text)}/last_day", last_day.isoformat())


def prolong(text: str, *, document: str, last_day: date) -> str:
    """Prolong the last version by a document; `NoSuchPlace` where it has no last day to be prolonged."""
    at = _last(text)
    if find(tree(text), f"{at}/last_day") is None:
        raise NoSuchPlace(at)
    new = f"{{document: {written(document)}, last_day: {last_day.isoformat()}}}"
    node = find(tree(text), f"{at}/prolonged_by")
    if node is not None:
        return replaced(text, node, new)
    holder = find(tree(text), at)
    return inserted(text, holder, "prolonged_by", new) if holder is not None else text


def _last(text: str) -> str:
    versions = find(tree(text), "versions")
    if not isinstance(versions, yaml.SequenceNode) or not versions.value:
        raise NoSuchPlace("versions")
    return f"versions/{len(versions.value) - 1}"


def _set(text: str, path: str, value: str) -> str:
    top = tree(text)
    above, _, name = path.rpartition("/")
    node, holder = find(top, path), find(top, above)
    if node is not None:
        return replaced(text, node, written(value))
    if holder is None:
        raise NoSuchPlace(path)
    return inserted(text, holder, name, written(value))


def _written(name: str, value: str) -> str:
    if name in _ALL:
        chosen = [one for one in _ALL[name] if one in value.split()]
        return "any" if len(chosen) in (0, len(_ALL[name])) else f"[{', '.join(chosen)}]"
    return _yuan(value) if name in _QUOTED else written(value)


def _yuan(value: str) -> str:
    return f'"{value}"' if value.replace(".", "", 1).isdecimal() else written(value)


def _put_condition(text: str, top: yaml.Node, who: str, name: str, value: str) -> str:
    node = find(top, who)
    if node is None:
        raise NoSuchPlace(who)
    new = _listed(value) if name == "category" else written(value)
    if not isinstance(node, yaml.MappingNode):
        return replaced(text, node, f"{{{name}: {new}}}") if value else text
    held = find(node, name)
    if value:
        return inserted(text, node, name, new) if held is None else replaced(text, held, new)
    if held is None:
        return text
    return replaced(text, node, "anybody") if len(node.value) == 1 else removed(text, node, name)


def _listed(value: str) -> str:
    words = [word for word in value.replace("，", "、").replace(",", "、").split("、") if word.strip()]
    return f"[{', '.join(written(word.strip()) for word in words)}]"


def _put_part(text: str, top: yaml.Node, path: str, part: str, value: str) -> str:
    node = find(top, path)
    if node is None:
        raise NoSuchPlace(path)
    new = _limits(node, part, value) if part in COUNTED else _gets(node, part, value)
    return replaced(text, node, new)


def _limits(node: yaml.Node, part: str, value: str) -> str:
    counts = {}
    for one in node.value if isinstance(node, yaml.SequenceNode) else ():
        counts[scalar(find(one, "per"))] = scalar(find(one, "at_most"))
    counts[part] = value
    kept = [f"{{at_most: {written(str(counts[per]))}, per: {per}}}" for per in COUNTED if counts.get(per)]
    return f"[{', '.join(kept)}]" if kept else "none"


def _gets(node: yaml.Node, part: str, value: str) -> str:
    kind = (
        "free" if scalar(node) == "free" else next((one for one in ("percent", *AMOUNTS) if find(node, one)), "fixed")
    )
    amount, ceiling = scalar(find(node, kind)) or "", scalar(find(node, "up_to")) if kind == "percent" else ""
    if part == "kind":
        kind = value
    elif part == "amount":
        amount = value
    else:
        ceiling = value
    if kind == "free":
        return "free"
    floor = scalar(find(node, "not_under"))
    parts = [f"{kind}: {written(amount or '50') if kind == 'percent' else _yuan(amount or '1.00')}"]
    parts += ["of: price"] if kind == "percent" else []
    parts += [f"up_to: {_yuan(ceiling)}"] if kind == "percent" and ceiling else []
    parts += [f"not_under: {_floor(floor)}"] if floor else []
    return f"{{{', '.join(parts)}}}"


def _floor(floor: str) -> str:
    return floor if "/" in floor else _yuan(floor)
