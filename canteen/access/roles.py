"""Define roles: named sets of permissions, kept as data.

The permissions themselves are words of the code, since code asks for them; which role has which is for the office to
decide. A new installation begins with the roles of ``roles.toml``. An auditor's permissions all end in ``.read``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.access.record import record
from canteen.access.tables import Role
from canteen.foundation.errors import Invalid

PERMISSIONS = frozenset(
    {
        "audit.read",
        "care.act",
        "counter.correct",
        "counter.scan",
        "counter.undo",
        "deliveries.confirm",
        "deliveries.plan",
        "deliveries.read",
        "ledger.read",
        "meals.read",
        "menus.edit",
        "menus.read",
        "months.close",
        "orders.late",
        "orders.place",
        "orders.read",
        "people.cards",
        "people.edit",
        "people.import",
        "people.read",
        "payments.pay",
        "places.edit",
        "policies.publish",
        "policies.read",
        "staff.edit",
        "staff.read",
        "statements.approve",
        "statements.check",
        "statements.freeze",
        "statements.question",
        "statements.read",
        "statements.sign",
    }
)


@dataclass(frozen=True)
class Standard:
    """Describe a role that a new installation begins with."""

    code: str
    name: str
    permissions: tuple[str, ...]


@cache
def standard() -> tuple[Standard, ...]:
    """Return the roles that a new installation begins with."""
    roles = tomllib.loads(Path(__file__).with_name("roles.toml").read_text(encoding="utf-8"))
    return tuple(Standard(code, role["name"], tuple(role["permissions"])) for code, role in roles.items())


def install(session: Session, *, actor: str, at: datetime) -> None:
    """Add the standard roles that are missing; changed ones stay changed."""
    known = set(session.scalars(select(Role.code)))
    for role in standard():
        if role.code not in known:
            define(session, code=role.code, name=role.name, permissions=role.permissions, actor=actor, at=at)


def define(session: Session, *, code: str, name: str, permissions: Iterable[str], actor: str, at: datetime) -> Role:
    """Create a role or replace its permissions.

    Refuses ``access.no_such_permission``.
    """
    wanted = sorted(set(permissions))
    for permission in wanted:
        if permission not in PERMISSIONS:
            raise Invalid("access.no_such_permission", permission=permission)
    role = session.merge(Role(code=code, name=name, permissions=wanted))
    session.flush()
    record(session, "role.define", subject=code, actor=actor, at=at, permissions=wanted)
    return role
