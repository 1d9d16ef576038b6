"""Describe the one shape of every refusal."""

from __future__ import annotations

from marshmallow import Schema, fields

PROBLEM_JSON = "application/problem+json"


class Problem(Schema):
    """Describe problem details; they are written by `canteen.http.errors`."""

    type = fields.String(
        required=True,
        metadata={"description": "`urn:problem:canteen:` and the code.", "example": "urn:problem:canteen:orders.full"},
    )
    title = fields.String(required=True, metadata={"description": "The kind of refusal.", "example": "办不了"})
    status = fields.Integer(required=True, metadata={"description": "The status again.", "example": 409})
    code = fields.String(
        required=True, metadata={"description": "Stable; decide by this one.", "example": "orders.full"}
    )
    detail = fields.String(
        required=True,
        metadata={"description": "One sentence to show to people.", "example": "这一餐的名额已经满了。"},
    )
    params = fields.Dict(
        keys=fields.String(), required=True, metadata={"description": "The facts in the sentence.", "example": {}}
    )
    errors = fields.Dict(
        keys=fields.String(), metadata={"description": "For `http.malformed`: place, field, what is wrong with it."}
    )
