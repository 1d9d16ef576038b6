"""Shape money, instants, references and words the same way in every answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate
from werkzeug.routing import BaseConverter

from canteen.foundation.clock import CHINA
from canteen.foundation.references import is_reference
from canteen.foundation.secrecy import masked_name
from canteen.http import words

MEALS = ("breakfast", "lunch", "dinner", "snack")
MODES = ("dine_in", "pickup", "delivery")
_REFERENCE = "[A-Z]-[2-9B-DF-HJ-NP-TV-Z]{10}"
_EARLIEST, _LATEST = date(2020, 1, 1), date(2099, 12, 31)


class ReferenceConverter(BaseConverter):
    """Let only what could be a reference into a path; the rest is no route."""

    regex = _REFERENCE


class Reference(fields.String):
    """Read and write the public number of a thing, such as ``D-7KQ2MWX9TC``."""

    def __init__(self, prefix: str, **more: Any) -> None:
        self.prefix = prefix
        metadata = {"pattern": f"^{_REFERENCE}$", **more.pop("metadata", {})}
        super().__init__(metadata=metadata, **more)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **more: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **more))
        if re.fullmatch(_REFERENCE, text) is None or not is_reference(text, self.prefix):
            raise ValidationError("Not a reference of this kind.")
        return text


class Instant(fields.AwareDateTime):
    """Write an instant in ISO 8601 with the offset of China."""

    def _serialize(self, value: Any, *_more: Any, **_options: Any) -> str | None:
        return None if value is None else value.astimezone(CHINA).isoformat(timespec="seconds")


class ServiceDay(fields.Date):
    """Read and write a day that the house plans for: ``2026-11-23``."""

    def __init__(self, **more: Any) -> None:
        metadata = {"example": "2026-11-23", **more.pop("metadata", {})}
        super().__init__(validate=validate.Range(_EARLIEST, _LATEST), metadata=metadata, **more)


class Minute(fields.String):
    """Write minutes after local midnight as a time of day: ``09:30``."""

    def _serialize(self, value: Any, *_more: Any, **_options: Any) -> str:
        return f"{value // 60:02d}:{value % 60:02d}"


class MaskedName(fields.String):
    """Write a name with its middle covered: ``张*英``."""

    def _serialize(self, value: Any, *_more: Any, **_options: Any) -> str:
        return masked_name(value)


class Amount(Schema):
    """Hold an amount of money."""

    fen = fields.Integer(required=True, metadata={"description": "Whole fen; 100 fen are one yuan.", "example": 1300})
    text = fields.String(required=True, metadata={"description": "To be shown as it is.", "example": "13.00 元"})


class Money(fields.Nested):
    """Write an amount in fen, and as the text to show."""

    def __init__(self, description: str, example_fen: int, **more: Any) -> None:
        metadata = {"description": description, "example": _amount(example_fen)}
        super().__init__(Amount, metadata=metadata, **more)

    def _serialize(self, *given: Any, **_more: Any) -> dict[str, int | str] | None:
        return None if given[0] is None else _amount(given[0])


def _amount(amount_fen: int) -> dict[str, int | str]:
    return {"fen": amount_fen, "text": words.value("amount_fen", amount_fen)}


def meal(**more: Any) -> fields.String:
    """Make the field of a meal period."""
    return fields.String(
        validate=validate.OneOf(MEALS), metadata={"description": "The meal period.", "example": "lunch"}, **more
    )


def mode(**more: Any) -> fields.String:
    """Make the field of how a meal gets to the person."""
    description = "How the meal gets to the person: eaten there, fetched, or brought."
    return fields.String(
        validate=validate.OneOf(MODES), metadata={"description": description, "example": "dine_in"}, **more
    )


def example_of(schema: Schema) -> dict[str, Any]:
    """Compose an example of a shape from the examples of its fields."""
    shown = {field.data_key or name: _example(field) for name, field in schema.fields.items()}
    return {name: example for name, example in shown.items() if example is not None}


def _example(field: fields.Field[Any]) -> Any:
    if isinstance(field, fields.Nested) and "example" not in field.metadata:
        inner = example_of(field.schema)
        return [inner] if field.many else inner
    if isinstance(field, fields.List) and "example" not in field.metadata:
        inner = _example(field.inner)
        return [] if inner is None else [inner]
    return field.metadata.get("example")
