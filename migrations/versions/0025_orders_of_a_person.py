"""The orders of a person are found by person and day: every scan and every chat about orders asks for them.

Revision 0025, after 0024.
"""

from __future__ import annotations

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_orders_person_id_service_date", "orders", ["person_id", "service_date"])


def downgrade() -> None:
    op.drop_index("ix_orders_person_id_service_date", table_name="orders")
