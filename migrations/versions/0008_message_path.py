"""Seal what is talked about and what is to be said; lend the token to one caller at a time.

Revision ID: 0008
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Begin conversations anew, since they live for half an hour; keep of notices what is still to be said.

    Migrations have no keys: a notice that waits keeps its text as it is until it is said, within minutes.
    """
    _conversations_sealed()
    with op.batch_alter_table("wechat_tokens") as tokens:
        tokens.add_column(sa.Column("lent_to", sa.String(length=40), nullable=True))
        tokens.add_column(sa.Column("lent_until", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("notices") as notices:
        notices.add_column(sa.Column("content_sealed", sa.Text(), nullable=False, server_default=""))
    op.execute("UPDATE notices SET content_sealed = CAST(content AS TEXT) WHERE state = 'waiting'")
    with op.batch_alter_table("notices") as notices:
        notices.drop_column("content")
        notices.alter_column("content_sealed", server_default=None)


def _conversations_sealed() -> None:
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
    """Begin conversations anew; what was sealed cannot be read by what is older, so nothing that waits is kept."""
    with op.batch_alter_table("notices") as notices:
        notices.add_column(sa.Column("content", sa.JSON(), nullable=False, server_default="{}"))
    op.execute("DELETE FROM notices WHERE state = 'waiting'")
    with op.batch_alter_table("notices") as notices:
        notices.drop_column("content_sealed")
        notices.alter_column("content", server_default=None)
    with op.batch_alter_table("wechat_tokens") as tokens:
        tokens.drop_column("lent_until")
        tokens.drop_column("lent_to")
    op.drop_table("conversations")
    op.create_table(
        "conversations",
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_conversations")),
    )
