"""Standing orders: patterns, pauses, what came of each day, and the runs.

Revision 0018, after 0017.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


# What the database refuses whoever writes; as `canteen.foundation.guards` had it at this revision.
SQLITE = (
    """CREATE TRIGGER standing_orders_no_update BEFORE UPDATE ON standing_orders WHEN OLD."id" IS NOT NEW."id" OR OLD."ref" IS NOT NEW."ref" OR OLD."person_id" IS NOT NEW."person_id" OR OLD."meal" IS NOT NEW."meal" OR OLD."weekdays" IS NOT NEW."weekdays" OR OLD."mode" IS NOT NEW."mode" OR OLD."dishes" IS NOT NEW."dishes" OR OLD."diet" IS NOT NEW."diet" OR OLD."fallback" IS NOT NEW."fallback" OR OLD."skips_holidays" IS NOT NEW."skips_holidays" OR OLD."valid_from" IS NOT NEW."valid_from" OR OLD."valid_until" IS NOT NEW."valid_until" OR OLD."made_at" IS NOT NEW."made_at" OR OLD."made_by" IS NOT NEW."made_by" OR OLD."channel" IS NOT NEW."channel" OR OLD."canteen_id" IS NOT NEW."canteen_id" BEGIN SELECT RAISE(ABORT, 'append_only:standing_orders'); END""",
    """CREATE TRIGGER standing_orders_no_delete BEFORE DELETE ON standing_orders BEGIN SELECT RAISE(ABORT, 'append_only:standing_orders'); END""",
    """CREATE TRIGGER standing_pauses_no_update BEFORE UPDATE ON standing_pauses WHEN OLD."id" IS NOT NEW."id" OR OLD."person_id" IS NOT NEW."person_id" OR OLD."first_on" IS NOT NEW."first_on" OR OLD."until_on" IS NOT NEW."until_on" OR OLD."reason" IS NOT NEW."reason" OR OLD."noted_at" IS NOT NEW."noted_at" OR OLD."noted_by" IS NOT NEW."noted_by" BEGIN SELECT RAISE(ABORT, 'append_only:standing_pauses'); END""",
    """CREATE TRIGGER standing_pauses_no_delete BEFORE DELETE ON standing_pauses BEGIN SELECT RAISE(ABORT, 'append_only:standing_pauses'); END""",
    """CREATE TRIGGER standing_occurrences_no_way_back BEFORE UPDATE ON standing_occurrences WHEN NEW.state = 'generated' AND OLD.state <> 'generated' OR OLD.state = 'locked' BEGIN SELECT RAISE(ABORT, 'kept:standing_occurrences'); END""",
    """CREATE TRIGGER standing_occurrences_no_delete BEFORE DELETE ON standing_occurrences BEGIN SELECT RAISE(ABORT, 'append_only:standing_occurrences'); END""",
)

POSTGRESQL = (
    """CREATE TRIGGER standing_orders_no_update BEFORE UPDATE ON standing_orders FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."ref" IS DISTINCT FROM NEW."ref" OR OLD."person_id" IS DISTINCT FROM NEW."person_id" OR OLD."meal" IS DISTINCT FROM NEW."meal" OR OLD."weekdays" IS DISTINCT FROM NEW."weekdays" OR OLD."mode" IS DISTINCT FROM NEW."mode" OR OLD."dishes"::text IS DISTINCT FROM NEW."dishes"::text OR OLD."diet"::text IS DISTINCT FROM NEW."diet"::text OR OLD."fallback" IS DISTINCT FROM NEW."fallback" OR OLD."skips_holidays" IS DISTINCT FROM NEW."skips_holidays" OR OLD."valid_from" IS DISTINCT FROM NEW."valid_from" OR OLD."valid_until" IS DISTINCT FROM NEW."valid_until" OR OLD."made_at" IS DISTINCT FROM NEW."made_at" OR OLD."made_by" IS DISTINCT FROM NEW."made_by" OR OLD."channel" IS DISTINCT FROM NEW."channel" OR OLD."canteen_id" IS DISTINCT FROM NEW."canteen_id") EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER standing_orders_no_delete BEFORE DELETE OR TRUNCATE ON standing_orders FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER standing_pauses_no_update BEFORE UPDATE ON standing_pauses FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."person_id" IS DISTINCT FROM NEW."person_id" OR OLD."first_on" IS DISTINCT FROM NEW."first_on" OR OLD."until_on" IS DISTINCT FROM NEW."until_on" OR OLD."reason" IS DISTINCT FROM NEW."reason" OR OLD."noted_at" IS DISTINCT FROM NEW."noted_at" OR OLD."noted_by" IS DISTINCT FROM NEW."noted_by") EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER standing_pauses_no_delete BEFORE DELETE OR TRUNCATE ON standing_pauses FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER standing_occurrences_no_way_back BEFORE UPDATE ON standing_occurrences FOR EACH ROW WHEN (NEW.state = 'generated' AND OLD.state <> 'generated' OR OLD.state = 'locked') EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER standing_occurrences_no_delete BEFORE DELETE OR TRUNCATE ON standing_occurrences FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
)


def upgrade() -> None:
    """Add the tables and their triggers."""
    op.create_table(
        "standing_runs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("placed", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("refused", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("missing", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_runs")),
    )
    with op.batch_alter_table("standing_runs", schema=None) as batch_op:
        batch_op.create_index("ix_standing_runs_began_at", ["began_at"], unique=False)

    op.create_table(
        "standing_orders",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meal", sa.String(length=40), nullable=False),
        sa.Column("weekdays", sa.String(length=40), nullable=False),
        sa.Column("mode", sa.String(length=40), nullable=False),
        sa.Column("dishes", sa.JSON(), nullable=False),
        sa.Column("diet", sa.JSON(), nullable=False),
        sa.Column("fallback", sa.String(length=200), nullable=False),
        sa.Column("skips_holidays", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=200), nullable=True),
        sa.Column("canteen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("meal IN ('breakfast', 'lunch', 'dinner')", name=op.f("ck_standing_orders_meal")),
        sa.CheckConstraint("mode IN ('dine_in', 'pickup', 'delivery')", name=op.f("ck_standing_orders_mode")),
        sa.CheckConstraint("valid_until IS NULL OR valid_from < valid_until", name=op.f("ck_standing_orders_validity")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_standing_orders_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_orders")),
        sa.UniqueConstraint("ref", name=op.f("uq_standing_orders_ref")),
    )
    with op.batch_alter_table("standing_orders", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_standing_orders_canteen_id"), ["canteen_id"], unique=False)
        batch_op.create_index("ix_standing_orders_person_id", ["person_id"], unique=False)

    op.create_table(
        "standing_pauses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.String(length=200), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("until_on IS NULL OR first_on < until_on", name=op.f("ck_standing_pauses_validity")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_standing_pauses_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_pauses")),
    )
    with op.batch_alter_table("standing_pauses", schema=None) as batch_op:
        batch_op.create_index("ix_standing_pauses_person_id", ["person_id"], unique=False)

    op.create_table(
        "standing_occurrences",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("standing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=200), nullable=False),
        sa.Column("order_ref", sa.String(length=40), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("canteen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "state IN ('generated', 'edited', 'skipped', 'locked')", name=op.f("ck_standing_occurrences_state")
        ),
        sa.ForeignKeyConstraint(
            ["standing_id"], ["standing_orders.id"], name=op.f("fk_standing_occurrences_standing_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_occurrences")),
        sa.UniqueConstraint(
            "standing_id", "service_date", name=op.f("uq_standing_occurrences_standing_id_service_date")
        ),
    )
    with op.batch_alter_table("standing_occurrences", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_standing_occurrences_canteen_id"), ["canteen_id"], unique=False)
        batch_op.create_index("ix_standing_occurrences_service_date", ["service_date", "canteen_id"], unique=False)

    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """Drop the tables, and their triggers with them."""
    with op.batch_alter_table("standing_occurrences", schema=None) as batch_op:
        batch_op.drop_index("ix_standing_occurrences_service_date")
        batch_op.drop_index(batch_op.f("ix_standing_occurrences_canteen_id"))

    op.drop_table("standing_occurrences")
    with op.batch_alter_table("standing_pauses", schema=None) as batch_op:
        batch_op.drop_index("ix_standing_pauses_person_id")

    op.drop_table("standing_pauses")
    with op.batch_alter_table("standing_orders", schema=None) as batch_op:
        batch_op.drop_index("ix_standing_orders_person_id")
        batch_op.drop_index(batch_op.f("ix_standing_orders_canteen_id"))

    op.drop_table("standing_orders")
    with op.batch_alter_table("standing_runs", schema=None) as batch_op:
        batch_op.drop_index("ix_standing_runs_began_at")

    op.drop_table("standing_runs")
