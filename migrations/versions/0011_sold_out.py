"""A dish of a day may be sold out before its portions are.

Revision 0011, after 0010.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


# What the database refuses whoever writes; as `canteen.foundation.guards` had it at this revision.
SQLITE = ()

POSTGRESQL = ()

WIDE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables with their guards."""
    op.add_column("menu_items", sa.Column("sold_out_at", INSTANT, nullable=True))
    for guard in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(guard)


def downgrade() -> None:
    """Take them away."""
    op.drop_column("menu_items", "sold_out_at")
