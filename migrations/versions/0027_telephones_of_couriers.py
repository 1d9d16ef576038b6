"""Telephones of couriers, and what they told of doors and was refused.

Revision 0027, after 0026.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

TABLES = ("device_holders", "door_refusals")
KEYS = {"device_holders": "device_ref", "door_refusals": "event_id"}


def guards() -> list[str]:
    """Return what the database refuses whoever writes; as `canteen.foundation.guards` had it at this revision."""
    made = []
    for table in TABLES:
        if op.get_bind().dialect.name == "sqlite":
            made += [
                f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, 'append_only:{table}'); END",
                f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, 'append_only:{table}'); END",
                f"""CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE ("{KEYS[table]}" = NEW."{KEYS[table]}")) BEGIN SELECT RAISE(ABORT, 'exists:{table}'); END""",
            ]
        else:
            made.append(
                f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
    return made


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "device_holders",
        sa.Column("device_ref", sa.String(length=40), nullable=False),
        sa.Column("staff_id", key, nullable=False),
        sa.Column("canteen_id", key, nullable=False),
        sa.ForeignKeyConstraint(["device_ref"], ["devices.ref"], name=op.f("fk_device_holders_device_ref")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_device_holders_staff_id")),
        sa.PrimaryKeyConstraint("device_ref", name=op.f("pk_device_holders")),
    )
    op.create_index(op.f("ix_device_holders_canteen_id"), "device_holders", ["canteen_id"])
    op.create_index(op.f("ix_device_holders_staff_id"), "device_holders", ["staff_id"])
    op.create_table(
        "door_refusals",
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("order_ref", sa.String(length=40), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("told_sealed", sa.Text(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("canteen_id", key, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_door_refusals")),
    )
    op.create_index(op.f("ix_door_refusals_canteen_id"), "door_refusals", ["canteen_id"])
    op.create_index("ix_door_refusals_canteen_id_received_at", "door_refusals", ["canteen_id", "received_at"])
    for statement in guards():
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("door_refusals")
    op.drop_table("device_holders")
