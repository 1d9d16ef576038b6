"""Admit complaints and praise as tickets, give tickets a deadline, and find what somebody has on the tab.

Revision 0010, after 0009.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_BEFORE = ("human", "emergency")
_NOW = (*_BEFORE, "complaint", "praise")
_ON_TAB = sa.text("account = '1122.09'")


def upgrade() -> None:
    """Leave tickets that are there without a deadline."""
    with op.batch_alter_table("help_tickets") as tickets:
        tickets.add_column(sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    _tickets_are(_NOW)
    op.create_index(
        "ix_postings_person_ref_on_tab", "postings", ["person_ref"], sqlite_where=_ON_TAB, postgresql_where=_ON_TAB
    )


def downgrade() -> None:
    """Make a call for a person of what was a complaint or praise."""
    op.drop_index("ix_postings_person_ref_on_tab", table_name="postings")
    op.execute("UPDATE help_tickets SET kind = 'human' WHERE kind IN ('complaint', 'praise')")
    _tickets_are(_BEFORE)
    with op.batch_alter_table("help_tickets") as tickets:
        tickets.drop_column("due_at")


def _tickets_are(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("help_tickets") as tickets:
        tickets.drop_constraint(op.f("ck_help_tickets_kind"), type_="check")
        tickets.create_check_constraint(op.f("ck_help_tickets_kind"), f"kind IN ({listed})")
