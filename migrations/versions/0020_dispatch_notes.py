"""What a central kitchen sends, and what of it comes.

Revision 0020, after 0019.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


# What the database refuses whoever writes; as `canteen.foundation.guards` had it at this revision.
SQLITE = (
    """CREATE TRIGGER dispatch_notes_no_update BEFORE UPDATE ON dispatch_notes BEGIN SELECT RAISE(ABORT, 'append_only:dispatch_notes'); END""",
    """CREATE TRIGGER dispatch_notes_no_delete BEFORE DELETE ON dispatch_notes BEGIN SELECT RAISE(ABORT, 'append_only:dispatch_notes'); END""",
    """CREATE TRIGGER dispatch_notes_no_replace BEFORE INSERT ON dispatch_notes WHEN EXISTS (SELECT 1 FROM dispatch_notes WHERE ("id" = NEW."id") OR ("ref" = NEW."ref") OR ("site_id" = NEW."site_id" AND "service_date" = NEW."service_date" AND "meal" = NEW."meal" AND "number" = NEW."number")) BEGIN SELECT RAISE(ABORT, 'exists:dispatch_notes'); END""",
    """CREATE TRIGGER dispatch_receipts_no_update BEFORE UPDATE ON dispatch_receipts BEGIN SELECT RAISE(ABORT, 'append_only:dispatch_receipts'); END""",
    """CREATE TRIGGER dispatch_receipts_no_delete BEFORE DELETE ON dispatch_receipts BEGIN SELECT RAISE(ABORT, 'append_only:dispatch_receipts'); END""",
    """CREATE TRIGGER dispatch_receipts_no_replace BEFORE INSERT ON dispatch_receipts WHEN EXISTS (SELECT 1 FROM dispatch_receipts WHERE ("note_id" = NEW."note_id")) BEGIN SELECT RAISE(ABORT, 'exists:dispatch_receipts'); END""",
)

POSTGRESQL = (
    """CREATE TRIGGER dispatch_notes_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON dispatch_notes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER dispatch_receipts_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON dispatch_receipts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
)

WIDE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables with their guards."""
    op.create_table(
        "dispatch_notes",
        sa.Column("id", WIDE, nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("site_id", WIDE, nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("meal", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("dishes", sa.JSON(), nullable=False),
        sa.Column("celsius_tenths", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(length=200), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        sa.Column("sent_by", sa.String(length=200), nullable=False),
        sa.Column("canteen_id", WIDE, nullable=False),
        sa.CheckConstraint("celsius_tenths >= 600 OR measure <> ''", name=op.f("ck_dispatch_notes_measure")),
        sa.CheckConstraint("meal IN ('breakfast', 'lunch', 'dinner', 'snack')", name=op.f("ck_dispatch_notes_meal")),
        sa.ForeignKeyConstraint(["site_id"], ["canteens.id"], name=op.f("fk_dispatch_notes_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatch_notes")),
        sa.UniqueConstraint("ref", name=op.f("uq_dispatch_notes_ref")),
        sa.UniqueConstraint(
            "site_id", "service_date", "meal", "number", name=op.f("uq_dispatch_notes_site_id_service_date_meal_number")
        ),
    )
    op.create_index(op.f("ix_dispatch_notes_canteen_id"), "dispatch_notes", ["canteen_id"], unique=False)
    op.create_table(
        "dispatch_receipts",
        sa.Column("note_id", WIDE, nullable=False),
        sa.Column("dishes", sa.JSON(), nullable=False),
        sa.Column("celsius_tenths", sa.Integer(), nullable=False),
        sa.Column("is_equal", sa.Boolean(), nullable=False),
        sa.Column("explanation", sa.String(length=200), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("received_by", sa.String(length=200), nullable=False),
        sa.Column("canteen_id", WIDE, nullable=False),
        sa.CheckConstraint(
            "(is_equal AND celsius_tenths >= 600) OR explanation <> ''", name=op.f("ck_dispatch_receipts_explanation")
        ),
        sa.ForeignKeyConstraint(["note_id"], ["dispatch_notes.id"], name=op.f("fk_dispatch_receipts_note_id")),
        sa.PrimaryKeyConstraint("note_id", name=op.f("pk_dispatch_receipts")),
    )
    op.create_index(op.f("ix_dispatch_receipts_canteen_id"), "dispatch_receipts", ["canteen_id"], unique=False)
    for guard in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(guard)


def downgrade() -> None:
    """Take them away."""
    op.drop_index(op.f("ix_dispatch_receipts_canteen_id"), table_name="dispatch_receipts")
    op.drop_table("dispatch_receipts")
    op.drop_index(op.f("ix_dispatch_notes_canteen_id"), table_name="dispatch_notes")
    op.drop_table("dispatch_notes")
