"""Change one value of a YAML text where it stands, and leave every other character as it is.

Values are found by their place in the text as PyYAML marks it. A path names the way: mapping names and list positions
joined by strokes, such as ``versions/0/document/number``.
"""

from __future__ import annotations

import json
import re

import yaml

_PLAIN = re.compile(r"[\w〔〕（）《》·][\w〔〕（）《》·.+-]*")


class NoSuchPlace(ValueError):
    """Say that a text has no value at a path, or none that could be changed in place."""


def tree(text: str) -> yaml.Node:
    """Compose a text; `NoSuchPlace` where it is no YAML mapping."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        raise NoSuchPlace("no YAML") from None
    if not isinstance(node, yaml.MappingNode):
        raise NoSuchPlace("no mapping")
    return node


def find(node: yaml.Node | None, path: str) -> yaml.Node | None:
    """Follow a path; None where it leads nowhere."""
    for step in filter(None, path.split("/")):
        if isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == step), None)
        elif isinstance(node, yaml.SequenceNode) and step.isdecimal() and int(step) < len(node.value):
            node = node.value[int(step)]
        else:
            return None
    return node


def scalar(node: yaml.Node | None) -> str | None:
    """Return a single value as it was written; None for anything else, a block of lines too."""
    if isinstance(node, yaml.ScalarNode) and node.style not in ("|", ">"):
        return str(node.value).strip()
    return None


def scalars(node: yaml.Node | None) -> tuple[str, ...] | None:
    """Return a list of single values, or one as a list of one; None for anything else."""
    single = scalar(node)
    if single is not None:
        return (single,)
    if not isinstance(node, yaml.SequenceNode):
        return None
    found = [scalar(part) for part in node.value]
    return None if None in found else tuple(str(part) for part in found)


def names(node: yaml.Node | None) -> tuple[str, ...]:
    """Return the names of a mapping."""
    return tuple(str(key.value) for key, _ in node.value) if isinstance(node, yaml.MappingNode) else ()


def written(value: str) -> str:
    """Write a value so that YAML reads it back as it is."""
    value = " ".join(value.split())
    return value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)


def replaced(text: str, node: yaml.Node, new: str) -> str:
    """Put a text in the place of a value."""
    return text[: node.start_mark.index] + new + text[end(node) :]


def inserted(text: str, mapping: yaml.Node, name: str, new: str) -> str:
    """Add a name with its value at the end of a mapping."""
    if not isinstance(mapping, yaml.MappingNode) or not mapping.value:
        raise NoSuchPlace(name)
    key, value = mapping.value[-1]
    if mapping.flow_style:
        at = end(value)
        return f"{text[:at]}, {name}: {new}{text[at:]}"
    at = _line_end(text, end(value))
    return f"{text[:at]}\n{' ' * key.start_mark.column}{name}: {new}{text[at:]}"


def removed(text: str, mapping: yaml.Node, name: str) -> str:
    """Take a name and its value out of a mapping that keeps others."""
    if not isinstance(mapping, yaml.MappingNode) or len(mapping.value) < 2:
        raise NoSuchPlace(name)
    number = next((i for i, (key, _) in enumerate(mapping.value) if key.value == name), None)
    if number is None:
        return text
    key, value = mapping.value[number]
    if mapping.flow_style:
        return _cut_flow(text, mapping, number)
    start = _line_start(text, key.start_mark.index)
    if text[start : key.start_mark.index].strip():
        raise NoSuchPlace(name)
    return text[:start] + text[_line_end(text, end(value)) + 1 :]


def copied_item(text: str, sequence: yaml.SequenceNode, number: int) -> str:
    """Repeat an item of a list right behind itself."""
    item = _item(sequence, number)
    if sequence.flow_style:
        at, piece = end(item), text[item.start_mark.index : end(item)]
        return f"{text[:at]}, {piece}{text[at:]}"
    start, stop = _line_start(text, item.start_mark.index), _line_end(text, end(item))
    return f"{text[:stop]}\n{text[start:stop]}{text[stop:]}"


def removed_item(text: str, sequence: yaml.SequenceNode, number: int) -> str:
    """Take an item out of a list that keeps others."""
    item = _item(sequence, number)
    if len(sequence.value) < 2:
        raise NoSuchPlace(str(number))
    if sequence.flow_style:
        if number:
            return text[: end(sequence.value[number - 1])] + text[end(item) :]
        return text[: item.start_mark.index] + text[sequence.value[1].start_mark.index :]
    start, stop = _line_start(text, item.start_mark.index), _line_end(text, end(item))
    return text[:start] + text[stop + 1 :]


def end(node: yaml.Node) -> int:
    """Return where a value ends; a block ends with the last value in it."""
    if not isinstance(node, yaml.CollectionNode) or node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return end(last[1] if isinstance(node, yaml.MappingNode) else last)


def _item(sequence: yaml.SequenceNode, number: int) -> yaml.Node:
    if not 0 <= number < len(sequence.value):
        raise NoSuchPlace(str(number))
    found: yaml.Node = sequence.value[number]
    return found


def _cut_flow(text: str, mapping: yaml.MappingNode, number: int) -> str:
    key, value = mapping.value[number]
    if number:
        return text[: end(mapping.value[number - 1][1])] + text[end(value) :]
    return text[: key.start_mark.index] + text[mapping.value[1][0].start_mark.index :]


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _line_end(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found
