"""List the people an account may act for."""

from __future__ import annotations

from flask import Response
from marshmallow import Schema, fields

from canteen import places
from canteen.api import accounts
from canteen.api.fields import MaskedName, Reference
from canteen.api.resource import Resource, shown
from canteen.foundation.db import EVERYWHERE
from canteen.http.auth import BEARER, audience
from canteen.http.current import house
from canteen.http.limits import limited

people = Resource("people", "Whom this account may act for, and the code that they show at the counter.")


class Person(Schema):
    """Show a person to the family: no more than what tells one from the other."""

    ref = Reference("P", required=True, metadata={"description": "Names the person.", "example": "P-7KQ2MWX9TC"})
    name = MaskedName(required=True, metadata={"description": "Covered in the middle.", "example": "张*英"})
    relation = fields.String(
        required=True, metadata={"description": "What the account holder calls the person.", "example": "妈妈"}
    )
    is_self = fields.Boolean(
        required=True, metadata={"description": "Whether this is the account holder.", "example": False}
    )
    home_canteen = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The canteen that the person usually eats at.", "example": "C-5BDH8NRVXC"},
    )


class People(Schema):
    """Show all of them, the own self first."""

    people = fields.List(fields.Nested(Person), required=True)


@people.route("/people", methods=["GET"])
@people.gives(People)
@audience(BEARER)
@limited("300/minute")
def list_people() -> Response:
    """List whom this account may act for.

    Everything that names a person takes a reference from this list; any other is answered as if there were no such
    person. A new account has an empty list until it is bound by a slip.
    """
    with house().database.reading(EVERYWHERE) as session:
        found = accounts.people(session)
        homes = {one.home_canteen_id for one in found if one.home_canteen_id is not None}
        refs = {key: places.canteen_by_id(session, canteen_id=key).ref for key in homes}
        listed = [
            {
                "ref": one.ref,
                "name": one.name,
                "relation": one.relation,
                "is_self": one.is_self,
                "home_canteen": refs.get(one.home_canteen_id or 0),
            }
            for one in found
        ]
        return shown(People(), {"people": listed})
