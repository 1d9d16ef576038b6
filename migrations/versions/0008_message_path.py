"""Seal what is talked about and what is to be said; lend the token to one caller at a time.

Revision ID: 0008
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Begin conversations anew: they live for half an hour."""
    op.drop_table("conversations")
    op.create_table(
        "conversations",
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state_sealed", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_conversations")),
    )


def downgrade() -> None:
    """Begin conversations anew."""
    op.drop_table("conversations")
    op.create_table(
        "conversations",
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_conversations")),
    )
