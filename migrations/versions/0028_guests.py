"""Let a meal be handed to a guest who is on no register: without an order.

Revision 0028, after 0027.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# What a rebuilt table loses on SQLite; as revision 0001 has them.
_LOST = (
    """CREATE TRIGGER redemptions_no_update BEFORE UPDATE ON redemptions BEGIN SELECT RAISE(ABORT, 'append_only:redemptions'); END""",
    """CREATE TRIGGER redemptions_no_delete BEFORE DELETE ON redemptions BEGIN SELECT RAISE(ABORT, 'append_only:redemptions'); END""",
    """CREATE TRIGGER redemptions_no_replace BEFORE INSERT ON redemptions WHEN EXISTS (SELECT 1 FROM redemptions WHERE ("id" = NEW."id") OR ("ref" = NEW."ref") OR ("scan_id" = NEW."scan_id")) BEGIN SELECT RAISE(ABORT, 'exists:redemptions'); END""",
)


def upgrade() -> None:
    """Ask for an order of every meal but a guest's."""
    with op.batch_alter_table("redemptions") as altered:
        altered.alter_column("order_id", existing_type=_KEY, nullable=True)
        altered.create_check_constraint(op.f("ck_redemptions_order"), "(kind = 'public') = (order_id IS NULL)")
    _guard()


def downgrade() -> None:
    """Ask for an order of every meal; refused by the database where guests were served."""
    with op.batch_alter_table("redemptions") as altered:
        altered.drop_constraint(op.f("ck_redemptions_order"), type_="check")
        altered.alter_column("order_id", existing_type=_KEY, nullable=False)
    _guard()


def _guard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for guard in _LOST:
            op.execute(guard)
