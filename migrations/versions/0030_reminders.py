"""Accounts choose to be reminded of cut-offs, and to be sent tomorrow's dishes.

Revision 0030, after 0029.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("family_links", sa.Column("told_cutoff", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("family_links", sa.Column("told_menu", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("family_links", "told_menu")
    op.drop_column("family_links", "told_cutoff")
