"""Signatures on statements, questions about them, what purses owe, and payments.

Revision 0014, after 0013.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


# What the database refuses whoever writes; as `canteen.foundation.guards` had it at this revision.
SQLITE = (
    """CREATE TRIGGER statement_steps_no_update BEFORE UPDATE ON statement_steps BEGIN SELECT RAISE(ABORT, 'append_only:statement_steps'); END""",
    """CREATE TRIGGER statement_steps_no_delete BEFORE DELETE ON statement_steps BEGIN SELECT RAISE(ABORT, 'append_only:statement_steps'); END""",
    """CREATE TRIGGER statement_steps_no_replace BEFORE INSERT ON statement_steps WHEN EXISTS (SELECT 1 FROM statement_steps WHERE ("statement_id" = NEW."statement_id" AND "number" = NEW."number")) BEGIN SELECT RAISE(ABORT, 'exists:statement_steps'); END""",
    """CREATE TRIGGER statement_queries_no_update BEFORE UPDATE ON statement_queries BEGIN SELECT RAISE(ABORT, 'append_only:statement_queries'); END""",
    """CREATE TRIGGER statement_queries_no_delete BEFORE DELETE ON statement_queries BEGIN SELECT RAISE(ABORT, 'append_only:statement_queries'); END""",
    """CREATE TRIGGER statement_queries_no_replace BEFORE INSERT ON statement_queries WHEN EXISTS (SELECT 1 FROM statement_queries WHERE ("id" = NEW."id") OR ("ref" = NEW."ref")) BEGIN SELECT RAISE(ABORT, 'exists:statement_queries'); END""",
    """CREATE TRIGGER query_answers_no_update BEFORE UPDATE ON query_answers BEGIN SELECT RAISE(ABORT, 'append_only:query_answers'); END""",
    """CREATE TRIGGER query_answers_no_delete BEFORE DELETE ON query_answers BEGIN SELECT RAISE(ABORT, 'append_only:query_answers'); END""",
    """CREATE TRIGGER query_answers_no_replace BEFORE INSERT ON query_answers WHEN EXISTS (SELECT 1 FROM query_answers WHERE ("query_id" = NEW."query_id")) BEGIN SELECT RAISE(ABORT, 'exists:query_answers'); END""",
    """CREATE TRIGGER dues_no_update BEFORE UPDATE ON dues BEGIN SELECT RAISE(ABORT, 'append_only:dues'); END""",
    """CREATE TRIGGER dues_no_delete BEFORE DELETE ON dues BEGIN SELECT RAISE(ABORT, 'append_only:dues'); END""",
    """CREATE TRIGGER dues_no_replace BEFORE INSERT ON dues WHEN EXISTS (SELECT 1 FROM dues WHERE ("funder_code" = NEW."funder_code" AND "source" = NEW."source") OR ("id" = NEW."id") OR ("ref" = NEW."ref")) BEGIN SELECT RAISE(ABORT, 'exists:dues'); END""",
    """CREATE TRIGGER payment_batches_no_update BEFORE UPDATE ON payment_batches BEGIN SELECT RAISE(ABORT, 'append_only:payment_batches'); END""",
    """CREATE TRIGGER payment_batches_no_delete BEFORE DELETE ON payment_batches BEGIN SELECT RAISE(ABORT, 'append_only:payment_batches'); END""",
    """CREATE TRIGGER payment_batches_no_replace BEFORE INSERT ON payment_batches WHEN EXISTS (SELECT 1 FROM payment_batches WHERE ("id" = NEW."id") OR ("ref" = NEW."ref")) BEGIN SELECT RAISE(ABORT, 'exists:payment_batches'); END""",
    """CREATE TRIGGER payment_items_no_update BEFORE UPDATE ON payment_items BEGIN SELECT RAISE(ABORT, 'append_only:payment_items'); END""",
    """CREATE TRIGGER payment_items_no_delete BEFORE DELETE ON payment_items BEGIN SELECT RAISE(ABORT, 'append_only:payment_items'); END""",
    """CREATE TRIGGER payment_items_no_replace BEFORE INSERT ON payment_items WHEN EXISTS (SELECT 1 FROM payment_items WHERE ("batch_id" = NEW."batch_id" AND "due_id" = NEW."due_id")) BEGIN SELECT RAISE(ABORT, 'exists:payment_items'); END""",
    """CREATE TRIGGER batch_steps_no_update BEFORE UPDATE ON batch_steps BEGIN SELECT RAISE(ABORT, 'append_only:batch_steps'); END""",
    """CREATE TRIGGER batch_steps_no_delete BEFORE DELETE ON batch_steps BEGIN SELECT RAISE(ABORT, 'append_only:batch_steps'); END""",
    """CREATE TRIGGER batch_steps_no_replace BEFORE INSERT ON batch_steps WHEN EXISTS (SELECT 1 FROM batch_steps WHERE ("batch_id" = NEW."batch_id")) BEGIN SELECT RAISE(ABORT, 'exists:batch_steps'); END""",
    """CREATE TRIGGER payment_results_no_update BEFORE UPDATE ON payment_results BEGIN SELECT RAISE(ABORT, 'append_only:payment_results'); END""",
    """CREATE TRIGGER payment_results_no_delete BEFORE DELETE ON payment_results BEGIN SELECT RAISE(ABORT, 'append_only:payment_results'); END""",
    """CREATE TRIGGER payment_results_no_replace BEFORE INSERT ON payment_results WHEN EXISTS (SELECT 1 FROM payment_results WHERE ("batch_id" = NEW."batch_id" AND "operator_id" = NEW."operator_id" AND "result" = NEW."result")) BEGIN SELECT RAISE(ABORT, 'exists:payment_results'); END""",
    """CREATE TRIGGER statement_steps_rules BEFORE INSERT ON statement_steps BEGIN
SELECT RAISE(ABORT, 'treasury.superseded') WHERE NOT EXISTS (SELECT 1 FROM statements s WHERE s.id = NEW.statement_id AND s.state = 'frozen');
SELECT RAISE(ABORT, 'treasury.step_order') WHERE NOT ((NEW.number = 1 AND NEW.step = 'signed') OR EXISTS (SELECT 1 FROM statement_steps p WHERE p.statement_id = NEW.statement_id AND p.number = NEW.number - 1 AND ((p.step = 'signed' AND NEW.step IN ('checked', 'returned')) OR (p.step = 'checked' AND NEW.step IN ('approved', 'returned')) OR (p.step = 'approved' AND NEW.step IN ('accepted', 'returned')) OR (p.step = 'returned' AND NEW.step IN ('signed')))));
SELECT RAISE(ABORT, 'treasury.same_eyes') WHERE NEW.step <> 'returned' AND (EXISTS (SELECT 1 FROM statement_steps p WHERE p.statement_id = NEW.statement_id AND p.actor = NEW.actor AND p.step NOT IN (NEW.step, 'returned')) OR EXISTS (SELECT 1 FROM statements s WHERE s.id = NEW.statement_id AND s.frozen_by = NEW.actor));
SELECT RAISE(ABORT, 'treasury.query_open') WHERE NEW.step IN ('checked', 'approved', 'accepted') AND EXISTS (SELECT 1 FROM statement_queries q WHERE q.statement_id = NEW.statement_id AND NOT EXISTS (SELECT 1 FROM query_answers a WHERE a.query_id = q.id));
END""",
    """CREATE TRIGGER statement_queries_rules BEFORE INSERT ON statement_queries BEGIN
SELECT RAISE(ABORT, 'treasury.superseded') WHERE NOT EXISTS (SELECT 1 FROM statements s WHERE s.id = NEW.statement_id AND s.state = 'frozen');
SELECT RAISE(ABORT, 'treasury.step_order') WHERE EXISTS (SELECT 1 FROM statement_steps p WHERE p.statement_id = NEW.statement_id AND p.step = 'accepted');
END""",
    """CREATE TRIGGER query_answers_rules BEFORE INSERT ON query_answers BEGIN
SELECT RAISE(ABORT, 'treasury.same_eyes') WHERE EXISTS (SELECT 1 FROM statement_queries q WHERE q.id = NEW.query_id AND q.actor = NEW.actor);
END""",
    """CREATE TRIGGER statements_rules BEFORE UPDATE ON statements BEGIN
SELECT RAISE(ABORT, 'settlement.accepted_already') WHERE NEW.state = 'superseded' AND EXISTS (SELECT 1 FROM statement_steps p WHERE p.statement_id = NEW.id AND p.step = 'accepted');
END""",
    """CREATE TRIGGER payment_items_rules BEFORE INSERT ON payment_items BEGIN
SELECT RAISE(ABORT, 'treasury.step_order') WHERE EXISTS (SELECT 1 FROM batch_steps b WHERE b.batch_id = NEW.batch_id);
SELECT RAISE(ABORT, 'treasury.more_than_due') WHERE NOT EXISTS (SELECT 1 FROM dues d JOIN payment_batches b ON b.id = NEW.batch_id AND b.funder_code = d.funder_code WHERE d.id = NEW.due_id AND ((d.amount_fen > 0 AND NEW.amount_fen > 0 AND (SELECT coalesce(sum(i.amount_fen), 0) FROM payment_items i WHERE i.due_id = NEW.due_id AND NOT EXISTS (SELECT 1 FROM batch_steps b WHERE b.batch_id = i.batch_id AND b.step = 'cancelled') AND NOT EXISTS (SELECT 1 FROM payment_results r WHERE r.batch_id = i.batch_id AND r.operator_id = i.operator_id AND r.result = 'returned')) + NEW.amount_fen <= d.amount_fen) OR (d.amount_fen < 0 AND NEW.amount_fen < 0 AND (SELECT coalesce(sum(i.amount_fen), 0) FROM payment_items i WHERE i.due_id = NEW.due_id AND NOT EXISTS (SELECT 1 FROM batch_steps b WHERE b.batch_id = i.batch_id AND b.step = 'cancelled') AND NOT EXISTS (SELECT 1 FROM payment_results r WHERE r.batch_id = i.batch_id AND r.operator_id = i.operator_id AND r.result = 'returned')) + NEW.amount_fen >= d.amount_fen)));
END""",
    """CREATE TRIGGER batch_steps_rules BEFORE INSERT ON batch_steps BEGIN
SELECT RAISE(ABORT, 'treasury.same_eyes') WHERE NEW.step = 'approved' AND EXISTS (SELECT 1 FROM payment_batches b WHERE b.id = NEW.batch_id AND b.actor = NEW.actor);
SELECT RAISE(ABORT, 'treasury.transfer_negative') WHERE NEW.step = 'approved' AND EXISTS (SELECT 1 FROM payment_items i WHERE i.batch_id = NEW.batch_id GROUP BY i.operator_id HAVING sum(i.amount_fen) < 0);
END""",
    """CREATE TRIGGER payment_results_rules BEFORE INSERT ON payment_results BEGIN
SELECT RAISE(ABORT, 'treasury.step_order') WHERE NOT EXISTS (SELECT 1 FROM batch_steps b WHERE b.batch_id = NEW.batch_id AND b.step = 'approved') OR EXISTS (SELECT 1 FROM payment_results r WHERE r.batch_id = NEW.batch_id AND r.operator_id = NEW.operator_id AND r.result = 'returned');
END""",
)

POSTGRESQL = (
    """CREATE TRIGGER statement_steps_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON statement_steps FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER statement_queries_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON statement_queries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER query_answers_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON query_answers FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER dues_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON dues FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER payment_batches_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON payment_batches FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER payment_items_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON payment_items FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER batch_steps_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON batch_steps FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER payment_results_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON payment_results FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE OR REPLACE FUNCTION statement_steps_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NOT EXISTS (SELECT 1 FROM statements s WHERE s.id = NEW.statement_id AND s.state = 'frozen') THEN
 RAISE EXCEPTION 'treasury.superseded' USING ERRCODE = 'integrity_constraint_violation'; END IF;
IF NOT ((NEW.number = 1 AND NEW.step = 'signed') OR EXISTS (SELECT 1 FROM statement_steps p WHERE p.statement_id = NEW.statement_id AND p.number = NEW.number - 1 AND ((p.step = 'signed' AND NEW.step IN ('checked', 'returned')) OR (p.step = 'checked' AND NEW.step IN ('approved', 'returned')) OR (p.step = 'approved' AND NEW.step IN ('accepted', 'returned')) OR (p.step = 'returned' AND NEW.step IN ('signed'))))) THEN
 RAISE EXCEPTION 'treasury.step_order' USING ERRCODE = 'integrity_constraint_violation'; END IF;
IF NEW.step <> 'returned' AND (EXISTS (SELECT 1 FROM statement_steps p WHERE p.statement_id = NEW.statement_id AND p.actor = NEW.actor AND p.step NOT IN (NEW.step, 'returned')) OR EXISTS (SELECT 1 FROM statements s WHERE s.id = NEW.statement_id AND s.frozen_by = NEW.actor)) THEN
 RAISE EXCEPTION 'treasury.same_eyes' USING ERRCODE = 'integrity_constraint_violation'; END IF;
IF NEW.step IN ('checked', 'approved', 'accepted') AND EXISTS (SELECT 1 FROM statement_queries q WHERE q.statement_id = NEW.statement_id AND NOT EXISTS (SELECT 1 FROM query_answers a WHERE a.query_id = q.id)) THEN
 RAISE EXCEPTION 'treasury.query_open' USING ERRCODE = 'integrity_constraint_violation'; END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER statement_steps_rules BEFORE INSERT ON statement_steps FOR EACH ROW EXECUTE FUNCTION statement_steps_rules()""",
    """CREATE OR REPLACE FUNCTION statement_queries_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NOT EXISTS (SELECT 1 FROM statements s WHERE s.id = NEW.statement_id AND s.state = 'frozen') THEN
 RAISE EXCEPTION 'treasury.superseded' USING ERRCODE = 'integrity_constraint_violation'; END IF;
IF EXISTS (SELECT 1 FROM statement_steps p WHERE p.statement_id = NEW.statement_id AND p.step = 'accepted') THEN
 RAISE EXCEPTION 'treasury.step_order' USING ERRCODE = 'integrity_constraint_violation'; END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER statement_queries_rules BEFORE INSERT ON statement_queries FOR EACH ROW EXECUTE FUNCTION statement_queries_rules()""",
    """CREATE OR REPLACE FUNCTION query_answers_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (SELECT 1 FROM statement_queries q WHERE q.id = NEW.query_id AND q.actor = NEW.actor) THEN
 RAISE EXCEPTION 'treasury.same_eyes' USING ERRCODE = 'integrity_constraint_violation'; END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER query_answers_rules BEFORE INSERT ON query_answers FOR EACH ROW EXECUTE FUNCTION query_answers_rules()""",
    """CREATE OR REPLACE FUNCTION statements_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW.state = 'superseded' AND EXISTS (SELECT 1 FROM statement_steps p WHERE p.statement_id = NEW.id AND p.step = 'accepted') THEN
 RAISE EXCEPTION 'settlement.accepted_already' USING ERRCODE = 'integrity_constraint_violation'; END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER statements_rules BEFORE UPDATE ON statements FOR EACH ROW EXECUTE FUNCTION statements_rules()""",
    """CREATE OR REPLACE FUNCTION payment_items_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (SELECT 1 FROM batch_steps b WHERE b.batch_id = NEW.batch_id) THEN
 RAISE EXCEPTION 'treasury.step_order' USING ERRCODE = 'integrity_constraint_violation'; END IF;
IF NOT EXISTS (SELECT 1 FROM dues d JOIN payment_batches b ON b.id = NEW.batch_id AND b.funder_code = d.funder_code WHERE d.id = NEW.due_id AND ((d.amount_fen > 0 AND NEW.amount_fen > 0 AND (SELECT coalesce(sum(i.amount_fen), 0) FROM payment_items i WHERE i.due_id = NEW.due_id AND NOT EXISTS (SELECT 1 FROM batch_steps b WHERE b.batch_id = i.batch_id AND b.step = 'cancelled') AND NOT EXISTS (SELECT 1 FROM payment_results r WHERE r.batch_id = i.batch_id AND r.operator_id = i.operator_id AND r.result = 'returned')) + NEW.amount_fen <= d.amount_fen) OR (d.amount_fen < 0 AND NEW.amount_fen < 0 AND (SELECT coalesce(sum(i.amount_fen), 0) FROM payment_items i WHERE i.due_id = NEW.due_id AND NOT EXISTS (SELECT 1 FROM batch_steps b WHERE b.batch_id = i.batch_id AND b.step = 'cancelled') AND NOT EXISTS (SELECT 1 FROM payment_results r WHERE r.batch_id = i.batch_id AND r.operator_id = i.operator_id AND r.result = 'returned')) + NEW.amount_fen >= d.amount_fen))) THEN
 RAISE EXCEPTION 'treasury.more_than_due' USING ERRCODE = 'integrity_constraint_violation'; END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER payment_items_rules BEFORE INSERT ON payment_items FOR EACH ROW EXECUTE FUNCTION payment_items_rules()""",
    """CREATE OR REPLACE FUNCTION batch_steps_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW.step = 'approved' AND EXISTS (SELECT 1 FROM payment_batches b WHERE b.id = NEW.batch_id AND b.actor = NEW.actor) THEN
 RAISE EXCEPTION 'treasury.same_eyes' USING ERRCODE = 'integrity_constraint_violation'; END IF;
IF NEW.step = 'approved' AND EXISTS (SELECT 1 FROM payment_items i WHERE i.batch_id = NEW.batch_id GROUP BY i.operator_id HAVING sum(i.amount_fen) < 0) THEN
 RAISE EXCEPTION 'treasury.transfer_negative' USING ERRCODE = 'integrity_constraint_violation'; END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER batch_steps_rules BEFORE INSERT ON batch_steps FOR EACH ROW EXECUTE FUNCTION batch_steps_rules()""",
    """CREATE OR REPLACE FUNCTION payment_results_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NOT EXISTS (SELECT 1 FROM batch_steps b WHERE b.batch_id = NEW.batch_id AND b.step = 'approved') OR EXISTS (SELECT 1 FROM payment_results r WHERE r.batch_id = NEW.batch_id AND r.operator_id = NEW.operator_id AND r.result = 'returned') THEN
 RAISE EXCEPTION 'treasury.step_order' USING ERRCODE = 'integrity_constraint_violation'; END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER payment_results_rules BEFORE INSERT ON payment_results FOR EACH ROW EXECUTE FUNCTION payment_results_rules()""",
)
FUNCTIONS = (
    "batch_steps_rules",
    "payment_items_rules",
    "payment_results_rules",
    "query_answers_rules",
    "statement_queries_rules",
    "statement_steps_rules",
    "statements_rules",
)


def upgrade() -> None:
    # ### commands auto generated by Alembic - please adjust! ###
    op.create_table(
        "statement_queries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("statement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_ref", sa.String(length=40), nullable=False),
        sa.Column("question", sa.String(length=200), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("question <> ''", name=op.f("ck_statement_queries_question")),
        sa.ForeignKeyConstraint(["statement_id"], ["statements.id"], name=op.f("fk_statement_queries_statement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_queries")),
        sa.UniqueConstraint("ref", name=op.f("uq_statement_queries_ref")),
    )
    with op.batch_alter_table("statement_queries", schema=None) as batch_op:
        batch_op.create_index("ix_statement_queries_statement_id", ["statement_id"], unique=False)

    op.create_table(
        "statement_steps",
        sa.Column("statement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("step <> 'returned' OR reason <> ''", name=op.f("ck_statement_steps_reason")),
        sa.CheckConstraint(
            "step IN ('signed', 'checked', 'approved', 'accepted', 'returned')", name=op.f("ck_statement_steps_step")
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_statement_steps_number")),
        sa.ForeignKeyConstraint(["statement_id"], ["statements.id"], name=op.f("fk_statement_steps_statement_id")),
        sa.PrimaryKeyConstraint("statement_id", "number", name=op.f("pk_statement_steps")),
    )
    op.create_table(
        "dues",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("funder_code", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("month", sa.String(length=40), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("canteen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("kind IN ('statement', 'grant', 'clawback')", name=op.f("ck_dues_kind")),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_dues_amount")),
        sa.ForeignKeyConstraint(["funder_code"], ["funders.code"], name=op.f("fk_dues_funder_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dues")),
        sa.UniqueConstraint("funder_code", "source", name=op.f("uq_dues_funder_code_source")),
        sa.UniqueConstraint("ref", name=op.f("uq_dues_ref")),
    )
    with op.batch_alter_table("dues", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dues_canteen_id"), ["canteen_id"], unique=False)

    op.create_table(
        "payment_batches",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("funder_code", sa.String(length=40), nullable=False),
        sa.Column("memo", sa.String(length=200), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["funder_code"], ["funders.code"], name=op.f("fk_payment_batches_funder_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_batches")),
        sa.UniqueConstraint("ref", name=op.f("uq_payment_batches_ref")),
    )
    op.create_table(
        "query_answers",
        sa.Column("query_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("answer", sa.String(length=200), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("answer <> ''", name=op.f("ck_query_answers_answer")),
        sa.ForeignKeyConstraint(["query_id"], ["statement_queries.id"], name=op.f("fk_query_answers_query_id")),
        sa.PrimaryKeyConstraint("query_id", name=op.f("pk_query_answers")),
    )
    op.create_table(
        "batch_steps",
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("step IN ('approved', 'cancelled')", name=op.f("ck_batch_steps_step")),
        sa.ForeignKeyConstraint(["batch_id"], ["payment_batches.id"], name=op.f("fk_batch_steps_batch_id")),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_batch_steps")),
    )
    op.create_table(
        "payment_items",
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("operator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_payment_items_amount")),
        sa.ForeignKeyConstraint(["batch_id"], ["payment_batches.id"], name=op.f("fk_payment_items_batch_id")),
        sa.ForeignKeyConstraint(["due_id"], ["dues.id"], name=op.f("fk_payment_items_due_id")),
        sa.ForeignKeyConstraint(["operator_id"], ["operators.id"], name=op.f("fk_payment_items_operator_id")),
        sa.PrimaryKeyConstraint("batch_id", "due_id", name=op.f("pk_payment_items")),
    )
    with op.batch_alter_table("payment_items", schema=None) as batch_op:
        batch_op.create_index("ix_payment_items_due_id", ["due_id"], unique=False)

    op.create_table(
        "payment_results",
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("operator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("result", sa.String(length=40), nullable=False),
        sa.Column("serial", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("result <> 'paid' OR serial <> ''", name=op.f("ck_payment_results_serial")),
        sa.CheckConstraint("result <> 'returned' OR reason <> ''", name=op.f("ck_payment_results_reason")),
        sa.CheckConstraint("result IN ('paid', 'returned')", name=op.f("ck_payment_results_result")),
        sa.ForeignKeyConstraint(["batch_id"], ["payment_batches.id"], name=op.f("fk_payment_results_batch_id")),
        sa.ForeignKeyConstraint(["operator_id"], ["operators.id"], name=op.f("fk_payment_results_operator_id")),
        sa.PrimaryKeyConstraint("batch_id", "operator_id", "result", name=op.f("pk_payment_results")),
    )
    # ### end Alembic commands ###
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER statements_rules")
    else:
        op.execute("DROP TRIGGER statements_rules ON statements")
    # ### commands auto generated by Alembic - please adjust! ###
    op.drop_table("payment_results")
    with op.batch_alter_table("payment_items", schema=None) as batch_op:
        batch_op.drop_index("ix_payment_items_due_id")

    op.drop_table("payment_items")
    op.drop_table("batch_steps")
    op.drop_table("query_answers")
    op.drop_table("payment_batches")
    with op.batch_alter_table("dues", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dues_canteen_id"))

    op.drop_table("dues")
    op.drop_table("statement_steps")
    with op.batch_alter_table("statement_queries", schema=None) as batch_op:
        batch_op.drop_index("ix_statement_queries_statement_id")

    op.drop_table("statement_queries")
    # ### end Alembic commands ###
    if op.get_bind().dialect.name != "sqlite":
        for name in FUNCTIONS:
            op.execute(f"DROP FUNCTION {name}()")
