"""Read the fields of a form off the text of a policy, and name what no field knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from canteen.subsidy.answers import ALWAYS, NOT_APPLICABLE, QUESTIONS
from canteen.subsidy.form.spans import NoSuchPlace, find, names, scalar, scalars, tree

MEALS = ("breakfast", "lunch", "dinner", "snack")
MODES = ("dine_in", "pickup", "delivery")
DAYS = ("every_day", "working_days", "weekends", "days_off", "statutory_holidays")
SEVERAL = ("best", "first", "stack")
COUNTED = ("day", "week", "month")
AMOUNTS = ("fixed", "up_to", "person_pays")
KINDS = (*AMOUNTS, "percent", "free")
_SILENT = ("policy", "region", "chosen_by", "floors", "examples")


@dataclass(frozen=True)
class Field:
    """Describe one field: the path of its value, what it is called, its kind and what stands there now."""

    path: str
    label: str
    kind: str
    value: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """Hold fields under one title; a class may be repeated or taken out."""

    title: str
    name: str
    path: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Form:
    """Hold the groups of a form, and the parts (path, line) that stay as they are."""

    groups: tuple[Group, ...] = ()
    unknown: tuple[tuple[str, int], ...] = ()


def form_of(text: str) -> Form:
    """Read the form of the last version; a text that is no policy yet has an empty one."""
    try:
        top = tree(text)
    except NoSuchPlace:
        return Form()
    versions = find(top, "versions")
    count = len(versions.value) if isinstance(versions, yaml.SequenceNode) else 0
    groups = list(_groups(top, count - 1))
    known = {field.path.partition("/@")[0] for group in groups for field in group.fields}
    silent = {*_SILENT, *(f"versions/{number}" for number in range(count - 1))}
    silent |= {f"versions/{count - 1}/{name}" for name in ("assumed", "given", "notes")}
    unknown = tuple(_unknown(top, "", known, silent))
    return Form(tuple(groups), unknown)


def _groups(top: yaml.Node, last: int) -> Iterator[Group]:
    payers = names(find(top, "payers"))
    heads = [_field(top, "name", "name")]
    heads += [_field(top, f"payers/{payer}", "payer") for payer in payers]
    yield _group("head", "", "", heads)
    if last < 0:
        return
    at = f"versions/{last}"
    yield _group("version", "", at, _version_fields(top, at))
    subsidies = find(top, f"{at}/subsidies")
    for number, _ in enumerate(subsidies.value if isinstance(subsidies, yaml.SequenceNode) else ()):
        layer = f"{at}/subsidies/{number}"
        yield _group("layer", scalar(find(top, f"{layer}/name")) or "", layer, _layer_fields(top, layer, payers))
        classes = find(top, f"{layer}/classes")
        for place, _ in enumerate(classes.value if isinstance(classes, yaml.SequenceNode) else ()):
            one = f"{layer}/classes/{place}"
            yield _group("class", scalar(find(top, f"{one}/name")) or "", one, _class_fields(top, one))
    yield _group("answers", "", "answers", [_answer(top, at, question) for question in QUESTIONS])


def _group(title: str, name: str, path: str, fields: list[Field | None]) -> Group:
    return Group(title, name, path, tuple(field for field in fields if field is not None))


def _version_fields(top: yaml.Node, at: str) -> list[Field | None]:
    return [
        _field(top, f"{at}/version", "version"),
        _field(top, f"{at}/from", "from", "day"),
        _field(top, f"{at}/last_day", "last_day", "day", optional=True),
        _field(top, f"{at}/document/number", "number"),
        _field(top, f"{at}/document/title", "title"),
        _field(top, f"{at}/document/source", "source"),
        _field(top, f"{at}/standard_set", "standard_set", "yuan", optional=True),
    ]


def _layer_fields(top: yaml.Node, at: str, payers: tuple[str, ...]) -> list[Field | None]:
    return [
        _field(top, f"{at}/name", "layer_name", optional=True),
        _several(top, f"{at}/meals", "meals", MEALS),
        _choice(top, f"{at}/days", "days", DAYS),
        _several(top, f"{at}/modes", "modes", MODES),
        *_limits(top, at),
        _field(top, f"{at}/spend/at_least", "spend", "yuan"),
        _choice(top, f"{at}/of_several_classes", "of_several_classes", SEVERAL),
        _choice(top, f"{at}/paid_by", "paid_by", payers),
    ]


def _class_fields(top: yaml.Node, at: str) -> list[Field | None]:
    who = find(top, f"{at}/who")
    # Beside other questions an empty field would look as if nothing were asked.
    asks = scalar(who) == "anybody" or (isinstance(who, yaml.MappingNode) and set(names(who)) <= {"age", "category"})
    return [
        _field(top, f"{at}/name", "class_name"),
        _field(top, f"{at}/who/age", "age", "age", optional=asks),
        _words(top, f"{at}/who/category", optional=asks),
        *_gets(top, f"{at}/gets"),
    ]


def _field(top: yaml.Node, path: str, label: str, kind: str = "text", *, optional: bool = False) -> Field | None:
    node = find(top, path)
    value = scalar(node)
    if value is None and (node is not None or not optional):
        return None
    return Field(path, label, kind, value or "")


def _words(top: yaml.Node, path: str, *, optional: bool) -> Field | None:
    node = find(top, path)
    values = scalars(node)
    if values is None and (node is not None or not optional):
        return None
    return Field(path, "category", "words", "、".join(values or ()))


def _choice(top: yaml.Node, path: str, label: str, options: tuple[str, ...]) -> Field | None:
    value = scalar(find(top, path))
    return None if value is None or value not in options else Field(path, label, "choice", value, options)


def _several(top: yaml.Node, path: str, label: str, options: tuple[str, ...]) -> Field | None:
    values = scalars(find(top, path))
    if values == ("any",):
        values = options
    if values is None or not set(values) <= set(options):
        return None
    return Field(path, label, "several", " ".join(values), options)


def _limits(top: yaml.Node, at: str) -> list[Field | None]:
    """Show plain counts a day, a week and a month; a list with any other limit in it stays as it is."""
    node = find(top, f"{at}/limits")
    counts = dict.fromkeys(COUNTED, "")
    if isinstance(node, yaml.SequenceNode):
        for one in node.value:
            per, most = scalar(find(one, "per")), scalar(find(one, "at_most"))
            if set(names(one)) != {"per", "at_most"} or per not in COUNTED or most is None:
                return []
            counts[per] = most
    elif scalar(node) != "none":
        return []
    return [Field(f"{at}/limits/@{per}", f"limit_{per}", "whole", most) for per, most in counts.items()]


def _gets(top: yaml.Node, path: str) -> list[Field | None]:
    node = find(top, path)
    has = set(names(node)) - {"not_under"}
    if scalar(node) == "free":
        kind, amount, ceiling = "free", "", ""
    elif len(has) == 1 and has <= set(AMOUNTS):
        kind = next(iter(has))
        amount, ceiling = scalar(find(node, kind)) or "", ""
    elif {"percent", "of"} <= has <= {"percent", "of", "up_to"} and scalar(find(node, "of")) == "price":
        kind, amount, ceiling = "percent", scalar(find(node, "percent")) or "", scalar(find(node, "up_to")) or ""
    else:
        return []
    return [
        Field(f"{path}/@kind", "gets", "choice", kind, KINDS),
        Field(f"{path}/@amount", "percent" if kind == "percent" else "amount", "yuan", amount),
        Field(f"{path}/@ceiling", "ceiling", "yuan", ceiling) if kind == "percent" else None,
    ]


def _answer(top: yaml.Node, at: str, question: str) -> Field | None:
    own = f"{at}/answers/{question}"
    options = QUESTIONS[question] if question in ALWAYS else (*QUESTIONS[question], NOT_APPLICABLE)
    return _choice(top, own, question, options) or _choice(top, f"answers/{question}", question, options)


def _unknown(node: yaml.Node, path: str, known: set[str], silent: set[str]) -> Iterator[tuple[str, int]]:
    """Walk down to the topmost parts below which no field reads anything."""
    if path in known or path in silent:
        return
    inside = path == "" or any(one.startswith(f"{path}/") for one in (*known, *silent))
    if inside and isinstance(node, yaml.MappingNode | yaml.SequenceNode):
        for name, part in _parts(node):
            yield from _unknown(part, f"{path}/{name}" if path else name, known, silent)
    elif path.rpartition("/")[2] not in {"id", "rounding"} and scalar(node) != "anybody":
        yield path, int(node.start_mark.line) + 1


def _parts(node: yaml.Node) -> Iterator[tuple[str, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        yield from ((str(key.value), value) for key, value in node.value)
    else:
        yield from ((str(number), value) for number, value in enumerate(node.value))
