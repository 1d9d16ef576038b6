"""Enrol devices, keep what they scanned without network, and name what a person should look at.

Revision 0016, after 0015.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


SQLITE = (
    """CREATE TRIGGER offline_outcomes_no_update BEFORE UPDATE ON offline_outcomes BEGIN SELECT RAISE(ABORT, 'append_only:offline_outcomes'); END""",
    """CREATE TRIGGER offline_outcomes_no_delete BEFORE DELETE ON offline_outcomes BEGIN SELECT RAISE(ABORT, 'append_only:offline_outcomes'); END""",
    """CREATE TRIGGER offline_outcomes_no_replace BEFORE INSERT ON offline_outcomes WHEN EXISTS (SELECT 1 FROM offline_outcomes WHERE ("scan_id" = NEW."scan_id")) BEGIN SELECT RAISE(ABORT, 'exists:offline_outcomes'); END""",
    """CREATE TRIGGER scan_exceptions_no_update BEFORE UPDATE ON scan_exceptions BEGIN SELECT RAISE(ABORT, 'append_only:scan_exceptions'); END""",
    """CREATE TRIGGER scan_exceptions_no_delete BEFORE DELETE ON scan_exceptions BEGIN SELECT RAISE(ABORT, 'append_only:scan_exceptions'); END""",
    """CREATE TRIGGER scan_exceptions_no_replace BEFORE INSERT ON scan_exceptions WHEN EXISTS (SELECT 1 FROM scan_exceptions WHERE ("scan_id" = NEW."scan_id" AND "kind" = NEW."kind")) BEGIN SELECT RAISE(ABORT, 'exists:scan_exceptions'); END""",
    """CREATE TRIGGER devices_no_update BEFORE UPDATE ON devices WHEN OLD."ref" IS NOT NEW."ref" OR OLD."name" IS NOT NEW."name" OR OLD."browser" IS NOT NEW."browser" OR OLD."token_digest" IS NOT NEW."token_digest" OR OLD."enrolled_at" IS NOT NEW."enrolled_at" OR OLD."enrolled_by" IS NOT NEW."enrolled_by" OR OLD."canteen_id" IS NOT NEW."canteen_id" BEGIN SELECT RAISE(ABORT, 'append_only:devices'); END""",
    """CREATE TRIGGER devices_no_delete BEFORE DELETE ON devices BEGIN SELECT RAISE(ABORT, 'append_only:devices'); END""",
    """CREATE TRIGGER offline_scans_no_update BEFORE UPDATE ON offline_scans WHEN OLD."scan_id" IS NOT NEW."scan_id" OR OLD."device_ref" IS NOT NEW."device_ref" OR OLD."number" IS NOT NEW."number" OR OLD."code_tail" IS NOT NEW."code_tail" OR OLD."means" IS NOT NEW."means" OR OLD."intent" IS NOT NEW."intent" OR OLD."verdict" IS NOT NEW."verdict" OR OLD."reason" IS NOT NEW."reason" OR OLD."told_fen" IS NOT NEW."told_fen" OR OLD."tender" IS NOT NEW."tender" OR OLD."staff" IS NOT NEW."staff" OR OLD."happened_at" IS NOT NEW."happened_at" OR OLD."sent_at" IS NOT NEW."sent_at" OR OLD."received_at" IS NOT NEW."received_at" OR OLD."dated_at" IS NOT NEW."dated_at" OR OLD."is_trusted" IS NOT NEW."is_trusted" OR OLD."canteen_id" IS NOT NEW."canteen_id" BEGIN SELECT RAISE(ABORT, 'append_only:offline_scans'); END""",
    """CREATE TRIGGER offline_scans_no_delete BEFORE DELETE ON offline_scans BEGIN SELECT RAISE(ABORT, 'append_only:offline_scans'); END""",
)

POSTGRESQL = (
    """CREATE TRIGGER offline_outcomes_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON offline_outcomes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER scan_exceptions_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON scan_exceptions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER devices_no_update BEFORE UPDATE ON devices FOR EACH ROW WHEN (OLD."ref" IS DISTINCT FROM NEW."ref" OR OLD."name" IS DISTINCT FROM NEW."name" OR OLD."browser" IS DISTINCT FROM NEW."browser" OR OLD."token_digest" IS DISTINCT FROM NEW."token_digest" OR OLD."enrolled_at" IS DISTINCT FROM NEW."enrolled_at" OR OLD."enrolled_by" IS DISTINCT FROM NEW."enrolled_by" OR OLD."canteen_id" IS DISTINCT FROM NEW."canteen_id") EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER devices_no_delete BEFORE DELETE OR TRUNCATE ON devices FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER offline_scans_no_update BEFORE UPDATE ON offline_scans FOR EACH ROW WHEN (OLD."scan_id" IS DISTINCT FROM NEW."scan_id" OR OLD."device_ref" IS DISTINCT FROM NEW."device_ref" OR OLD."number" IS DISTINCT FROM NEW."number" OR OLD."code_tail" IS DISTINCT FROM NEW."code_tail" OR OLD."means" IS DISTINCT FROM NEW."means" OR OLD."intent" IS DISTINCT FROM NEW."intent" OR OLD."verdict" IS DISTINCT FROM NEW."verdict" OR OLD."reason" IS DISTINCT FROM NEW."reason" OR OLD."told_fen" IS DISTINCT FROM NEW."told_fen" OR OLD."tender" IS DISTINCT FROM NEW."tender" OR OLD."staff" IS DISTINCT FROM NEW."staff" OR OLD."happened_at" IS DISTINCT FROM NEW."happened_at" OR OLD."sent_at" IS DISTINCT FROM NEW."sent_at" OR OLD."received_at" IS DISTINCT FROM NEW."received_at" OR OLD."dated_at" IS DISTINCT FROM NEW."dated_at" OR OLD."is_trusted" IS DISTINCT FROM NEW."is_trusted" OR OLD."canteen_id" IS DISTINCT FROM NEW."canteen_id") EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER offline_scans_no_delete BEFORE DELETE OR TRUNCATE ON offline_scans FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
)


def upgrade() -> None:
    """Add the four tables with their guards."""
    op.create_table(
        "devices",
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("browser", sa.String(length=40), nullable=False),
        sa.Column("token_digest", sa.String(length=200), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("enrolled_by", sa.String(length=200), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(length=200), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("skew_ms", sa.BigInteger(), nullable=True),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("canteen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_devices")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_devices_token_digest")),
    )
    with op.batch_alter_table("devices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_devices_canteen_id"), ["canteen_id"], unique=False)

    op.create_table(
        "scan_exceptions",
        sa.Column("scan_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("meal", sa.String(length=40), nullable=False),
        sa.Column("redemption_ref", sa.String(length=40), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("canteen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("scan_id", "kind", name=op.f("pk_scan_exceptions")),
    )
    with op.batch_alter_table("scan_exceptions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scan_exceptions_canteen_id"), ["canteen_id"], unique=False)
        batch_op.create_index(
            "ix_scan_exceptions_canteen_id_service_date", ["canteen_id", "service_date"], unique=False
        )

    op.create_table(
        "offline_scans",
        sa.Column("scan_id", sa.String(length=40), nullable=False),
        sa.Column("device_ref", sa.String(length=40), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("code_sealed", sa.Text(), nullable=False),
        sa.Column("code_tail", sa.String(length=40), nullable=False),
        sa.Column("means", sa.String(length=40), nullable=False),
        sa.Column("intent", sa.String(length=40), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("told_fen", sa.BigInteger(), nullable=True),
        sa.Column("tender", sa.String(length=40), nullable=False),
        sa.Column("staff", sa.String(length=200), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_trusted", sa.Boolean(), nullable=False),
        sa.Column("canteen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "means IN ('gun', 'camera', 'typed', 'manual', 'courier', 'paper')", name=op.f("ck_offline_scans_means")
        ),
        sa.CheckConstraint("verdict IN ('ok', 'warn', 'bad')", name=op.f("ck_offline_scans_verdict")),
        sa.ForeignKeyConstraint(["device_ref"], ["devices.ref"], name=op.f("fk_offline_scans_device_ref")),
        sa.PrimaryKeyConstraint("scan_id", name=op.f("pk_offline_scans")),
    )
    with op.batch_alter_table("offline_scans", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offline_scans_canteen_id"), ["canteen_id"], unique=False)
        batch_op.create_index("ix_offline_scans_device_ref", ["device_ref", "number"], unique=False)

    op.create_table(
        "offline_outcomes",
        sa.Column("scan_id", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("redemption_ref", sa.String(length=40), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("canteen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("outcome IN ('served', 'fed', 'failed', 'noted')", name=op.f("ck_offline_outcomes_outcome")),
        sa.ForeignKeyConstraint(["scan_id"], ["offline_scans.scan_id"], name=op.f("fk_offline_outcomes_scan_id")),
        sa.PrimaryKeyConstraint("scan_id", name=op.f("pk_offline_outcomes")),
    )
    with op.batch_alter_table("offline_outcomes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offline_outcomes_canteen_id"), ["canteen_id"], unique=False)
        batch_op.create_index("ix_offline_outcomes_redemption_ref", ["redemption_ref"], unique=False)

    statements = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("offline_outcomes", schema=None) as batch_op:
        batch_op.drop_index("ix_offline_outcomes_redemption_ref")
        batch_op.drop_index(batch_op.f("ix_offline_outcomes_canteen_id"))

    op.drop_table("offline_outcomes")
    with op.batch_alter_table("offline_scans", schema=None) as batch_op:
        batch_op.drop_index("ix_offline_scans_device_ref")
        batch_op.drop_index(batch_op.f("ix_offline_scans_canteen_id"))

    op.drop_table("offline_scans")
    with op.batch_alter_table("scan_exceptions", schema=None) as batch_op:
        batch_op.drop_index("ix_scan_exceptions_canteen_id_service_date")
        batch_op.drop_index(batch_op.f("ix_scan_exceptions_canteen_id"))

    op.drop_table("scan_exceptions")
    with op.batch_alter_table("devices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_devices_canteen_id"))

    op.drop_table("devices")
