"""Applications with their steps, and public notices.

Revision 0008, after 0007.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


# What the database refuses whoever writes; as `canteen.foundation.guards` had it at this revision.
SQLITE = (
    """CREATE TRIGGER applications_no_update BEFORE UPDATE ON applications BEGIN SELECT RAISE(ABORT, 'append_only:applications'); END""",
    """CREATE TRIGGER applications_no_delete BEFORE DELETE ON applications BEGIN SELECT RAISE(ABORT, 'append_only:applications'); END""",
    """CREATE TRIGGER applications_no_replace BEFORE INSERT ON applications WHEN EXISTS (SELECT 1 FROM applications WHERE ("id" = NEW."id") OR ("person_id" = NEW."person_id" AND "category" = NEW."category" AND "round" = NEW."round") OR ("ref" = NEW."ref")) BEGIN SELECT RAISE(ABORT, 'exists:applications'); END""",
    """CREATE TRIGGER application_steps_no_update BEFORE UPDATE ON application_steps BEGIN SELECT RAISE(ABORT, 'append_only:application_steps'); END""",
    """CREATE TRIGGER application_steps_no_delete BEFORE DELETE ON application_steps BEGIN SELECT RAISE(ABORT, 'append_only:application_steps'); END""",
    """CREATE TRIGGER application_steps_no_replace BEFORE INSERT ON application_steps WHEN EXISTS (SELECT 1 FROM application_steps WHERE ("application_id" = NEW."application_id" AND "number" = NEW."number")) BEGIN SELECT RAISE(ABORT, 'exists:application_steps'); END""",
    """CREATE TRIGGER public_notices_no_update BEFORE UPDATE ON public_notices BEGIN SELECT RAISE(ABORT, 'append_only:public_notices'); END""",
    """CREATE TRIGGER public_notices_no_delete BEFORE DELETE ON public_notices BEGIN SELECT RAISE(ABORT, 'append_only:public_notices'); END""",
    """CREATE TRIGGER public_notices_no_replace BEFORE INSERT ON public_notices WHEN EXISTS (SELECT 1 FROM public_notices WHERE ("id" = NEW."id") OR ("ref" = NEW."ref")) BEGIN SELECT RAISE(ABORT, 'exists:public_notices'); END""",
    """CREATE TRIGGER applications_rules BEFORE INSERT ON applications BEGIN
SELECT RAISE(ABORT, 'eligibility.already_open') WHERE NEW.round > 1 AND NOT EXISTS (SELECT 1 FROM applications a JOIN application_steps s ON s.application_id = a.id WHERE a.person_id = NEW.person_id AND a.category = NEW.category AND a.round = NEW.round - 1 AND s.step IN ('refused', 'withdrawn', 'ended'));
END""",
    """CREATE TRIGGER application_steps_rules BEFORE INSERT ON application_steps BEGIN
SELECT RAISE(ABORT, 'eligibility.step_order') WHERE NOT ((NEW.number = 1 AND NEW.step = 'applied') OR EXISTS (SELECT 1 FROM application_steps p WHERE p.application_id = NEW.application_id AND p.number = NEW.number - 1 AND ((p.step = 'applied' AND NEW.step IN ('assessed', 'refused', 'withdrawn')) OR (p.step = 'assessed' AND NEW.step IN ('noticed', 'refused', 'withdrawn')) OR (p.step = 'noticed' AND NEW.step IN ('objected', 'confirmed', 'refused', 'withdrawn')) OR (p.step = 'objected' AND NEW.step IN ('answered', 'refused', 'withdrawn')) OR (p.step = 'answered' AND NEW.step IN ('objected', 'confirmed', 'refused', 'withdrawn')) OR (p.step = 'confirmed' AND NEW.step IN ('renewed', 'ended')) OR (p.step = 'renewed' AND NEW.step IN ('renewed', 'ended')))));
SELECT RAISE(ABORT, 'eligibility.step_early') WHERE EXISTS (SELECT 1 FROM application_steps p WHERE p.application_id = NEW.application_id AND p.number = NEW.number - 1 AND p.on_day > NEW.on_day);
SELECT RAISE(ABORT, 'eligibility.same_eyes') WHERE NEW.step = 'confirmed' AND EXISTS (SELECT 1 FROM application_steps p WHERE p.application_id = NEW.application_id AND p.actor = NEW.actor AND p.step IN ('applied', 'assessed'));
SELECT RAISE(ABORT, 'eligibility.notice_running') WHERE NEW.step = 'confirmed' AND NOT EXISTS (SELECT 1 FROM application_steps p WHERE p.application_id = NEW.application_id AND p.step = 'noticed' AND EXISTS (SELECT 1 FROM public_notices n WHERE n.id = p.notice_id AND n.until_day <= NEW.on_day));
END""",
)

POSTGRESQL = (
    """CREATE TRIGGER applications_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON applications FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER application_steps_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON application_steps FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER public_notices_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON public_notices FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE OR REPLACE FUNCTION applications_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW.round > 1 AND NOT EXISTS (SELECT 1 FROM applications a JOIN application_steps s ON s.application_id = a.id WHERE a.person_id = NEW.person_id AND a.category = NEW.category AND a.round = NEW.round - 1 AND s.step IN ('refused', 'withdrawn', 'ended')) THEN
 RAISE EXCEPTION 'eligibility.already_open' USING ERRCODE = 'integrity_constraint_violation'; END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER applications_rules BEFORE INSERT ON applications FOR EACH ROW EXECUTE FUNCTION applications_rules()""",
    """CREATE OR REPLACE FUNCTION application_steps_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NOT ((NEW.number = 1 AND NEW.step = 'applied') OR EXISTS (SELECT 1 FROM application_steps p WHERE p.application_id = NEW.application_id AND p.number = NEW.number - 1 AND ((p.step = 'applied' AND NEW.step IN ('assessed', 'refused', 'withdrawn')) OR (p.step = 'assessed' AND NEW.step IN ('noticed', 'refused', 'withdrawn')) OR (p.step = 'noticed' AND NEW.step IN ('objected', 'confirmed', 'refused', 'withdrawn')) OR (p.step = 'objected' AND NEW.step IN ('answered', 'refused', 'withdrawn')) OR (p.step = 'answered' AND NEW.step IN ('objected', 'confirmed', 'refused', 'withdrawn')) OR (p.step = 'confirmed' AND NEW.step IN ('renewed', 'ended')) OR (p.step = 'renewed' AND NEW.step IN ('renewed', 'ended'))))) THEN
 RAISE EXCEPTION 'eligibility.step_order' USING ERRCODE = 'integrity_constraint_violation'; END IF;
IF EXISTS (SELECT 1 FROM application_steps p WHERE p.application_id = NEW.application_id AND p.number = NEW.number - 1 AND p.on_day > NEW.on_day) THEN
 RAISE EXCEPTION 'eligibility.step_early' USING ERRCODE = 'integrity_constraint_violation'; END IF;
IF NEW.step = 'confirmed' AND EXISTS (SELECT 1 FROM application_steps p WHERE p.application_id = NEW.application_id AND p.actor = NEW.actor AND p.step IN ('applied', 'assessed')) THEN
 RAISE EXCEPTION 'eligibility.same_eyes' USING ERRCODE = 'integrity_constraint_violation'; END IF;
IF NEW.step = 'confirmed' AND NOT EXISTS (SELECT 1 FROM application_steps p WHERE p.application_id = NEW.application_id AND p.step = 'noticed' AND EXISTS (SELECT 1 FROM public_notices n WHERE n.id = p.notice_id AND n.until_day <= NEW.on_day)) THEN
 RAISE EXCEPTION 'eligibility.notice_running' USING ERRCODE = 'integrity_constraint_violation'; END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER application_steps_rules BEFORE INSERT ON application_steps FOR EACH ROW EXECUTE FUNCTION application_steps_rules()""",
)


def upgrade() -> None:
    # ### commands auto generated by Alembic - please adjust! ###
    op.create_table(
        "public_notices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("region_code", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("day_kind", sa.String(length=40), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=False),
        sa.Column("published_by", sa.String(length=200), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("day_kind IN ('working', 'calendar')", name=op.f("ck_public_notices_day_kind")),
        sa.CheckConstraint("from_day < until_day AND days > 0", name=op.f("ck_public_notices_days")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_public_notices_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_notices")),
        sa.UniqueConstraint("ref", name=op.f("uq_public_notices_ref")),
    )
    with op.batch_alter_table("public_notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_public_notices_region_code"), ["region_code"], unique=False)

    op.create_table(
        "applications",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("region_code", sa.String(length=40), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.CheckConstraint("channel IN ('staff', 'wechat')", name=op.f("ck_applications_channel")),
        sa.CheckConstraint("round > 0", name=op.f("ck_applications_round")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_applications_person_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_applications_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
        sa.UniqueConstraint("person_id", "category", "round", name=op.f("uq_applications_person_id_category_round")),
        sa.UniqueConstraint("ref", name=op.f("uq_applications_ref")),
    )
    with op.batch_alter_table("applications", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_applications_region_code"), ["region_code"], unique=False)

    op.create_table(
        "application_steps",
        sa.Column("application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("evidence", sa.String(length=200), nullable=False),
        sa.Column("to_bring", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=True),
        sa.Column("notice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("fact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recheck_on", sa.Date(), nullable=True),
        sa.CheckConstraint("(step = 'assessed') = (category IS NOT NULL)", name=op.f("ck_application_steps_category")),
        sa.CheckConstraint("(step = 'noticed') = (notice_id IS NOT NULL)", name=op.f("ck_application_steps_notice")),
        sa.CheckConstraint(
            "(step IN ('confirmed', 'renewed')) = (recheck_on IS NOT NULL)", name=op.f("ck_application_steps_recheck")
        ),
        sa.CheckConstraint(
            "(step IN ('confirmed', 'renewed', 'ended')) = (fact_id IS NOT NULL)",
            name=op.f("ck_application_steps_fact"),
        ),
        sa.CheckConstraint(
            "step IN ('applied', 'assessed', 'noticed', 'objected', 'answered', 'confirmed', 'renewed', 'refused', 'withdrawn', 'ended')",
            name=op.f("ck_application_steps_step"),
        ),
        sa.CheckConstraint(
            "step IN ('applied', 'noticed', 'withdrawn') OR evidence <> ''", name=op.f("ck_application_steps_evidence")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_application_steps_application_id")
        ),
        sa.ForeignKeyConstraint(["fact_id"], ["facts.id"], name=op.f("fk_application_steps_fact_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["public_notices.id"], name=op.f("fk_application_steps_notice_id")),
        sa.PrimaryKeyConstraint("application_id", "number", name=op.f("pk_application_steps")),
    )
    with op.batch_alter_table("application_steps", schema=None) as batch_op:
        batch_op.create_index("ix_application_steps_notice_id", ["notice_id"], unique=False)

    # ### end Alembic commands ###
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    # ### commands auto generated by Alembic - please adjust! ###
    with op.batch_alter_table("application_steps", schema=None) as batch_op:
        batch_op.drop_index("ix_application_steps_notice_id")

    op.drop_table("application_steps")
    with op.batch_alter_table("applications", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_applications_region_code"))

    op.drop_table("applications")
    with op.batch_alter_table("public_notices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_public_notices_region_code"))

    op.drop_table("public_notices")
    # ### end Alembic commands ###
