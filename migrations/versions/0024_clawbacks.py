"""Clawbacks, donation agreements, lines of banks, anomalies.

Revision 0024, after 0023.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
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
    """CREATE TRIGGER bank_charges_no_update BEFORE UPDATE ON bank_charges BEGIN SELECT RAISE(ABORT, 'append_only:bank_charges'); END""",
    """CREATE TRIGGER bank_charges_no_delete BEFORE DELETE ON bank_charges BEGIN SELECT RAISE(ABORT, 'append_only:bank_charges'); END""",
    """CREATE TRIGGER bank_charges_no_replace BEFORE INSERT ON bank_charges WHEN EXISTS (SELECT 1 FROM bank_charges WHERE ("line_id" = NEW."line_id" AND "number" = NEW."number")) BEGIN SELECT RAISE(ABORT, 'exists:bank_charges'); END""",
    """CREATE TRIGGER bank_decisions_no_update BEFORE UPDATE ON bank_decisions BEGIN SELECT RAISE(ABORT, 'append_only:bank_decisions'); END""",
    """CREATE TRIGGER bank_decisions_no_delete BEFORE DELETE ON bank_decisions BEGIN SELECT RAISE(ABORT, 'append_only:bank_decisions'); END""",
    """CREATE TRIGGER bank_decisions_no_replace BEFORE INSERT ON bank_decisions WHEN EXISTS (SELECT 1 FROM bank_decisions WHERE ("line_id" = NEW."line_id")) BEGIN SELECT RAISE(ABORT, 'exists:bank_decisions'); END""",
    """CREATE TRIGGER bank_files_no_update BEFORE UPDATE ON bank_files BEGIN SELECT RAISE(ABORT, 'append_only:bank_files'); END""",
    """CREATE TRIGGER bank_files_no_delete BEFORE DELETE ON bank_files BEGIN SELECT RAISE(ABORT, 'append_only:bank_files'); END""",
    """CREATE TRIGGER bank_files_no_replace BEFORE INSERT ON bank_files WHEN EXISTS (SELECT 1 FROM bank_files WHERE ("canteen_id" = NEW."canteen_id" AND "digest" = NEW."digest") OR ("id" = NEW."id") OR ("ref" = NEW."ref")) BEGIN SELECT RAISE(ABORT, 'exists:bank_files'); END""",
    """CREATE TRIGGER bank_lines_no_update BEFORE UPDATE ON bank_lines BEGIN SELECT RAISE(ABORT, 'append_only:bank_lines'); END""",
    """CREATE TRIGGER bank_lines_no_delete BEFORE DELETE ON bank_lines BEGIN SELECT RAISE(ABORT, 'append_only:bank_lines'); END""",
    """CREATE TRIGGER bank_lines_no_replace BEFORE INSERT ON bank_lines WHEN EXISTS (SELECT 1 FROM bank_lines WHERE ("canteen_id" = NEW."canteen_id" AND "key" = NEW."key") OR ("id" = NEW."id")) BEGIN SELECT RAISE(ABORT, 'exists:bank_lines'); END""",
    """CREATE TRIGGER bank_matches_no_update BEFORE UPDATE ON bank_matches BEGIN SELECT RAISE(ABORT, 'append_only:bank_matches'); END""",
    """CREATE TRIGGER bank_matches_no_delete BEFORE DELETE ON bank_matches BEGIN SELECT RAISE(ABORT, 'append_only:bank_matches'); END""",
    """CREATE TRIGGER bank_matches_no_replace BEFORE INSERT ON bank_matches WHEN EXISTS (SELECT 1 FROM bank_matches WHERE ("book_id" = NEW."book_id" AND "seq" = NEW."seq") OR ("line_id" = NEW."line_id" AND "book_id" = NEW."book_id" AND "seq" = NEW."seq")) BEGIN SELECT RAISE(ABORT, 'exists:bank_matches'); END""",
    """CREATE TRIGGER bank_reads_no_update BEFORE UPDATE ON bank_reads BEGIN SELECT RAISE(ABORT, 'append_only:bank_reads'); END""",
    """CREATE TRIGGER bank_reads_no_delete BEFORE DELETE ON bank_reads BEGIN SELECT RAISE(ABORT, 'append_only:bank_reads'); END""",
    """CREATE TRIGGER bank_reads_no_replace BEFORE INSERT ON bank_reads WHEN EXISTS (SELECT 1 FROM bank_reads WHERE ("file_id" = NEW."file_id")) BEGIN SELECT RAISE(ABORT, 'exists:bank_reads'); END""",
    """CREATE TRIGGER clawback_meals_rules BEFORE INSERT ON clawback_meals BEGIN
SELECT RAISE(ABORT, 'treasury.step_order') WHERE EXISTS (SELECT 1 FROM clawback_decisions d WHERE d.clawback_id = NEW.clawback_id);
END""",
    """CREATE TRIGGER clawback_decisions_rules BEFORE INSERT ON clawback_decisions BEGIN
SELECT RAISE(ABORT, 'treasury.same_eyes') WHERE EXISTS (SELECT 1 FROM clawbacks c WHERE c.id = NEW.clawback_id AND c.actor = NEW.actor);
END""",
    """CREATE TRIGGER bank_matches_rules BEFORE INSERT ON bank_matches BEGIN
SELECT RAISE(ABORT, 'treasury.line_settled') WHERE EXISTS (SELECT 1 FROM bank_decisions d WHERE d.line_id = NEW.line_id);
END""",
    """CREATE TRIGGER bank_decisions_rules BEFORE INSERT ON bank_decisions BEGIN
SELECT RAISE(ABORT, 'treasury.line_settled') WHERE EXISTS (SELECT 1 FROM bank_matches m WHERE m.line_id = NEW.line_id);
END""",
    """CREATE TRIGGER anomaly_thresholds_no_update BEFORE UPDATE ON anomaly_thresholds BEGIN SELECT RAISE(ABORT, 'append_only:anomaly_thresholds'); END""",
    """CREATE TRIGGER anomaly_thresholds_no_delete BEFORE DELETE ON anomaly_thresholds BEGIN SELECT RAISE(ABORT, 'append_only:anomaly_thresholds'); END""",
    """CREATE TRIGGER anomaly_thresholds_no_replace BEFORE INSERT ON anomaly_thresholds WHEN EXISTS (SELECT 1 FROM anomaly_thresholds WHERE ("id" = NEW."id")) BEGIN SELECT RAISE(ABORT, 'exists:anomaly_thresholds'); END""",
    """CREATE TRIGGER anomaly_findings_no_update BEFORE UPDATE ON anomaly_findings BEGIN SELECT RAISE(ABORT, 'append_only:anomaly_findings'); END""",
    """CREATE TRIGGER anomaly_findings_no_delete BEFORE DELETE ON anomaly_findings BEGIN SELECT RAISE(ABORT, 'append_only:anomaly_findings'); END""",
    """CREATE TRIGGER anomaly_findings_no_replace BEFORE INSERT ON anomaly_findings WHEN EXISTS (SELECT 1 FROM anomaly_findings WHERE ("id" = NEW."id") OR ("key" = NEW."key") OR ("ref" = NEW."ref")) BEGIN SELECT RAISE(ABORT, 'exists:anomaly_findings'); END""",
    """CREATE TRIGGER anomaly_steps_no_update BEFORE UPDATE ON anomaly_steps BEGIN SELECT RAISE(ABORT, 'append_only:anomaly_steps'); END""",
    """CREATE TRIGGER anomaly_steps_no_delete BEFORE DELETE ON anomaly_steps BEGIN SELECT RAISE(ABORT, 'append_only:anomaly_steps'); END""",
    """CREATE TRIGGER anomaly_steps_no_replace BEFORE INSERT ON anomaly_steps WHEN EXISTS (SELECT 1 FROM anomaly_steps WHERE ("finding_id" = NEW."finding_id" AND "number" = NEW."number")) BEGIN SELECT RAISE(ABORT, 'exists:anomaly_steps'); END""",
)

POSTGRESQL = (
    """CREATE TRIGGER clawbacks_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON clawbacks FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER clawback_meals_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON clawback_meals FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER clawback_decisions_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON clawback_decisions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER donation_agreements_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON donation_agreements FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER bank_charges_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON bank_charges FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER bank_decisions_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON bank_decisions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER bank_files_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON bank_files FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER bank_lines_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON bank_lines FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER bank_matches_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON bank_matches FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER bank_reads_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON bank_reads FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
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
    """CREATE OR REPLACE FUNCTION bank_matches_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (SELECT 1 FROM bank_decisions d WHERE d.line_id = NEW.line_id) THEN
 RAISE EXCEPTION 'treasury.line_settled' USING ERRCODE = 'integrity_constraint_violation'; END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER bank_matches_rules BEFORE INSERT ON bank_matches FOR EACH ROW EXECUTE FUNCTION bank_matches_rules()""",
    """CREATE OR REPLACE FUNCTION bank_decisions_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (SELECT 1 FROM bank_matches m WHERE m.line_id = NEW.line_id) THEN
 RAISE EXCEPTION 'treasury.line_settled' USING ERRCODE = 'integrity_constraint_violation'; END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER bank_decisions_rules BEFORE INSERT ON bank_decisions FOR EACH ROW EXECUTE FUNCTION bank_decisions_rules()""",
    """CREATE TRIGGER anomaly_thresholds_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON anomaly_thresholds FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER anomaly_findings_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON anomaly_findings FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER anomaly_steps_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON anomaly_steps FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
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
    "bank_decisions_rules",
    "bank_matches_rules",
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
        "anomaly_findings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("refs", sa.JSON(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("canteen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anomaly_findings")),
        sa.UniqueConstraint("key", name=op.f("uq_anomaly_findings_key")),
        sa.UniqueConstraint("ref", name=op.f("uq_anomaly_findings_ref")),
    )
    with op.batch_alter_table("anomaly_findings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_anomaly_findings_canteen_id"), ["canteen_id"], unique=False)

    op.create_table(
        "bank_files",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("canteen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_files")),
        sa.UniqueConstraint("canteen_id", "digest", name=op.f("uq_bank_files_canteen_id_digest")),
        sa.UniqueConstraint("ref", name=op.f("uq_bank_files_ref")),
    )
    with op.batch_alter_table("bank_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bank_files_canteen_id"), ["canteen_id"], unique=False)

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
        "anomaly_steps",
        sa.Column("finding_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("note <> ''", name=op.f("ck_anomaly_steps_note")),
        sa.CheckConstraint(
            "step IN ('asked', 'explained', 'confirmed', 'reopened')", name=op.f("ck_anomaly_steps_step")
        ),
        sa.ForeignKeyConstraint(["finding_id"], ["anomaly_findings.id"], name=op.f("fk_anomaly_steps_finding_id")),
        sa.PrimaryKeyConstraint("finding_id", "number", name=op.f("pk_anomaly_steps")),
    )
    op.create_table(
        "anomaly_thresholds",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("region_code", sa.String(length=40), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_anomaly_thresholds_reason")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_anomaly_thresholds_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anomaly_thresholds")),
    )
    op.create_table(
        "bank_lines",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("counterparty", sa.String(length=200), nullable=False),
        sa.Column("memo", sa.String(length=200), nullable=False),
        sa.Column("serial", sa.String(length=200), nullable=False),
        sa.Column("canteen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_bank_lines_amount")),
        sa.ForeignKeyConstraint(["file_id"], ["bank_files.id"], name=op.f("fk_bank_lines_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_lines")),
        sa.UniqueConstraint("canteen_id", "key", name=op.f("uq_bank_lines_canteen_id_key")),
    )
    with op.batch_alter_table("bank_lines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bank_lines_canteen_id"), ["canteen_id"], unique=False)
        batch_op.create_index("ix_bank_lines_canteen_id_on_day", ["canteen_id", "on_day"], unique=False)

    op.create_table(
        "bank_reads",
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["bank_files.id"], name=op.f("fk_bank_reads_file_id")),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_bank_reads")),
    )
    op.create_table(
        "clawback_decisions",
        sa.Column("clawback_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clawback_id"], ["clawbacks.id"], name=op.f("fk_clawback_decisions_clawback_id")),
        sa.PrimaryKeyConstraint("clawback_id", name=op.f("pk_clawback_decisions")),
    )
    op.create_table(
        "bank_charges",
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["bank_lines.id"], name=op.f("fk_bank_charges_line_id")),
        sa.PrimaryKeyConstraint("line_id", "number", name=op.f("pk_bank_charges")),
    )
    op.create_table(
        "bank_decisions",
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decision", sa.String(length=40), nullable=False),
        sa.Column("evidence", sa.String(length=200), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(decision = 'not_ours') = (seq IS NULL)", name=op.f("ck_bank_decisions_entry")),
        sa.CheckConstraint(
            "decision IN ('own_code', 'fee', 'suspense', 'not_ours')", name=op.f("ck_bank_decisions_decision")
        ),
        sa.CheckConstraint("evidence <> ''", name=op.f("ck_bank_decisions_evidence")),
        sa.ForeignKeyConstraint(["line_id"], ["bank_lines.id"], name=op.f("fk_bank_decisions_line_id")),
        sa.PrimaryKeyConstraint("line_id", name=op.f("pk_bank_decisions")),
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
        "bank_matches",
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("book_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("found_by", sa.String(length=40), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("found_by IN ('key', 'rule', 'person')", name=op.f("ck_bank_matches_found_by")),
        sa.ForeignKeyConstraint(
            ["book_id", "seq"], ["journal_entries.book_id", "journal_entries.seq"], name="fk_bank_matches_entry"
        ),
        sa.ForeignKeyConstraint(["line_id"], ["bank_lines.id"], name=op.f("fk_bank_matches_line_id")),
        sa.PrimaryKeyConstraint("line_id", "book_id", "seq", name=op.f("pk_bank_matches")),
        sa.UniqueConstraint("book_id", "seq", name=op.f("uq_bank_matches_book_id_seq")),
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
    op.drop_table("bank_matches")
    op.drop_table("donation_agreements")
    op.drop_table("bank_decisions")
    op.drop_table("bank_charges")
    op.drop_table("clawback_decisions")
    op.drop_table("bank_reads")
    with op.batch_alter_table("bank_lines", schema=None) as batch_op:
        batch_op.drop_index("ix_bank_lines_canteen_id_on_day")
        batch_op.drop_index(batch_op.f("ix_bank_lines_canteen_id"))

    op.drop_table("bank_lines")
    op.drop_table("anomaly_thresholds")
    op.drop_table("anomaly_steps")
    with op.batch_alter_table("clawbacks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_clawbacks_canteen_id"))

    op.drop_table("clawbacks")
    with op.batch_alter_table("bank_files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bank_files_canteen_id"))

    op.drop_table("bank_files")
    with op.batch_alter_table("anomaly_findings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_anomaly_findings_canteen_id"))

    op.drop_table("anomaly_findings")
    # ### end Alembic commands ###
    if op.get_bind().dialect.name != "sqlite":
        for name in FUNCTIONS:
            op.execute(f"DROP FUNCTION {name}()")
