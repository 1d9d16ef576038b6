"""Index what every scan counts: failed tries of a device, and trays of a meal by state.

Revision 0005, after 0004.
Create Date: 2026-11-24 06:20:00
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let both counts be answered from an index alone."""
    op.drop_index("ix_scan_attempts_device_received_at", "scan_attempts")
    op.create_index("ix_scan_attempts_device_reason", "scan_attempts", ["device", "reason", "received_at"])
    op.drop_index("ix_orders_canteen_id_service_date", "orders")
    op.create_index("ix_orders_canteen_id_service_date", "orders", ["canteen_id", "service_date", "meal", "state"])


def downgrade() -> None:
    """Index by device and instant, and by meal, again."""
    op.drop_index("ix_orders_canteen_id_service_date", "orders")
    op.create_index("ix_orders_canteen_id_service_date", "orders", ["canteen_id", "service_date", "meal"])
    op.drop_index("ix_scan_attempts_device_reason", "scan_attempts")
    op.create_index("ix_scan_attempts_device_received_at", "scan_attempts", ["device", "received_at"])
