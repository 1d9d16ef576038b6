"""Let a person agree to who acts for her, limit it, and let the family choose what it hears.

Revision 0023, after 0022.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_RIGHTS = (("may_order", sa.true()), ("told_eaten", sa.true()), ("told_missed", sa.false()))


def upgrade() -> None:
    """Leave every account that may act as it is: it orders, sees, and hears that a meal was taken."""
    for name, default in _RIGHTS:
        op.add_column("family_links", sa.Column(name, sa.Boolean(), nullable=False, server_default=default))
    op.create_table(
        "family_requests",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("account", sa.String(length=200), nullable=False),
        sa.Column("person_id", _KEY, nullable=False),
        sa.Column("relation", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_agreed", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_family_requests_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_requests")),
    )
    op.create_index(op.f("ix_family_requests_person_id"), "family_requests", ["person_id"])


def downgrade() -> None:
    """Drop requests and choices; whoever might only see may order again."""
    op.drop_table("family_requests")
    for name, _ in _RIGHTS:
        op.drop_column("family_links", name)
