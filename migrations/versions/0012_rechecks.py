"""Lists of other offices, and what the columns of lists mean.

Revision 0012, after 0011.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# What the database refuses whoever writes; as `canteen.foundation.guards` had it at this revision.
SQLITE = (
    """CREATE TRIGGER rechecks_no_update BEFORE UPDATE ON rechecks BEGIN SELECT RAISE(ABORT, 'append_only:rechecks'); END""",
    """CREATE TRIGGER rechecks_no_delete BEFORE DELETE ON rechecks BEGIN SELECT RAISE(ABORT, 'append_only:rechecks'); END""",
    """CREATE TRIGGER rechecks_no_replace BEFORE INSERT ON rechecks WHEN EXISTS (SELECT 1 FROM rechecks WHERE ("id" = NEW."id") OR ("ref" = NEW."ref")) BEGIN SELECT RAISE(ABORT, 'exists:rechecks'); END""",
    """CREATE TRIGGER recheck_lines_no_update BEFORE UPDATE ON recheck_lines BEGIN SELECT RAISE(ABORT, 'append_only:recheck_lines'); END""",
    """CREATE TRIGGER recheck_lines_no_delete BEFORE DELETE ON recheck_lines BEGIN SELECT RAISE(ABORT, 'append_only:recheck_lines'); END""",
    """CREATE TRIGGER recheck_lines_no_replace BEFORE INSERT ON recheck_lines WHEN EXISTS (SELECT 1 FROM recheck_lines WHERE ("recheck_id" = NEW."recheck_id" AND "number" = NEW."number")) BEGIN SELECT RAISE(ABORT, 'exists:recheck_lines'); END""",
    """CREATE TRIGGER recheck_decisions_no_update BEFORE UPDATE ON recheck_decisions BEGIN SELECT RAISE(ABORT, 'append_only:recheck_decisions'); END""",
    """CREATE TRIGGER recheck_decisions_no_delete BEFORE DELETE ON recheck_decisions BEGIN SELECT RAISE(ABORT, 'append_only:recheck_decisions'); END""",
    """CREATE TRIGGER recheck_decisions_no_replace BEFORE INSERT ON recheck_decisions WHEN EXISTS (SELECT 1 FROM recheck_decisions WHERE ("recheck_id" = NEW."recheck_id" AND "number" = NEW."number")) BEGIN SELECT RAISE(ABORT, 'exists:recheck_decisions'); END""",
    """CREATE TRIGGER recheck_withdrawals_no_update BEFORE UPDATE ON recheck_withdrawals BEGIN SELECT RAISE(ABORT, 'append_only:recheck_withdrawals'); END""",
    """CREATE TRIGGER recheck_withdrawals_no_delete BEFORE DELETE ON recheck_withdrawals BEGIN SELECT RAISE(ABORT, 'append_only:recheck_withdrawals'); END""",
    """CREATE TRIGGER recheck_withdrawals_no_replace BEFORE INSERT ON recheck_withdrawals WHEN EXISTS (SELECT 1 FROM recheck_withdrawals WHERE ("recheck_id" = NEW."recheck_id")) BEGIN SELECT RAISE(ABORT, 'exists:recheck_withdrawals'); END""",
    """CREATE TRIGGER recheck_decisions_rules BEFORE INSERT ON recheck_decisions BEGIN
SELECT RAISE(ABORT, 'eligibility.recheck_no_line') WHERE NOT EXISTS (SELECT 1 FROM rechecks r JOIN recheck_lines l ON l.recheck_id = r.id WHERE r.id = NEW.recheck_id AND l.number = NEW.number);
SELECT RAISE(ABORT, 'eligibility.recheck_second_person') WHERE NEW.verdict = 'done' AND EXISTS (SELECT 1 FROM rechecks r JOIN recheck_lines l ON l.recheck_id = r.id WHERE r.id = NEW.recheck_id AND l.number = NEW.number AND l.outcome IN ('ended', 'died', 'missing') AND r.ending_count * 20 > r.standing_count AND r.taken_by = NEW.actor);
SELECT RAISE(ABORT, 'eligibility.recheck_withdrawn') WHERE EXISTS (SELECT 1 FROM recheck_withdrawals w WHERE w.recheck_id = NEW.recheck_id);
END""",
)

POSTGRESQL = (
    """CREATE TRIGGER rechecks_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON rechecks FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER recheck_lines_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON recheck_lines FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER recheck_decisions_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON recheck_decisions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER recheck_withdrawals_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON recheck_withdrawals FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE OR REPLACE FUNCTION recheck_decisions_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NOT EXISTS (SELECT 1 FROM rechecks r JOIN recheck_lines l ON l.recheck_id = r.id WHERE r.id = NEW.recheck_id AND l.number = NEW.number) THEN
 RAISE EXCEPTION 'eligibility.recheck_no_line' USING ERRCODE = 'integrity_constraint_violation'; END IF;
IF NEW.verdict = 'done' AND EXISTS (SELECT 1 FROM rechecks r JOIN recheck_lines l ON l.recheck_id = r.id WHERE r.id = NEW.recheck_id AND l.number = NEW.number AND l.outcome IN ('ended', 'died', 'missing') AND r.ending_count * 20 > r.standing_count AND r.taken_by = NEW.actor) THEN
 RAISE EXCEPTION 'eligibility.recheck_second_person' USING ERRCODE = 'integrity_constraint_violation'; END IF;
IF EXISTS (SELECT 1 FROM recheck_withdrawals w WHERE w.recheck_id = NEW.recheck_id) THEN
 RAISE EXCEPTION 'eligibility.recheck_withdrawn' USING ERRCODE = 'integrity_constraint_violation'; END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER recheck_decisions_rules BEFORE INSERT ON recheck_decisions FOR EACH ROW EXECUTE FUNCTION recheck_decisions_rules()""",
)


def upgrade() -> None:
    # ### commands auto generated by Alembic - please adjust! ###
    op.create_table(
        "column_names",
        sa.Column("region_code", sa.String(length=40), nullable=False),
        sa.Column("list_kind", sa.String(length=40), nullable=False),
        sa.Column("heading", sa.String(length=200), nullable=False),
        sa.Column("column_name", sa.String(length=40), nullable=False),
        sa.Column("told_by", sa.String(length=200), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_column_names_region_code")),
        sa.PrimaryKeyConstraint("region_code", "list_kind", "heading", name=op.f("pk_column_names")),
    )
    op.create_table(
        "rechecks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("region_code", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("is_full", sa.Boolean(), nullable=False),
        sa.Column("list_day", sa.Date(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("content_digest", sa.String(length=200), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("unchanged_count", sa.Integer(), nullable=False),
        sa.Column("unknown_count", sa.Integer(), nullable=False),
        sa.Column("wrong_count", sa.Integer(), nullable=False),
        sa.Column("standing_count", sa.Integer(), nullable=False),
        sa.Column("ending_count", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("kind <> 'death' OR NOT is_full", name=op.f("ck_rechecks_full")),
        sa.CheckConstraint("kind IN ('category', 'scheme', 'death')", name=op.f("ck_rechecks_kind")),
        sa.CheckConstraint("standing_count >= 0 AND ending_count >= 0", name=op.f("ck_rechecks_counts")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_rechecks_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rechecks")),
        sa.UniqueConstraint("ref", name=op.f("uq_rechecks_ref")),
    )
    with op.batch_alter_table("rechecks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rechecks_region_code"), ["region_code"], unique=False)

    op.create_table(
        "recheck_decisions",
        sa.Column("recheck_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("verdict IN ('done', 'kept', 'moved')", name=op.f("ck_recheck_decisions_verdict")),
        sa.ForeignKeyConstraint(["recheck_id"], ["rechecks.id"], name=op.f("fk_recheck_decisions_recheck_id")),
        sa.PrimaryKeyConstraint("recheck_id", "number", name=op.f("pk_recheck_decisions")),
    )
    op.create_table(
        "recheck_withdrawals",
        sa.Column("recheck_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["recheck_id"], ["rechecks.id"], name=op.f("fk_recheck_withdrawals_recheck_id")),
        sa.PrimaryKeyConstraint("recheck_id", name=op.f("pk_recheck_withdrawals")),
    )
    op.create_table(
        "recheck_lines",
        sa.Column("recheck_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("fact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("(outcome IN ('new', 'died')) = (fact_id IS NULL)", name=op.f("ck_recheck_lines_fact")),
        sa.CheckConstraint(
            "outcome IN ('new', 'renewed', 'ended', 'died', 'missing')", name=op.f("ck_recheck_lines_outcome")
        ),
        sa.ForeignKeyConstraint(["fact_id"], ["facts.id"], name=op.f("fk_recheck_lines_fact_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_recheck_lines_person_id")),
        sa.ForeignKeyConstraint(["recheck_id"], ["rechecks.id"], name=op.f("fk_recheck_lines_recheck_id")),
        sa.PrimaryKeyConstraint("recheck_id", "number", name=op.f("pk_recheck_lines")),
    )
    with op.batch_alter_table("recheck_lines", schema=None) as batch_op:
        batch_op.create_index("ix_recheck_lines_person_id", ["person_id"], unique=False)

    # ### end Alembic commands ###
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    # ### commands auto generated by Alembic - please adjust! ###
    with op.batch_alter_table("recheck_lines", schema=None) as batch_op:
        batch_op.drop_index("ix_recheck_lines_person_id")

    op.drop_table("recheck_lines")
    op.drop_table("recheck_withdrawals")
    op.drop_table("recheck_decisions")
    with op.batch_alter_table("rechecks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rechecks_region_code"))

    op.drop_table("rechecks")
    op.drop_table("column_names")
    # ### end Alembic commands ###
