"""What canteens bring along when they go live; meals drawn to be asked about.

Revision 0029, after 0028.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


# What the database refuses whoever writes; as `canteen.foundation.guards` had it at this revision.
SQLITE = (
    """CREATE TRIGGER openings_no_update BEFORE UPDATE ON openings BEGIN SELECT RAISE(ABORT, 'append_only:openings'); END""",
    """CREATE TRIGGER openings_no_delete BEFORE DELETE ON openings BEGIN SELECT RAISE(ABORT, 'append_only:openings'); END""",
    """CREATE TRIGGER openings_no_replace BEFORE INSERT ON openings WHEN EXISTS (SELECT 1 FROM openings WHERE ("canteen_id" = NEW."canteen_id") OR ("id" = NEW."id") OR ("ref" = NEW."ref")) BEGIN SELECT RAISE(ABORT, 'exists:openings'); END""",
    """CREATE TRIGGER opening_signatures_no_update BEFORE UPDATE ON opening_signatures BEGIN SELECT RAISE(ABORT, 'append_only:opening_signatures'); END""",
    """CREATE TRIGGER opening_signatures_no_delete BEFORE DELETE ON opening_signatures BEGIN SELECT RAISE(ABORT, 'append_only:opening_signatures'); END""",
    """CREATE TRIGGER opening_signatures_no_replace BEFORE INSERT ON opening_signatures WHEN EXISTS (SELECT 1 FROM opening_signatures WHERE ("opening_id" = NEW."opening_id")) BEGIN SELECT RAISE(ABORT, 'exists:opening_signatures'); END""",
    """CREATE TRIGGER opening_signatures_rules BEFORE INSERT ON opening_signatures BEGIN
SELECT RAISE(ABORT, 'treasury.same_eyes') WHERE EXISTS (SELECT 1 FROM openings o WHERE o.id = NEW.opening_id AND o.actor = NEW.actor);
END""",
    """CREATE TRIGGER spot_samples_no_update BEFORE UPDATE ON spot_samples BEGIN SELECT RAISE(ABORT, 'append_only:spot_samples'); END""",
    """CREATE TRIGGER spot_samples_no_delete BEFORE DELETE ON spot_samples BEGIN SELECT RAISE(ABORT, 'append_only:spot_samples'); END""",
    """CREATE TRIGGER spot_samples_no_replace BEFORE INSERT ON spot_samples WHEN EXISTS (SELECT 1 FROM spot_samples WHERE ("id" = NEW."id") OR ("ref" = NEW."ref")) BEGIN SELECT RAISE(ABORT, 'exists:spot_samples'); END""",
    """CREATE TRIGGER spot_meals_no_update BEFORE UPDATE ON spot_meals BEGIN SELECT RAISE(ABORT, 'append_only:spot_meals'); END""",
    """CREATE TRIGGER spot_meals_no_delete BEFORE DELETE ON spot_meals BEGIN SELECT RAISE(ABORT, 'append_only:spot_meals'); END""",
    """CREATE TRIGGER spot_meals_no_replace BEFORE INSERT ON spot_meals WHEN EXISTS (SELECT 1 FROM spot_meals WHERE ("sample_id" = NEW."sample_id" AND "redemption_ref" = NEW."redemption_ref")) BEGIN SELECT RAISE(ABORT, 'exists:spot_meals'); END""",
    """CREATE TRIGGER spot_answers_no_update BEFORE UPDATE ON spot_answers BEGIN SELECT RAISE(ABORT, 'append_only:spot_answers'); END""",
    """CREATE TRIGGER spot_answers_no_delete BEFORE DELETE ON spot_answers BEGIN SELECT RAISE(ABORT, 'append_only:spot_answers'); END""",
    """CREATE TRIGGER spot_answers_no_replace BEFORE INSERT ON spot_answers WHEN EXISTS (SELECT 1 FROM spot_answers WHERE ("sample_id" = NEW."sample_id" AND "redemption_ref" = NEW."redemption_ref")) BEGIN SELECT RAISE(ABORT, 'exists:spot_answers'); END""",
)

POSTGRESQL = (
    """CREATE TRIGGER openings_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON openings FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER opening_signatures_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON opening_signatures FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE OR REPLACE FUNCTION opening_signatures_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (SELECT 1 FROM openings o WHERE o.id = NEW.opening_id AND o.actor = NEW.actor) THEN
 RAISE EXCEPTION 'treasury.same_eyes' USING ERRCODE = 'integrity_constraint_violation'; END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER opening_signatures_rules BEFORE INSERT ON opening_signatures FOR EACH ROW EXECUTE FUNCTION opening_signatures_rules()""",
    """CREATE TRIGGER spot_samples_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON spot_samples FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER spot_meals_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON spot_meals FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER spot_answers_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON spot_answers FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
)


def upgrade() -> None:
    op.create_table(
        "openings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("live_on", sa.Date(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=200), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("canteen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("document <> ''", name=op.f("ck_openings_document")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_openings")),
        sa.UniqueConstraint("canteen_id", name=op.f("uq_openings_canteen_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_openings_ref")),
    )
    with op.batch_alter_table("openings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_openings_canteen_id"), ["canteen_id"], unique=False)

    op.create_table(
        "spot_samples",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=False),
        sa.Column("seed", sa.String(length=200), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_day < until_day AND population > 0", name=op.f("ck_spot_samples_days")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_samples")),
        sa.UniqueConstraint("ref", name=op.f("uq_spot_samples_ref")),
    )
    op.create_table(
        "opening_signatures",
        sa.Column("opening_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["opening_id"], ["openings.id"], name=op.f("fk_opening_signatures_opening_id")),
        sa.PrimaryKeyConstraint("opening_id", name=op.f("pk_opening_signatures")),
    )
    op.create_table(
        "spot_meals",
        sa.Column("sample_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("redemption_ref", sa.String(length=40), nullable=False),
        sa.Column("canteen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["redemption_ref"], ["redemptions.ref"], name=op.f("fk_spot_meals_redemption_ref")),
        sa.ForeignKeyConstraint(["sample_id"], ["spot_samples.id"], name=op.f("fk_spot_meals_sample_id")),
        sa.PrimaryKeyConstraint("sample_id", "redemption_ref", name=op.f("pk_spot_meals")),
    )
    with op.batch_alter_table("spot_meals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_spot_meals_canteen_id"), ["canteen_id"], unique=False)

    op.create_table(
        "spot_answers",
        sa.Column("sample_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("redemption_ref", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("answer IN ('right', 'wrong', 'unclear', 'unreached')", name=op.f("ck_spot_answers_answer")),
        sa.ForeignKeyConstraint(
            ["sample_id", "redemption_ref"],
            ["spot_meals.sample_id", "spot_meals.redemption_ref"],
            name="fk_spot_answers_call",
        ),
        sa.PrimaryKeyConstraint("sample_id", "redemption_ref", name=op.f("pk_spot_answers")),
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("spot_answers")
    with op.batch_alter_table("spot_meals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_spot_meals_canteen_id"))

    op.drop_table("spot_meals")
    op.drop_table("opening_signatures")
    op.drop_table("spot_samples")
    with op.batch_alter_table("openings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_openings_canteen_id"))

    op.drop_table("openings")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION opening_signatures_rules()")
