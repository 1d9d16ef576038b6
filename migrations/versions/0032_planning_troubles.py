"""Why a meal could not be planned by itself, and when it is tried again.

Revision 0032, after 0031.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "planning_troubles",
        sa.Column("id", key, nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("meal", sa.String(length=40), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("canteen_id", key, nullable=False),
        sa.CheckConstraint("tries > 0", name=op.f("ck_planning_troubles_tries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planning_troubles")),
        sa.UniqueConstraint(
            "canteen_id", "service_date", "meal", name=op.f("uq_planning_troubles_canteen_id_service_date_meal")
        ),
    )
    op.create_index(op.f("ix_planning_troubles_canteen_id"), "planning_troubles", ["canteen_id"])


def downgrade() -> None:
    op.drop_table("planning_troubles")
