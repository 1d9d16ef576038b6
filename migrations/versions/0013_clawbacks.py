"""treasury more.

Revision 0013, after 0012.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


# What the database refuses whoever writes; as `canteen.foundation.guards` had it at this revision.
SQLITE = (
    """CREATE TRIGGER clawbacks_no_update BEFORE UPDATE ON clawbacks BEGIN SELECT RAISE(ABORT, 'append_only:clawbacks'); END""",
    """CREATE TRIGGER clawbacks_no_delete BEFORE DELETE ON clawbacks BEGIN SELECT RAISE(ABORT, 'append_only:clawbacks'); END""",
    """CREATE TRIGGER clawbacks_no_replace BEFORE INSERT ON clawbacks WHEN EXISTS (SELECT 1 FROM clawbacks WHERE ("id" = NEW."id") OR ("ref" = NEW."ref")) BEGIN SELECT RAISE(ABORT, 'exists:clawbacks'); END""",
    """CREATE TRIGGER clawback_meals_no_update BEFORE UPDATE ON clawback_meals BEGIN SELECT RAISE(ABORT, 'append_only:clawback_meals'); END""",
    """CREATE TRIGGER clawback_meals_no_delete BEFORE DELETE ON clawback_meals BEGIN SELECT RAISE(ABORT, 'append_only:clawback_meals'); END""",
    """CREATE TRIGGER clawback_meals_no_replace BEFORE INSERT ON clawback_meals WHEN EXISTS (SELECT 1 FROM clawback_meals WHERE ("redemption_ref" = NEW."redemption_ref")) BEGIN SELECT RAISE(ABORT, 'exists:clawback_meals'); END""",
    """CREATE TRIGGER clawback_decisions_no_update BEFORE UPDATE ON clawback_decisions BEGIN SELECT RAISE(ABORT, 'append_only:clawback_decisions'); END""",
    """CREATE TRIGGER clawback_decisions_no_delete BEFORE DELETE ON clawback_decisions BEGIN SELECT RAISE(ABORT, 'append_only:clawback_decisions'); END""",
    """CREATE TRIGGER clawback_decisions_no_replace BEFORE INSERT ON clawback_decisions WHEN EXISTS (SELECT 1 FROM clawback_decisions WHERE ("clawback_id" = NEW."clawback_id")) BEGIN SELECT RAISE(ABORT, 'exists:clawback_decisions'); END""",
    """CREATE TRIGGER donation_agreements_no_update BEFORE UPDATE ON donation_agreements BEGIN SELECT RAISE(ABORT, 'append_only:donation_agreements'); END""",
    """CREATE TRIGGER donation_agreements_no_delete BEFORE DELETE ON donation_agreements BEGIN SELECT RAISE(ABORT, 'append_only:donation_agreements'); END""",
    """CREATE TRIGGER donation_agreements_no_replace BEFORE INSERT ON donation_agreements WHEN EXISTS (SELECT 1 FROM donation_agreements WHERE ("funder_code" = NEW."funder_code")) BEGIN SELECT RAISE(ABORT, 'exists:donation_agreements'); END""",
    """CREATE TRIGGER clawback_meals_rules BEFORE INSERT ON clawback_meals BEGIN
SELECT RAISE(ABORT, 'treasury.step_order') WHERE EXISTS (SELECT 1 FROM clawback_decisions d WHERE d.clawback_id = NEW.clawback_id);
END""",
    """CREATE TRIGGER clawback_decisions_rules BEFORE INSERT ON clawback_decisions BEGIN
SELECT RAISE(ABORT, 'treasury.same_eyes') WHERE EXISTS (SELECT 1 FROM clawbacks c WHERE c.id = NEW.clawback_id AND c.actor = NEW.actor);
END""",
)

POSTGRESQL = (
    """CREATE TRIGGER clawbacks_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON clawbacks FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER clawback_meals_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON clawback_meals FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER clawback_decisions_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON clawback_decisions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER donation_agreements_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON donation_agreements FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE OR REPLACE FUNCTION clawback_meals_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (SELECT 1 FROM clawback_decisions d WHERE d.clawback_id = NEW.clawback_id) THEN
 RAISE EXCEPTION 'treasury.step_order' USING ERRCODE = 'integrity_constraint_violation'; END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER clawback_meals_rules BEFORE INSERT ON clawback_meals FOR EACH ROW EXECUTE FUNCTION clawback_meals_rules()""",
    """CREATE OR REPLACE FUNCTION clawback_decisions_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (SELECT 1 FROM clawbacks c WHERE c.id = NEW.clawback_id AND c.actor = NEW.actor) THEN
 RAISE EXCEPTION 'treasury.same_eyes' USING ERRCODE = 'integrity_constraint_violation'; END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER clawback_decisions_rules BEFORE INSERT ON clawback_decisions FOR EACH ROW EXECUTE FUNCTION clawback_decisions_rules()""",
)
# A batch whose transfers all bring money back is a repayment, and may be approved.
BATCHES = {
    "sqlite": """CREATE TRIGGER batch_steps_rules BEFORE INSERT ON batch_steps BEGIN
SELECT RAISE(ABORT, 'treasury.same_eyes') WHERE NEW.step = 'approved' AND EXISTS (SELECT 1 FROM payment_batches b WHERE b.id = NEW.batch_id AND b.actor = NEW.actor);
SELECT RAISE(ABORT, 'treasury.transfer_negative') WHERE NEW.step = 'approved' AND EXISTS (SELECT 1 FROM payment_items i WHERE i.batch_id = NEW.batch_id GROUP BY i.operator_id HAVING sum(i.amount_fen) < 0 AND max(i.amount_fen) > 0);
END""",
    "postgresql": """CREATE OR REPLACE FUNCTION batch_steps_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW.step = 'approved' AND EXISTS (SELECT 1 FROM payment_batches b WHERE b.id = NEW.batch_id AND b.actor = NEW.actor) THEN
 RAISE EXCEPTION 'treasury.same_eyes' USING ERRCODE = 'integrity_constraint_violation'; END IF;
IF NEW.step = 'approved' AND EXISTS (SELECT 1 FROM payment_items i WHERE i.batch_id = NEW.batch_id GROUP BY i.operator_id HAVING sum(i.amount_fen) < 0 AND max(i.amount_fen) > 0) THEN
 RAISE EXCEPTION 'treasury.transfer_negative' USING ERRCODE = 'integrity_constraint_violation'; END IF;
RETURN NEW;
END $$""",
}
BATCHES_BEFORE = {
    "sqlite": """CREATE TRIGGER batch_steps_rules BEFORE INSERT ON batch_steps BEGIN
SELECT RAISE(ABORT, 'treasury.same_eyes') WHERE NEW.step = 'approved' AND EXISTS (SELECT 1 FROM payment_batches b WHERE b.id = NEW.batch_id AND b.actor = NEW.actor);
SELECT RAISE(ABORT, 'treasury.transfer_negative') WHERE NEW.step = 'approved' AND EXISTS (SELECT 1 FROM payment_items i WHERE i.batch_id = NEW.batch_id GROUP BY i.operator_id HAVING sum(i.amount_fen) < 0);
END""",
    "postgresql": """CREATE OR REPLACE FUNCTION batch_steps_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW.step = 'approved' AND EXISTS (SELECT 1 FROM payment_batches b WHERE b.id = NEW.batch_id AND b.actor = NEW.actor) THEN
 RAISE EXCEPTION 'treasury.same_eyes' USING ERRCODE = 'integrity_constraint_violation'; END IF;
IF NEW.step = 'approved' AND EXISTS (SELECT 1 FROM payment_items i WHERE i.batch_id = NEW.batch_id GROUP BY i.operator_id HAVING sum(i.amount_fen) < 0) THEN
 RAISE EXCEPTION 'treasury.transfer_negative' USING ERRCODE = 'integrity_constraint_violation'; END IF;
RETURN NEW;
END $$""",
}

FUNCTIONS = (
    "clawback_decisions_rules",
    "clawback_meals_rules",
)


def replace_batch_rules(texts: dict[str, str]) -> None:
    """Put another text of the rules of batches in the place of the one before."""
    dialect = op.get_bind().dialect.name
    if dialect == "sqlite":
        op.execute("DROP TRIGGER batch_steps_rules")
    op.execute(texts[dialect])


def upgrade() -> None:
    replace_batch_rules(BATCHES)
    # ### commands auto generated by Alembic - please adjust! ###
    op.create_table(
        "clawbacks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("penalty_fen", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("canteen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("document <> '' AND reason <> ''", name=op.f("ck_clawbacks_grounds")),
        sa.CheckConstraint("penalty_fen >= 0", name=op.f("ck_clawbacks_penalty")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clawbacks")),
        sa.UniqueConstraint("ref", name=op.f("uq_clawbacks_ref")),
    )
    with op.batch_alter_table("clawbacks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clawbacks_canteen_id"), ["canteen_id"], unique=False)

    op.create_table(
        "clawback_decisions",
        sa.Column("clawback_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clawback_id"], ["clawbacks.id"], name=op.f("fk_clawback_decisions_clawback_id")),
        sa.PrimaryKeyConstraint("clawback_id", name=op.f("pk_clawback_decisions")),
    )
    op.create_table(
        "donation_agreements",
        sa.Column("funder_code", sa.String(length=40), nullable=False),
        sa.Column("donor", sa.String(length=200), nullable=False),
        sa.Column("restriction", sa.String(length=200), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("holder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "donor <> '' AND restriction <> '' AND document <> ''", name=op.f("ck_donation_agreements_terms")
        ),
        sa.ForeignKeyConstraint(["funder_code"], ["pots.funder_code"], name=op.f("fk_donation_agreements_funder_code")),
        sa.ForeignKeyConstraint(["holder_id"], ["canteens.id"], name=op.f("fk_donation_agreements_holder_id")),
        sa.PrimaryKeyConstraint("funder_code", name=op.f("pk_donation_agreements")),
    )
    op.create_table(
        "clawback_meals",
        sa.Column("redemption_ref", sa.String(length=40), nullable=False),
        sa.Column("clawback_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["clawback_id"], ["clawbacks.id"], name=op.f("fk_clawback_meals_clawback_id")),
        sa.ForeignKeyConstraint(["redemption_ref"], ["redemptions.ref"], name=op.f("fk_clawback_meals_redemption_ref")),
        sa.PrimaryKeyConstraint("redemption_ref", name=op.f("pk_clawback_meals")),
    )
    with op.batch_alter_table("clawback_meals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clawback_meals_clawback_id"), ["clawback_id"], unique=False)

    # ### end Alembic commands ###
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    replace_batch_rules(BATCHES_BEFORE)
    # ### commands auto generated by Alembic - please adjust! ###
    with op.batch_alter_table("clawback_meals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_clawback_meals_clawback_id"))

    op.drop_table("clawback_meals")
    op.drop_table("donation_agreements")
    op.drop_table("clawback_decisions")
    with op.batch_alter_table("clawbacks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_clawbacks_canteen_id"))

    op.drop_table("clawbacks")
    # ### end Alembic commands ###
    if op.get_bind().dialect.name != "sqlite":
        for name in FUNCTIONS:
            op.execute(f"DROP FUNCTION {name}()")
