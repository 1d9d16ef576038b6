"""Numbered prep sheets, the cooks who hear of them, and counts of the till.

Revision 0011, after 0010.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


# What the database refuses whoever writes; as `canteen.foundation.guards` had it at this revision.
SQLITE = (
    """CREATE TRIGGER prep_sheets_no_update BEFORE UPDATE ON prep_sheets BEGIN SELECT RAISE(ABORT, 'append_only:prep_sheets'); END""",
    """CREATE TRIGGER prep_sheets_no_delete BEFORE DELETE ON prep_sheets BEGIN SELECT RAISE(ABORT, 'append_only:prep_sheets'); END""",
    """CREATE TRIGGER prep_sheets_no_replace BEFORE INSERT ON prep_sheets WHEN EXISTS (SELECT 1 FROM prep_sheets WHERE ("canteen_id" = NEW."canteen_id" AND "service_date" = NEW."service_date" AND "meal" = NEW."meal" AND "number" = NEW."number") OR ("id" = NEW."id")) BEGIN SELECT RAISE(ABORT, 'exists:prep_sheets'); END""",
    """CREATE TRIGGER till_counts_no_update BEFORE UPDATE ON till_counts BEGIN SELECT RAISE(ABORT, 'append_only:till_counts'); END""",
    """CREATE TRIGGER till_counts_no_delete BEFORE DELETE ON till_counts BEGIN SELECT RAISE(ABORT, 'append_only:till_counts'); END""",
    """CREATE TRIGGER till_counts_no_replace BEFORE INSERT ON till_counts WHEN EXISTS (SELECT 1 FROM till_counts WHERE ("canteen_id" = NEW."canteen_id" AND "number" = NEW."number") OR ("id" = NEW."id")) BEGIN SELECT RAISE(ABORT, 'exists:till_counts'); END""",
)

POSTGRESQL = (
    """CREATE TRIGGER prep_sheets_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON prep_sheets FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER till_counts_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON till_counts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
)

WIDE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables with their guards."""
    op.create_table(
        "cook_slips",
        sa.Column("id", WIDE, nullable=False),
        sa.Column("code_index", sa.String(length=200), nullable=False),
        sa.Column("cook", sa.String(length=40), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("issued_by", sa.String(length=200), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("canteen_id", WIDE, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cook_slips")),
        sa.UniqueConstraint("code_index", name=op.f("uq_cook_slips_code_index")),
    )
    op.create_index(op.f("ix_cook_slips_canteen_id"), "cook_slips", ["canteen_id"], unique=False)
    op.create_table(
        "prep_sheets",
        sa.Column("id", WIDE, nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("meal", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("locked_at", INSTANT, nullable=False),
        sa.Column("locked_by", sa.String(length=200), nullable=False),
        sa.Column("portions", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=200), nullable=False),
        sa.Column("canteen_id", WIDE, nullable=False),
        sa.CheckConstraint("meal IN ('breakfast', 'lunch', 'dinner')", name=op.f("ck_prep_sheets_meal")),
        sa.CheckConstraint("number > 0", name=op.f("ck_prep_sheets_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prep_sheets")),
        sa.UniqueConstraint(
            "canteen_id",
            "service_date",
            "meal",
            "number",
            name=op.f("uq_prep_sheets_canteen_id_service_date_meal_number"),
        ),
    )
    op.create_index(op.f("ix_prep_sheets_canteen_id"), "prep_sheets", ["canteen_id"], unique=False)
    op.create_table(
        "till_counts",
        sa.Column("id", WIDE, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("counter_name", sa.String(length=40), nullable=False),
        sa.Column("witness", sa.String(length=40), nullable=False),
        sa.Column("counted_fen", sa.BigInteger(), nullable=False),
        sa.Column("expected_fen", sa.BigInteger(), nullable=False),
        sa.Column("late_fen", sa.BigInteger(), nullable=False),
        sa.Column("explanation", sa.String(length=200), nullable=False),
        sa.Column("banked_fen", sa.BigInteger(), nullable=False),
        sa.Column("bank_slip", sa.String(length=200), nullable=False),
        sa.Column("book_seq", sa.Integer(), nullable=False),
        sa.Column("canteen_id", WIDE, nullable=False),
        sa.CheckConstraint("banked_fen = 0 OR bank_slip <> ''", name=op.f("ck_till_counts_bank_slip")),
        sa.CheckConstraint("counted_fen = expected_fen OR explanation <> ''", name=op.f("ck_till_counts_explanation")),
        sa.CheckConstraint("kind IN ('opening', 'closing')", name=op.f("ck_till_counts_kind")),
        sa.CheckConstraint("number > 0 AND (kind = 'opening') = (number % 2 = 1)", name=op.f("ck_till_counts_number")),
        sa.CheckConstraint("witness <> '' AND witness <> counter_name", name=op.f("ck_till_counts_two_names")),
        sa.CheckConstraint(
            "counted_fen >= 0 AND banked_fen >= 0 AND banked_fen <= counted_fen", name=op.f("ck_till_counts_amounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_counts")),
        sa.UniqueConstraint("canteen_id", "number", name=op.f("uq_till_counts_canteen_id_number")),
    )
    op.create_index(op.f("ix_till_counts_canteen_id"), "till_counts", ["canteen_id"], unique=False)
    op.create_table(
        "cook_accounts",
        sa.Column("id", WIDE, nullable=False),
        sa.Column("account", sa.String(length=200), nullable=False),
        sa.Column("cook", sa.String(length=40), nullable=False),
        sa.Column("slip_id", WIDE, nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by", sa.String(length=200), nullable=True),
        sa.Column("canteen_id", WIDE, nullable=False),
        sa.ForeignKeyConstraint(["slip_id"], ["cook_slips.id"], name=op.f("fk_cook_accounts_slip_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cook_accounts")),
        sa.UniqueConstraint("slip_id", name=op.f("uq_cook_accounts_slip_id")),
    )
    op.create_index(op.f("ix_cook_accounts_canteen_id"), "cook_accounts", ["canteen_id"], unique=False)
    op.create_index(
        "uq_cook_accounts_live",
        "cook_accounts",
        ["canteen_id", "account"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    for guard in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(guard)


def downgrade() -> None:
    """Take them away."""
    op.drop_index(
        "uq_cook_accounts_live",
        table_name="cook_accounts",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(op.f("ix_cook_accounts_canteen_id"), table_name="cook_accounts")
    op.drop_table("cook_accounts")
    op.drop_index(op.f("ix_till_counts_canteen_id"), table_name="till_counts")
    op.drop_table("till_counts")
    op.drop_index(op.f("ix_prep_sheets_canteen_id"), table_name="prep_sheets")
    op.drop_table("prep_sheets")
    op.drop_index(op.f("ix_cook_slips_canteen_id"), table_name="cook_slips")
    op.drop_table("cook_slips")
