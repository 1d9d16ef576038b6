"""Fill the templates of the official account.

A file says which of them says which notice, by which way; each value is cut to what the platform takes.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from bot import replies

Way = Literal["service", "long_term", "template", "one_time"]
# The longest value of each type of field; what is not here takes 200.
LONGEST = {
    "thing": 20, "number": 32, "letter": 32, "symbol": 5, "character_string": 32, "phone_number": 17, "name": 10,
    "phrase": 5, "car_number": 8, "short_thing": 10,
}  # fmt: skip
_OTHER = 200
_ENDS = re.compile(r"[，。；、：]+$")
_NOTHING = "无"


class Wrong(ValueError):
    """Say what is wrong with a file of templates."""


@dataclass(frozen=True)
class Template:
    """Hold one template: its number, by which way it goes, and how its fields are filled."""

    template_id: str
    way: Way
    title: str
    kinds: frozenset[str]
    fields: Mapping[str, str]

    def filled(self, kind: str, content: Mapping[str, Any]) -> dict[str, dict[str, str]]:
        """Fill the fields for a notice, as the platform takes them."""
        facts = _Facts(
            replies.facts(content), sentence=replies.notice(kind, content), brief=replies.brief(kind, content)
        )
        return {name: {"value": fitted(name, text.format_map(facts))} for name, text in self.fields.items()}


@dataclass(frozen=True)
class Templates:
    """Hold the templates of an account; none where none were set up."""

    held: tuple[Template, ...] = field(default=())

    @classmethod
    def read(cls, path: Path | None) -> Templates:
        """Read a file of templates; `Wrong` says what cannot be read."""
        if path is None:
            return cls()
        try:
            rows = tomllib.loads(path.read_text(encoding="utf-8")).get("template", [])
            return cls(tuple(_template(row) for row in rows))
        except (OSError, tomllib.TOMLDecodeError, KeyError, AttributeError) as error:
            raise Wrong(f"{path}: {error}") from error

    def of(self, kind: str, way: Way) -> Template | None:
        """Return the template that says a kind by a way."""
        return next((one for one in self.held if one.way == way and kind in one.kinds), None)

    def is_long_term(self, template_id: str) -> bool:
        """Tell whether an acceptance of a template holds until it is taken back."""
        return any(one.way == "long_term" for one in self.held if one.template_id == template_id)


def fitted(name: str, text: str) -> str:
    """Cut a value to what its type of field takes, without line breaks; an empty one would be refused."""
    one_line = " ".join(text.split())
    most = LONGEST.get(name.rstrip("0123456789"), _OTHER)
    if len(one_line) > most:
        one_line = _ENDS.sub("", one_line[: most - 1]) + "…"
    return one_line or _NOTHING


def _template(row: Mapping[str, Any]) -> Template:
    if row["way"] not in ("template", "long_term", "one_time"):
        raise Wrong(f"no such way: {row['way']}")
    return Template(row["id"], row["way"], row.get("title", ""), frozenset(row["kinds"]), dict(row["fields"]))


class _Facts(dict[str, str]):
    """Fill what a notice does not say with nothing."""

    def __init__(self, facts: Mapping[str, Any], **said: str) -> None:
        super().__init__({name: str(value) for name, value in facts.items()}, **said)

    def __missing__(self, _name: str) -> str:
        return ""
