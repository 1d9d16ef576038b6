"""Dishes sold out before their portions are, numbers called out, and what is known of a dish.

Revision 0013, after 0012.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


# What the database refuses whoever writes; as `canteen.foundation.guards` had it at this revision.
SQLITE = ()

POSTGRESQL = ()

WIDE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables with their guards."""
    op.create_table(
        "pickup_calls",
        sa.Column("order_id", WIDE, nullable=False),
        sa.Column("called_at", INSTANT, nullable=False),
        sa.Column("called_by", sa.String(length=200), nullable=False),
        sa.Column("canteen_id", WIDE, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_pickup_calls_order_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_pickup_calls")),
    )
    op.create_index(op.f("ix_pickup_calls_canteen_id"), "pickup_calls", ["canteen_id"], unique=False)
    op.add_column("dishes", sa.Column("allergens_stated", sa.Boolean(), server_default=sa.text("0"), nullable=False))
    op.add_column("dishes", sa.Column("energy_kcal", sa.Integer(), nullable=True))
    op.add_column("dishes", sa.Column("protein_g", sa.Integer(), nullable=True))
    op.add_column("menu_items", sa.Column("sold_out_at", INSTANT, nullable=True))
    for guard in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(guard)


def downgrade() -> None:
    """Take them away."""
    op.drop_column("menu_items", "sold_out_at")
    op.drop_column("dishes", "protein_g")
    op.drop_column("dishes", "energy_kcal")
    op.drop_column("dishes", "allergens_stated")
    op.drop_index(op.f("ix_pickup_calls_canteen_id"), table_name="pickup_calls")
    op.drop_table("pickup_calls")
