"""main job.

Revision 0001, after nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# What the database refuses whoever writes; as `canteen.foundation.guards` had it at this revision.
SQLITE = (
    """CREATE TRIGGER scan_attempts_no_update BEFORE UPDATE ON scan_attempts BEGIN SELECT RAISE(ABORT, 'append_only:scan_attempts'); END""",
    """CREATE TRIGGER scan_attempts_no_delete BEFORE DELETE ON scan_attempts BEGIN SELECT RAISE(ABORT, 'append_only:scan_attempts'); END""",
    """CREATE TRIGGER scan_attempts_no_replace BEFORE INSERT ON scan_attempts WHEN EXISTS (SELECT 1 FROM scan_attempts WHERE ("scan_id" = NEW."scan_id")) BEGIN SELECT RAISE(ABORT, 'exists:scan_attempts'); END""",
    """CREATE TRIGGER redemptions_no_update BEFORE UPDATE ON redemptions BEGIN SELECT RAISE(ABORT, 'append_only:redemptions'); END""",
    """CREATE TRIGGER redemptions_no_delete BEFORE DELETE ON redemptions BEGIN SELECT RAISE(ABORT, 'append_only:redemptions'); END""",
    """CREATE TRIGGER redemptions_no_replace BEFORE INSERT ON redemptions WHEN EXISTS (SELECT 1 FROM redemptions WHERE ("id" = NEW."id") OR ("ref" = NEW."ref") OR ("scan_id" = NEW."scan_id")) BEGIN SELECT RAISE(ABORT, 'exists:redemptions'); END""",
    """CREATE TRIGGER redemption_undos_no_update BEFORE UPDATE ON redemption_undos BEGIN SELECT RAISE(ABORT, 'append_only:redemption_undos'); END""",
    """CREATE TRIGGER redemption_undos_no_delete BEFORE DELETE ON redemption_undos BEGIN SELECT RAISE(ABORT, 'append_only:redemption_undos'); END""",
    """CREATE TRIGGER redemption_undos_no_replace BEFORE INSERT ON redemption_undos WHEN EXISTS (SELECT 1 FROM redemption_undos WHERE ("redemption_ref" = NEW."redemption_ref") OR ("scan_id" = NEW."scan_id")) BEGIN SELECT RAISE(ABORT, 'exists:redemption_undos'); END""",
    """CREATE TRIGGER tender_changes_no_update BEFORE UPDATE ON tender_changes BEGIN SELECT RAISE(ABORT, 'append_only:tender_changes'); END""",
    """CREATE TRIGGER tender_changes_no_delete BEFORE DELETE ON tender_changes BEGIN SELECT RAISE(ABORT, 'append_only:tender_changes'); END""",
    """CREATE TRIGGER tender_changes_no_replace BEFORE INSERT ON tender_changes WHEN EXISTS (SELECT 1 FROM tender_changes WHERE ("id" = NEW."id") OR ("redemption_ref" = NEW."redemption_ref" AND "ordinal" = NEW."ordinal")) BEGIN SELECT RAISE(ABORT, 'exists:tender_changes'); END""",
    """CREATE TRIGGER journal_entries_no_update BEFORE UPDATE ON journal_entries BEGIN SELECT RAISE(ABORT, 'append_only:journal_entries'); END""",
    """CREATE TRIGGER journal_entries_no_delete BEFORE DELETE ON journal_entries BEGIN SELECT RAISE(ABORT, 'append_only:journal_entries'); END""",
    """CREATE TRIGGER journal_entries_no_replace BEFORE INSERT ON journal_entries WHEN EXISTS (SELECT 1 FROM journal_entries WHERE ("book_id" = NEW."book_id" AND "key" = NEW."key") OR ("book_id" = NEW."book_id" AND "seq" = NEW."seq")) BEGIN SELECT RAISE(ABORT, 'exists:journal_entries'); END""",
    """CREATE TRIGGER postings_no_update BEFORE UPDATE ON postings BEGIN SELECT RAISE(ABORT, 'append_only:postings'); END""",
    """CREATE TRIGGER postings_no_delete BEFORE DELETE ON postings BEGIN SELECT RAISE(ABORT, 'append_only:postings'); END""",
    """CREATE TRIGGER postings_no_replace BEFORE INSERT ON postings WHEN EXISTS (SELECT 1 FROM postings WHERE ("book_id" = NEW."book_id" AND "seq" = NEW."seq" AND "line" = NEW."line")) BEGIN SELECT RAISE(ABORT, 'exists:postings'); END""",
    """CREATE TRIGGER entry_seals_no_update BEFORE UPDATE ON entry_seals BEGIN SELECT RAISE(ABORT, 'append_only:entry_seals'); END""",
    """CREATE TRIGGER entry_seals_no_delete BEFORE DELETE ON entry_seals BEGIN SELECT RAISE(ABORT, 'append_only:entry_seals'); END""",
    """CREATE TRIGGER entry_seals_no_replace BEFORE INSERT ON entry_seals WHEN EXISTS (SELECT 1 FROM entry_seals WHERE ("book_id" = NEW."book_id" AND "seq" = NEW."seq")) BEGIN SELECT RAISE(ABORT, 'exists:entry_seals'); END""",
    """CREATE TRIGGER journal_entries_open BEFORE INSERT ON journal_entries WHEN EXISTS (SELECT 1 FROM periods WHERE book_id = NEW.book_id AND month = NEW.month AND state IN ('closed', 'approved')) BEGIN SELECT RAISE(ABORT, 'ledger.period_closed'); END""",
    """CREATE TRIGGER postings_unsealed BEFORE INSERT ON postings WHEN EXISTS (SELECT 1 FROM entry_seals WHERE book_id = NEW.book_id AND seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'ledger.sealed'); END""",
    """CREATE TRIGGER entry_seals_check BEFORE INSERT ON entry_seals BEGIN
SELECT RAISE(ABORT, 'ledger.unbalanced') WHERE (SELECT coalesce(sum(amount_fen), 1) FROM postings WHERE book_id = NEW.book_id AND seq = NEW.seq) <> 0;
SELECT RAISE(ABORT, 'ledger.posting_count') WHERE (SELECT count(*) FROM postings WHERE book_id = NEW.book_id AND seq = NEW.seq) <> NEW.posting_count
 OR NEW.posting_count < 2;
SELECT RAISE(ABORT, 'ledger.broken_chain') WHERE NOT EXISTS (SELECT 1 FROM books WHERE id = NEW.book_id AND seq = NEW.seq - 1 AND hash = NEW.previous_hash);
UPDATE books SET seq = NEW.seq, hash = NEW.hash WHERE id = NEW.book_id;
END""",
    """CREATE TRIGGER canteens_book AFTER INSERT ON canteens BEGIN INSERT INTO books (canteen_id, seq, hash) VALUES (NEW.id, 0, '0000000000000000000000000000000000000000000000000000000000000000'); END""",
    """CREATE TRIGGER order_events_no_update BEFORE UPDATE ON order_events BEGIN SELECT RAISE(ABORT, 'append_only:order_events'); END""",
    """CREATE TRIGGER order_events_no_delete BEFORE DELETE ON order_events BEGIN SELECT RAISE(ABORT, 'append_only:order_events'); END""",
    """CREATE TRIGGER order_events_no_replace BEFORE INSERT ON order_events WHEN EXISTS (SELECT 1 FROM order_events WHERE ("id" = NEW."id")) BEGIN SELECT RAISE(ABORT, 'exists:order_events'); END""",
    """CREATE TRIGGER orders_begin AFTER INSERT ON orders BEGIN INSERT INTO order_events (order_id, state, at, actor, channel) VALUES (NEW.id, NEW.state, NEW.state_at, NEW.state_by, NEW.state_channel); END""",
    """CREATE TRIGGER orders_move AFTER UPDATE OF state ON orders WHEN OLD.state <> NEW.state BEGIN INSERT INTO order_events (order_id, state, at, actor, channel) VALUES (NEW.id, NEW.state, NEW.state_at, NEW.state_by, NEW.state_channel); END""",
    """CREATE TRIGGER published_policies_no_update BEFORE UPDATE ON published_policies BEGIN SELECT RAISE(ABORT, 'append_only:published_policies'); END""",
    """CREATE TRIGGER published_policies_no_delete BEFORE DELETE ON published_policies BEGIN SELECT RAISE(ABORT, 'append_only:published_policies'); END""",
    """CREATE TRIGGER published_policies_no_replace BEFORE INSERT ON published_policies WHEN EXISTS (SELECT 1 FROM published_policies WHERE ("code" = NEW."code" AND "digest" = NEW."digest") OR ("id" = NEW."id") OR ("supersedes_id" = NEW."supersedes_id")) BEGIN SELECT RAISE(ABORT, 'exists:published_policies'); END""",
    """CREATE TRIGGER claims_no_update BEFORE UPDATE ON claims BEGIN SELECT RAISE(ABORT, 'append_only:claims'); END""",
    """CREATE TRIGGER claims_no_delete BEFORE DELETE ON claims BEGIN SELECT RAISE(ABORT, 'append_only:claims'); END""",
    """CREATE TRIGGER claims_no_replace BEFORE INSERT ON claims WHEN EXISTS (SELECT 1 FROM claims WHERE ("id" = NEW."id") OR ("person_id" = NEW."person_id" AND "counter" = NEW."counter" AND "window" = NEW."window" AND "ordinal" = NEW."ordinal" AND "round" = NEW."round")) BEGIN SELECT RAISE(ABORT, 'exists:claims'); END""",
    """CREATE TRIGGER claim_releases_no_update BEFORE UPDATE ON claim_releases BEGIN SELECT RAISE(ABORT, 'append_only:claim_releases'); END""",
    """CREATE TRIGGER claim_releases_no_delete BEFORE DELETE ON claim_releases BEGIN SELECT RAISE(ABORT, 'append_only:claim_releases'); END""",
    """CREATE TRIGGER claim_releases_no_replace BEFORE INSERT ON claim_releases WHEN EXISTS (SELECT 1 FROM claim_releases WHERE ("claim_id" = NEW."claim_id")) BEGIN SELECT RAISE(ABORT, 'exists:claim_releases'); END""",
    """CREATE TRIGGER claims_round BEFORE INSERT ON claims WHEN NEW.round > 1 AND NOT EXISTS (SELECT 1 FROM claims c JOIN claim_releases r ON r.claim_id = c.id WHERE c.person_id = NEW.person_id AND c.counter = NEW.counter AND c."window" = NEW."window" AND c.ordinal = NEW.ordinal AND c.round = NEW.round - 1) BEGIN SELECT RAISE(ABORT, 'claims.not_released'); END""",
    """CREATE TRIGGER audit_rows_no_update BEFORE UPDATE ON audit_rows BEGIN SELECT RAISE(ABORT, 'append_only:audit_rows'); END""",
    """CREATE TRIGGER audit_rows_no_delete BEFORE DELETE ON audit_rows BEGIN SELECT RAISE(ABORT, 'append_only:audit_rows'); END""",
    """CREATE TRIGGER audit_rows_no_replace BEFORE INSERT ON audit_rows WHEN EXISTS (SELECT 1 FROM audit_rows WHERE ("chain" = NEW."chain" AND "seq" = NEW."seq") OR ("id" = NEW."id")) BEGIN SELECT RAISE(ABORT, 'exists:audit_rows'); END""",
    """CREATE TRIGGER facts_no_update BEFORE UPDATE ON facts BEGIN SELECT RAISE(ABORT, 'append_only:facts'); END""",
    """CREATE TRIGGER facts_no_delete BEFORE DELETE ON facts BEGIN SELECT RAISE(ABORT, 'append_only:facts'); END""",
    """CREATE TRIGGER facts_no_replace BEFORE INSERT ON facts WHEN EXISTS (SELECT 1 FROM facts WHERE ("id" = NEW."id") OR ("supersedes_id" = NEW."supersedes_id")) BEGIN SELECT RAISE(ABORT, 'exists:facts'); END""",
    """CREATE TRIGGER binding_tries_no_update BEFORE UPDATE ON binding_tries BEGIN SELECT RAISE(ABORT, 'append_only:binding_tries'); END""",
    """CREATE TRIGGER binding_tries_no_delete BEFORE DELETE ON binding_tries BEGIN SELECT RAISE(ABORT, 'append_only:binding_tries'); END""",
    """CREATE TRIGGER binding_tries_no_replace BEFORE INSERT ON binding_tries WHEN EXISTS (SELECT 1 FROM binding_tries WHERE ("id" = NEW."id")) BEGIN SELECT RAISE(ABORT, 'exists:binding_tries'); END""",
    """CREATE TRIGGER statements_no_update BEFORE UPDATE ON statements WHEN OLD."id" IS NOT NEW."id" OR OLD."ref" IS NOT NEW."ref" OR OLD."month" IS NOT NEW."month" OR OLD."part" IS NOT NEW."part" OR OLD."version" IS NOT NEW."version" OR OLD."from_seq" IS NOT NEW."from_seq" OR OLD."up_to_seq" IS NOT NEW."up_to_seq" OR OLD."meal_count" IS NOT NEW."meal_count" OR OLD."due_fen" IS NOT NEW."due_fen" OR OLD."own_fen" IS NOT NEW."own_fen" OR OLD."content" IS NOT NEW."content" OR OLD."digest" IS NOT NEW."digest" OR OLD."recipe" IS NOT NEW."recipe" OR OLD."workbook" IS NOT NEW."workbook" OR OLD."workbook_digest" IS NOT NEW."workbook_digest" OR OLD."frozen_at" IS NOT NEW."frozen_at" OR OLD."frozen_by" IS NOT NEW."frozen_by" OR OLD."canteen_id" IS NOT NEW."canteen_id" BEGIN SELECT RAISE(ABORT, 'append_only:statements'); END""",
    """CREATE TRIGGER statements_no_delete BEFORE DELETE ON statements BEGIN SELECT RAISE(ABORT, 'append_only:statements'); END""",
    """CREATE TRIGGER stated_entries_no_update BEFORE UPDATE ON stated_entries WHEN OLD."statement_id" IS NOT NEW."statement_id" OR OLD."book_id" IS NOT NEW."book_id" OR OLD."seq" IS NOT NEW."seq" BEGIN SELECT RAISE(ABORT, 'append_only:stated_entries'); END""",
    """CREATE TRIGGER stated_entries_no_delete BEFORE DELETE ON stated_entries BEGIN SELECT RAISE(ABORT, 'append_only:stated_entries'); END""",
)

POSTGRESQL = (
    """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'append_only:%', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    """CREATE TRIGGER scan_attempts_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON scan_attempts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER redemptions_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON redemptions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER redemption_undos_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON redemption_undos FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER tender_changes_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON tender_changes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER journal_entries_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER postings_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON postings FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER entry_seals_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON entry_seals FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE OR REPLACE FUNCTION journal_entries_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (SELECT 1 FROM periods WHERE book_id = NEW.book_id AND month = NEW.month AND state IN ('closed', 'approved')) THEN
 RAISE EXCEPTION 'ledger.period_closed' USING ERRCODE = 'integrity_constraint_violation'; END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER journal_entries_open BEFORE INSERT ON journal_entries FOR EACH ROW EXECUTE FUNCTION journal_entries_open()""",
    """CREATE OR REPLACE FUNCTION postings_unsealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (SELECT 1 FROM entry_seals WHERE book_id = NEW.book_id AND seq = NEW.seq) THEN
 RAISE EXCEPTION 'ledger.sealed' USING ERRCODE = 'integrity_constraint_violation'; END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER postings_unsealed BEFORE INSERT ON postings FOR EACH ROW EXECUTE FUNCTION postings_unsealed()""",
    """CREATE OR REPLACE FUNCTION entry_seals_check() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE total numeric; legs bigint;
BEGIN
SELECT coalesce(sum(amount_fen), 1), count(*) INTO total, legs FROM postings WHERE book_id = NEW.book_id AND seq = NEW.seq;
IF total <> 0 THEN
 RAISE EXCEPTION 'ledger.unbalanced' USING ERRCODE = 'integrity_constraint_violation'; END IF;
IF legs <> NEW.posting_count OR legs < 2 THEN
 RAISE EXCEPTION 'ledger.posting_count' USING ERRCODE = 'integrity_constraint_violation'; END IF;
IF NOT EXISTS (SELECT 1 FROM books WHERE id = NEW.book_id AND seq = NEW.seq - 1 AND hash = NEW.previous_hash) THEN
 RAISE EXCEPTION 'ledger.broken_chain' USING ERRCODE = 'integrity_constraint_violation'; END IF;
UPDATE books SET seq = NEW.seq, hash = NEW.hash WHERE id = NEW.book_id;
RETURN NEW;
END $$""",
    """CREATE TRIGGER entry_seals_check BEFORE INSERT ON entry_seals FOR EACH ROW EXECUTE FUNCTION entry_seals_check()""",
    """CREATE OR REPLACE FUNCTION canteens_book() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
INSERT INTO books (canteen_id, seq, hash) VALUES (NEW.id, 0, '0000000000000000000000000000000000000000000000000000000000000000');
RETURN NEW;
END $$""",
    """CREATE TRIGGER canteens_book AFTER INSERT ON canteens FOR EACH ROW EXECUTE FUNCTION canteens_book()""",
    """CREATE TRIGGER order_events_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON order_events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE OR REPLACE FUNCTION orders_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
INSERT INTO order_events (order_id, state, at, actor, channel) VALUES (NEW.id, NEW.state, NEW.state_at, NEW.state_by, NEW.state_channel);
RETURN NEW;
END $$""",
    """CREATE TRIGGER orders_begin AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION orders_history()""",
    """CREATE TRIGGER orders_move AFTER UPDATE OF state ON orders FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION orders_history()""",
    """CREATE TRIGGER published_policies_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON published_policies FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER claims_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON claims FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER claim_releases_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON claim_releases FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE OR REPLACE FUNCTION claims_round() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW.round > 1 AND NOT EXISTS (SELECT 1 FROM claims c JOIN claim_releases r ON r.claim_id = c.id WHERE c.person_id = NEW.person_id AND c.counter = NEW.counter AND c."window" = NEW."window" AND c.ordinal = NEW.ordinal AND c.round = NEW.round - 1) THEN
 RAISE EXCEPTION 'claims.not_released' USING ERRCODE = 'integrity_constraint_violation'; END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER claims_round BEFORE INSERT ON claims FOR EACH ROW EXECUTE FUNCTION claims_round()""",
    """CREATE TRIGGER audit_rows_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER facts_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON facts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER binding_tries_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON binding_tries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER statements_no_update BEFORE UPDATE ON statements FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."ref" IS DISTINCT FROM NEW."ref" OR OLD."month" IS DISTINCT FROM NEW."month" OR OLD."part" IS DISTINCT FROM NEW."part" OR OLD."version" IS DISTINCT FROM NEW."version" OR OLD."from_seq" IS DISTINCT FROM NEW."from_seq" OR OLD."up_to_seq" IS DISTINCT FROM NEW."up_to_seq" OR OLD."meal_count" IS DISTINCT FROM NEW."meal_count" OR OLD."due_fen" IS DISTINCT FROM NEW."due_fen" OR OLD."own_fen" IS DISTINCT FROM NEW."own_fen" OR OLD."content" IS DISTINCT FROM NEW."content" OR OLD."digest" IS DISTINCT FROM NEW."digest" OR OLD."recipe" IS DISTINCT FROM NEW."recipe" OR OLD."workbook" IS DISTINCT FROM NEW."workbook" OR OLD."workbook_digest" IS DISTINCT FROM NEW."workbook_digest" OR OLD."frozen_at" IS DISTINCT FROM NEW."frozen_at" OR OLD."frozen_by" IS DISTINCT FROM NEW."frozen_by" OR OLD."canteen_id" IS DISTINCT FROM NEW."canteen_id") EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER statements_no_delete BEFORE DELETE OR TRUNCATE ON statements FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER stated_entries_no_update BEFORE UPDATE ON stated_entries FOR EACH ROW WHEN (OLD."statement_id" IS DISTINCT FROM NEW."statement_id" OR OLD."book_id" IS DISTINCT FROM NEW."book_id" OR OLD."seq" IS DISTINCT FROM NEW."seq") EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER stated_entries_no_delete BEFORE DELETE OR TRUNCATE ON stated_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
)

FUNCTIONS = (
    "canteens_book",
    "claims_round",
    "entry_seals_check",
    "journal_entries_open",
    "orders_history",
    "postings_unsealed",
    "refuse_change",
)


def upgrade() -> None:
    # ### commands auto generated by Alembic - please adjust! ###
    op.create_table(
        "accounts",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("side", sa.String(length=40), nullable=False),
        sa.Column("local_code", sa.String(length=40), nullable=True),
        sa.CheckConstraint("side IN ('debit', 'credit', 'either')", name=op.f("ck_accounts_side")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_accounts")),
    )
    op.create_table(
        "audit_heads",
        sa.Column("chain", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_audit_heads")),
    )
    op.create_table(
        "audit_rows",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chain", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(length=200), nullable=False),
        sa.Column("hash", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_rows")),
        sa.UniqueConstraint("chain", "seq", name=op.f("uq_audit_rows_chain_seq")),
    )
    op.create_table(
        "binding_tries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_binding_tries")),
    )
    with op.batch_alter_table("binding_tries", schema=None) as batch_op:
        batch_op.create_index("ix_binding_tries_account_at", ["account", "at"], unique=False)

    op.create_table(
        "calendar_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('statutory', 'bridge', 'workday')", name=op.f("ck_calendar_days_kind")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_days")),
    )
    op.create_table(
        "closed_days",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("meal", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("canteen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_days")),
        sa.UniqueConstraint("canteen_id", "day", "meal", name=op.f("uq_closed_days_canteen_id_day_meal")),
    )
    with op.batch_alter_table("closed_days", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_closed_days_canteen_id"), ["canteen_id"], unique=False)

    op.create_table(
        "conversations",
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_conversations")),
    )
    op.create_table(
        "day_menus",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("meal", sa.String(length=40), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("ordered", sa.Integer(), nullable=False),
        sa.Column("canteen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("meal IN ('breakfast', 'lunch', 'dinner')", name=op.f("ck_day_menus_meal")),
        sa.CheckConstraint("ordered >= 0 AND ordered <= capacity", name=op.f("ck_day_menus_capacity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_menus")),
        sa.UniqueConstraint(
            "canteen_id", "service_date", "meal", name=op.f("uq_day_menus_canteen_id_service_date_meal")
        ),
    )
    with op.batch_alter_table("day_menus", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_day_menus_canteen_id"), ["canteen_id"], unique=False)

    op.create_table(
        "dishes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("allergens", sa.JSON(), nullable=False),
        sa.Column("diets", sa.JSON(), nullable=False),
        sa.Column("price_fen", sa.BigInteger(), nullable=False),
        sa.Column("is_set_meal", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("canteen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("price_fen >= 0", name=op.f("ck_dishes_price")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dishes")),
        sa.UniqueConstraint("canteen_id", "name", name=op.f("uq_dishes_canteen_id_name")),
    )
    with op.batch_alter_table("dishes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dishes_canteen_id"), ["canteen_id"], unique=False)

    op.create_table(
        "entry_seals",
        sa.Column("book_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("posting_count", sa.Integer(), nullable=False),
        sa.Column("previous_hash", sa.String(length=200), nullable=False),
        sa.Column("hash", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("book_id", "seq", name=op.f("pk_entry_seals")),
    )
    op.create_table(
        "help_tickets",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("canteen_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.String(length=200), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('human', 'emergency')", name=op.f("ck_help_tickets_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_tickets")),
    )
    with op.batch_alter_table("help_tickets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_help_tickets_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_help_tickets_canteen_id"), ["canteen_id"], unique=False)

    op.create_table(
        "login_failures",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_failures")),
    )
    with op.batch_alter_table("login_failures", schema=None) as batch_op:
        batch_op.create_index("ix_login_failures_subject_at", ["subject", "at"], unique=False)

    op.create_table(
        "meal_services",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meal", sa.String(length=40), nullable=False),
        sa.Column("opens_minute", sa.Integer(), nullable=False),
        sa.Column("closes_minute", sa.Integer(), nullable=False),
        sa.Column("cutoff_days", sa.Integer(), nullable=False),
        sa.Column("cutoff_minute", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("weekdays", sa.String(length=40), nullable=False),
        sa.Column("dines_in", sa.Boolean(), nullable=False),
        sa.Column("packs", sa.Boolean(), nullable=False),
        sa.Column("delivers", sa.Boolean(), nullable=False),
        sa.Column("delivery_fee_fen", sa.BigInteger(), nullable=False),
        sa.Column("canteen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("meal IN ('breakfast', 'lunch', 'dinner')", name=op.f("ck_meal_services_meal")),
        sa.CheckConstraint("cutoff_days >= 0", name=op.f("ck_meal_services_cutoff_days")),
        sa.CheckConstraint("opens_minute < closes_minute", name=op.f("ck_meal_services_hours")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meal_services")),
        sa.UniqueConstraint("canteen_id", "meal", name=op.f("uq_meal_services_canteen_id_meal")),
    )
    with op.batch_alter_table("meal_services", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meal_services_canteen_id"), ["canteen_id"], unique=False)

    op.create_table(
        "miniprogram_logins",
        sa.Column("token_digest", sa.String(length=200), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_miniprogram_logins")),
    )
    with op.batch_alter_table("miniprogram_logins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_miniprogram_logins_account_id"), ["account_id"], unique=False)

    op.create_table(
        "notices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("account", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("enqueued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=200), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'dead')", name=op.f("ck_notices_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("key", name=op.f("uq_notices_key")),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index("ix_notices_state_due_at", ["state", "due_at"], unique=False)

    op.create_table(
        "operators",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("contract_number", sa.String(length=200), nullable=True),
        sa.Column("contract_from", sa.Date(), nullable=True),
        sa.Column("contract_until", sa.Date(), nullable=True),
        sa.Column("bank_name", sa.String(length=200), nullable=True),
        sa.Column("bank_account_sealed", sa.Text(), nullable=True),
        sa.Column("price_ceiling_fen", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('company', 'nonprofit', 'village', 'care_home', 'government')", name=op.f("ck_operators_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operators")),
        sa.UniqueConstraint("ref", name=op.f("uq_operators_ref")),
    )
    op.create_table(
        "regions",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("parent_code", sa.String(length=40), nullable=True),
        sa.Column("is_local", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "level IN ('province', 'city', 'district', 'town', 'village')", name=op.f("ck_regions_level")
        ),
        sa.ForeignKeyConstraint(["parent_code"], ["regions.code"], name=op.f("fk_regions_parent_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_regions")),
    )
    with op.batch_alter_table("regions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_regions_parent_code"), ["parent_code"], unique=False)

    op.create_table(
        "roles",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("permissions", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_roles")),
    )
    op.create_table(
        "seen_messages",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_seen_messages")),
    )
    with op.batch_alter_table("seen_messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seen_messages_seen_at"), ["seen_at"], unique=False)

    op.create_table(
        "staff",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("username", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("ref", name=op.f("uq_staff_ref")),
        sa.UniqueConstraint("username", name=op.f("uq_staff_username")),
    )
    op.create_table(
        "statements",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("month", sa.String(length=40), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("from_seq", sa.Integer(), nullable=False),
        sa.Column("up_to_seq", sa.Integer(), nullable=False),
        sa.Column("meal_count", sa.Integer(), nullable=False),
        sa.Column("due_fen", sa.BigInteger(), nullable=False),
        sa.Column("own_fen", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=200), nullable=False),
        sa.Column("recipe", sa.String(length=40), nullable=False),
        sa.Column("workbook", sa.LargeBinary(), nullable=False),
        sa.Column("workbook_digest", sa.String(length=200), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_by", sa.String(length=200), nullable=False),
        sa.Column("canteen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("state IN ('frozen', 'superseded')", name=op.f("ck_statements_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statements")),
        sa.UniqueConstraint(
            "canteen_id", "month", "part", "version", name=op.f("uq_statements_canteen_id_month_part_version")
        ),
        sa.UniqueConstraint("ref", name=op.f("uq_statements_ref")),
    )
    with op.batch_alter_table("statements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_statements_canteen_id"), ["canteen_id"], unique=False)

    op.create_table(
        "utterances",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("speaker", sa.String(length=40), nullable=False),
        sa.Column("text_sealed", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_utterances")),
    )
    with op.batch_alter_table("utterances", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_utterances_account_id"), ["account_id"], unique=False)

    op.create_table(
        "wechat_accounts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("appid", sa.String(length=40), nullable=False),
        sa.Column("openid", sa.String(length=200), nullable=False),
        sa.Column("unionid", sa.String(length=200), nullable=True),
        sa.Column("follows", sa.Boolean(), nullable=False),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wechat_accounts")),
        sa.UniqueConstraint("appid", "openid", name=op.f("uq_wechat_accounts_appid_openid")),
    )
    op.create_table(
        "wechat_tokens",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("token_sealed", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_wechat_tokens")),
    )
    op.create_table(
        "canteens",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("operator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("region_code", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("latitude_e6", sa.Integer(), nullable=True),
        sa.Column("longitude_e6", sa.Integer(), nullable=True),
        sa.Column("default_tender", sa.String(length=40), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("supplied_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("default_tender IN ('cash', 'own_code', 'tab')", name=op.f("ck_canteens_default_tender")),
        sa.CheckConstraint("kind IN ('canteen', 'meal_point', 'central_kitchen')", name=op.f("ck_canteens_kind")),
        sa.ForeignKeyConstraint(["operator_id"], ["operators.id"], name=op.f("fk_canteens_operator_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_canteens_region_code")),
        sa.ForeignKeyConstraint(["supplied_by_id"], ["canteens.id"], name=op.f("fk_canteens_supplied_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canteens")),
        sa.UniqueConstraint("name", name=op.f("uq_canteens_name")),
        sa.UniqueConstraint("ref", name=op.f("uq_canteens_ref")),
    )
    with op.batch_alter_table("canteens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_canteens_region_code"), ["region_code"], unique=False)

    op.create_table(
        "funders",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("region_code", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "kind IN ('public_budget', 'lottery_fund', 'collective', 'charity')", name=op.f("ck_funders_kind")
        ),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_funders_region_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_funders")),
    )
    op.create_table(
        "menu_items",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("menu_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("dish_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("price_fen", sa.BigInteger(), nullable=False),
        sa.Column("portions", sa.Integer(), nullable=False),
        sa.Column("sold", sa.Integer(), nullable=False),
        sa.CheckConstraint("price_fen >= 0", name=op.f("ck_menu_items_price")),
        sa.CheckConstraint("sold >= 0 AND sold <= portions", name=op.f("ck_menu_items_portions")),
        sa.ForeignKeyConstraint(["dish_id"], ["dishes.id"], name=op.f("fk_menu_items_dish_id")),
        sa.ForeignKeyConstraint(["menu_id"], ["day_menus.id"], name=op.f("fk_menu_items_menu_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_menu_items")),
        sa.UniqueConstraint("menu_id", "dish_id", name=op.f("uq_menu_items_menu_id_dish_id")),
    )
    with op.batch_alter_table("menu_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_menu_items_menu_id"), ["menu_id"], unique=False)

    op.create_table(
        "published_policies",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("region_code", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=200), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(length=200), nullable=False),
        sa.Column("supersedes_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_published_policies_region_code")),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["published_policies.id"], name=op.f("fk_published_policies_supersedes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_policies")),
        sa.UniqueConstraint("code", "digest", name=op.f("uq_published_policies_code_digest")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_published_policies_supersedes_id")),
    )
    with op.batch_alter_table("published_policies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_published_policies_region_code"), ["region_code"], unique=False)

    op.create_table(
        "staff_sessions",
        sa.Column("token_digest", sa.String(length=200), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_sessions_staff_id")),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_staff_sessions")),
    )
    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_sessions_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "books",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("canteen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("funder_code", sa.String(length=40), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=200), nullable=False),
        sa.CheckConstraint("(canteen_id IS NULL) <> (funder_code IS NULL)", name=op.f("ck_books_one_owner")),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteens.id"], name=op.f("fk_books_canteen_id")),
        sa.ForeignKeyConstraint(["funder_code"], ["funders.code"], name=op.f("fk_books_funder_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_books")),
        sa.UniqueConstraint("canteen_id", name=op.f("uq_books_canteen_id")),
        sa.UniqueConstraint("funder_code", name=op.f("uq_books_funder_code")),
    )
    op.create_table(
        "grants",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role_code", sa.String(length=40), nullable=False),
        sa.Column("region_code", sa.String(length=40), nullable=True),
        sa.Column("canteen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by", sa.String(length=200), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(region_code IS NULL) <> (canteen_id IS NULL)", name=op.f("ck_grants_one_place")),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteens.id"], name=op.f("fk_grants_canteen_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_grants_region_code")),
        sa.ForeignKeyConstraint(["role_code"], ["roles.code"], name=op.f("fk_grants_role_code")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_grants_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.create_index("ix_grants_staff_id", ["staff_id"], unique=False)

    op.create_table(
        "persons",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("initials", sa.String(length=40), nullable=False),
        sa.Column("sex", sa.String(length=40), nullable=True),
        sa.Column("diner", sa.String(length=40), nullable=False),
        sa.Column("document_kind", sa.String(length=40), nullable=False),
        sa.Column("document_sealed", sa.Text(), nullable=True),
        sa.Column("document_index", sa.String(length=200), nullable=True),
        sa.Column("document_tail", sa.String(length=40), nullable=False),
        sa.Column("birth_on", sa.Date(), nullable=True),
        sa.Column("phone_sealed", sa.Text(), nullable=True),
        sa.Column("phone_index", sa.String(length=200), nullable=True),
        sa.Column("phone_tail", sa.String(length=40), nullable=False),
        sa.Column("region_code", sa.String(length=40), nullable=False),
        sa.Column("address_sealed", sa.Text(), nullable=True),
        sa.Column("home_canteen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("diet", sa.JSON(), nullable=False),
        sa.Column("allergies", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_into_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("(document_kind = 'none_yet') = (document_index IS NULL)", name=op.f("ck_persons_document")),
        sa.CheckConstraint("diner IN ('senior', 'child', 'public')", name=op.f("ck_persons_diner")),
        sa.CheckConstraint(
            "document_kind IN ('resident', 'resident_15', 'hmt_residence', 'hk_macau_permit', 'taiwan_permit', 'foreign_residence', 'passport', 'none_yet')",
            name=op.f("ck_persons_document_kind"),
        ),
        sa.ForeignKeyConstraint(["home_canteen_id"], ["canteens.id"], name=op.f("fk_persons_home_canteen_id")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["persons.id"], name=op.f("fk_persons_merged_into_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_persons_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persons")),
        sa.UniqueConstraint("document_index", name=op.f("uq_persons_document_index")),
        sa.UniqueConstraint("ref", name=op.f("uq_persons_ref")),
    )
    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_persons_home_canteen_id"), ["home_canteen_id"], unique=False)
        batch_op.create_index("ix_persons_phone_index", ["phone_index"], unique=False)
        batch_op.create_index("ix_persons_region_code", ["region_code"], unique=False)

    op.create_table(
        "binding_slips",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("scene", sa.String(length=40), nullable=False),
        sa.Column("code_index", sa.String(length=200), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.String(length=200), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_by", sa.String(length=200), nullable=True),
        sa.Column("ticket", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_binding_slips_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_binding_slips")),
        sa.UniqueConstraint("code_index", name=op.f("uq_binding_slips_code_index")),
        sa.UniqueConstraint("scene", name=op.f("uq_binding_slips_scene")),
    )
    with op.batch_alter_table("binding_slips", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_binding_slips_person_id"), ["person_id"], unique=False)

    op.create_table(
        "cards",
        sa.Column("serial", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.String(length=200), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(length=200), nullable=True),
        sa.Column("revoked_reason", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_cards_person_id")),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_cards")),
        sa.UniqueConstraint("ref", name=op.f("uq_cards_ref")),
    )
    with op.batch_alter_table("cards", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cards_person_id"), ["person_id"], unique=False)

    op.create_table(
        "claims",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("counter", sa.String(length=200), nullable=False),
        sa.Column("window", sa.String(length=40), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("meal", sa.String(length=40), nullable=False),
        sa.Column("redemption_ref", sa.String(length=40), nullable=False),
        sa.Column("used", sa.Text(), nullable=False),
        sa.CheckConstraint("ordinal >= 1 AND round >= 1", name=op.f("ck_claims_numbers")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_claims_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
        sa.UniqueConstraint("person_id", "counter", "window", "ordinal", "round", name="uq_claims_chance"),
    )
    with op.batch_alter_table("claims", schema=None) as batch_op:
        batch_op.create_index("ix_claims_person_id_service_date", ["person_id", "service_date"], unique=False)
        batch_op.create_index("ix_claims_redemption_ref", ["redemption_ref"], unique=False)

    op.create_table(
        "code_links",
        sa.Column("token_digest", sa.String(length=200), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("meal", sa.String(length=40), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_code_links_person_id")),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_code_links")),
    )
    with op.batch_alter_table("code_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_code_links_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_code_links_person_id"), ["person_id"], unique=False)

    op.create_table(
        "consents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("text_version", sa.String(length=40), nullable=False),
        sa.Column("given_by", sa.String(length=200), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('binding', 'health', 'guardian')", name=op.f("ck_consents_kind")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_consents_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consents_person_id"), ["person_id"], unique=False)

    op.create_table(
        "contacts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("relation", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("phone_sealed", sa.Text(), nullable=False),
        sa.Column("phone_tail", sa.String(length=40), nullable=False),
        sa.Column("is_emergency", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('kin', 'guardian', 'neighbour', 'community_worker')", name=op.f("ck_contacts_kind")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_contacts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contacts_person_id"), ["person_id"], unique=False)

    op.create_table(
        "facts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("evidence", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.String(length=200), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("supersedes_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "kind IN ('category', 'hukou', 'residence', 'housing', 'death', 'exit')", name=op.f("ck_facts_kind")
        ),
        sa.CheckConstraint("valid_until IS NULL OR valid_from < valid_until", name=op.f("ck_facts_validity")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_facts_person_id")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["facts.id"], name=op.f("fk_facts_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facts")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_facts_supersedes_id")),
    )
    with op.batch_alter_table("facts", schema=None) as batch_op:
        batch_op.create_index("ix_facts_person_id_kind", ["person_id", "kind"], unique=False)

    op.create_table(
        "family_links",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account", sa.String(length=200), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("relation", sa.String(length=40), nullable=False),
        sa.Column("is_self", sa.Boolean(), nullable=False),
        sa.Column("proof", sa.String(length=200), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_family_links_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_links")),
    )
    with op.batch_alter_table("family_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_family_links_account"), ["account"], unique=False)
        batch_op.create_index(batch_op.f("ix_family_links_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_family_links_live",
            ["account", "person_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(
            "uq_family_links_self",
            ["account"],
            unique=True,
            sqlite_where=sa.text("is_self AND ended_at IS NULL"),
            postgresql_where=sa.text("is_self AND ended_at IS NULL"),
        )

    op.create_table(
        "journal_entries",
        sa.Column("book_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("request_digest", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("month", sa.String(length=40), nullable=False),
        sa.Column("effect_month", sa.String(length=40), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evidence", sa.String(length=40), nullable=True),
        sa.Column("corrects_seq", sa.Integer(), nullable=True),
        sa.Column("memo", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["book_id", "seq"],
            ["entry_seals.book_id", "entry_seals.seq"],
            name="fk_journal_entries_sealed",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name=op.f("fk_journal_entries_book_id")),
        sa.PrimaryKeyConstraint("book_id", "seq", name=op.f("pk_journal_entries")),
        sa.UniqueConstraint("book_id", "key", name=op.f("uq_journal_entries_book_id_key")),
    )
    with op.batch_alter_table("journal_entries", schema=None) as batch_op:
        batch_op.create_index("ix_journal_entries_book_id_month", ["book_id", "month", "seq"], unique=False)

    op.create_table(
        "orders",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("diner_masked", sa.String(length=40), nullable=False),
        sa.Column("menu_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("meal", sa.String(length=40), nullable=False),
        sa.Column("mode", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_by", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("state_channel", sa.String(length=40), nullable=False),
        sa.Column("price_fen", sa.BigInteger(), nullable=False),
        sa.Column("delivery_fee_fen", sa.BigInteger(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("own_fen", sa.BigInteger(), nullable=False),
        sa.Column("dishes", sa.String(length=200), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("allergens", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("canteen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "channel IN ('wechat', 'api', 'staff', 'phone', 'walk_in', 'standing')", name=op.f("ck_orders_channel")
        ),
        sa.CheckConstraint("meal IN ('breakfast', 'lunch', 'dinner')", name=op.f("ck_orders_meal")),
        sa.CheckConstraint("mode IN ('dine_in', 'pickup', 'delivery')", name=op.f("ck_orders_mode")),
        sa.CheckConstraint(
            "state IN ('placed', 'locked', 'served', 'delivered', 'no_show', 'undeliverable', 'cancelled', 'cancelled_late', 'cancelled_by_kitchen')",
            name=op.f("ck_orders_state"),
        ),
        sa.CheckConstraint("price_fen >= 0 AND delivery_fee_fen >= 0", name=op.f("ck_orders_price")),
        sa.ForeignKeyConstraint(["menu_id"], ["day_menus.id"], name=op.f("fk_orders_menu_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_orders_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("key", name=op.f("uq_orders_key")),
        sa.UniqueConstraint("ref", name=op.f("uq_orders_ref")),
    )
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_orders_canteen_id"), ["canteen_id"], unique=False)
        batch_op.create_index("ix_orders_canteen_id_service_date", ["canteen_id", "service_date", "meal"], unique=False)
        batch_op.create_index(
            "uq_orders_one_live",
            ["person_id", "service_date", "meal"],
            unique=True,
            sqlite_where=sa.text("state IN ('placed', 'locked', 'served', 'delivered')"),
            postgresql_where=sa.text("state IN ('placed', 'locked', 'served', 'delivered')"),
        )

    op.create_table(
        "periods",
        sa.Column("book_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.CheckConstraint("state IN ('open', 'soft_closed', 'closed', 'approved')", name=op.f("ck_periods_state")),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name=op.f("fk_periods_book_id")),
        sa.PrimaryKeyConstraint("book_id", "month", name=op.f("pk_periods")),
    )
    op.create_table(
        "scan_attempts",
        sa.Column("scan_id", sa.String(length=40), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("means", sa.String(length=40), nullable=False),
        sa.Column("device", sa.String(length=40), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("meal", sa.String(length=40), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("redemption_ref", sa.String(length=40), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("canteen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "means IN ('gun', 'camera', 'typed', 'manual', 'courier', 'paper')", name=op.f("ck_scan_attempts_means")
        ),
        sa.CheckConstraint("verdict IN ('ok', 'warn', 'bad')", name=op.f("ck_scan_attempts_verdict")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_scan_attempts_person_id")),
        sa.PrimaryKeyConstraint("scan_id", name=op.f("pk_scan_attempts")),
    )
    with op.batch_alter_table("scan_attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scan_attempts_canteen_id"), ["canteen_id"], unique=False)
        batch_op.create_index("ix_scan_attempts_canteen_id_received_at", ["canteen_id", "received_at"], unique=False)
        batch_op.create_index("ix_scan_attempts_device_received_at", ["device", "received_at"], unique=False)

    op.create_table(
        "typed_numbers",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("meal", sa.String(length=40), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_typed_numbers_person_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_typed_numbers")),
    )
    with op.batch_alter_table("typed_numbers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_typed_numbers_person_id"), ["person_id"], unique=False)

    op.create_table(
        "claim_releases",
        sa.Column("claim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_claim_releases_claim_id")),
        sa.PrimaryKeyConstraint("claim_id", name=op.f("pk_claim_releases")),
    )
    op.create_table(
        "order_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_events_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_events")),
    )
    with op.batch_alter_table("order_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_events_order_id"), ["order_id"], unique=False)

    op.create_table(
        "order_lines",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("dish_name", sa.String(length=200), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("price_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_lines_quantity")),
        sa.ForeignKeyConstraint(["item_id"], ["menu_items.id"], name=op.f("fk_order_lines_item_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_lines_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_lines")),
    )
    with op.batch_alter_table("order_lines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_lines_order_id"), ["order_id"], unique=False)

    op.create_table(
        "postings",
        sa.Column("book_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("funder_code", sa.String(length=40), nullable=True),
        sa.Column("person_ref", sa.String(length=40), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("evidence", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "evidence IS NOT NULL OR NOT (account LIKE '1122.%' OR account LIKE '5001.02%')",
            name=op.f("ck_postings_evidence"),
        ),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_postings_amount")),
        sa.ForeignKeyConstraint(["account"], ["accounts.code"], name=op.f("fk_postings_account")),
        sa.ForeignKeyConstraint(
            ["book_id", "seq"], ["journal_entries.book_id", "journal_entries.seq"], name="fk_postings_entry"
        ),
        sa.ForeignKeyConstraint(["funder_code"], ["funders.code"], name=op.f("fk_postings_funder_code")),
        sa.PrimaryKeyConstraint("book_id", "seq", "line", name=op.f("pk_postings")),
    )
    with op.batch_alter_table("postings", schema=None) as batch_op:
        batch_op.create_index("ix_postings_book_id_account", ["book_id", "account", "funder_code"], unique=False)

    op.create_table(
        "redemptions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("scan_id", sa.String(length=40), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("meal", sa.String(length=40), nullable=False),
        sa.Column("mode", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("means", sa.String(length=40), nullable=False),
        sa.Column("tender", sa.String(length=40), nullable=False),
        sa.Column("category", sa.String(length=200), nullable=False),
        sa.Column("price_fen", sa.BigInteger(), nullable=False),
        sa.Column("delivery_fee_fen", sa.BigInteger(), nullable=False),
        sa.Column("discount_fen", sa.BigInteger(), nullable=False),
        sa.Column("subsidy_fen", sa.BigInteger(), nullable=False),
        sa.Column("delivery_subsidy_fen", sa.BigInteger(), nullable=False),
        sa.Column("own_fen", sa.BigInteger(), nullable=False),
        sa.Column("operator_fen", sa.BigInteger(), nullable=False),
        sa.Column("policy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("trace", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("served_by", sa.String(length=200), nullable=False),
        sa.Column("canteen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("kind IN ('meal', 'extra', 'public')", name=op.f("ck_redemptions_kind")),
        sa.CheckConstraint("mode IN ('dine_in', 'pickup', 'delivery')", name=op.f("ck_redemptions_mode")),
        sa.CheckConstraint("tender IN ('cash', 'own_code', 'tab', 'free')", name=op.f("ck_redemptions_tender")),
        sa.CheckConstraint(
            "price_fen + delivery_fee_fen = subsidy_fen + discount_fen + delivery_subsidy_fen + own_fen",
            name=op.f("ck_redemptions_parts"),
        ),
        sa.CheckConstraint(
            "subsidy_fen >= 0 AND discount_fen >= 0 AND delivery_subsidy_fen >= 0 AND own_fen >= 0 AND operator_fen >= 0",
            name=op.f("ck_redemptions_signs"),
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_redemptions_order_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_redemptions_person_id")),
        sa.ForeignKeyConstraint(["policy_id"], ["published_policies.id"], name=op.f("fk_redemptions_policy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redemptions")),
        sa.UniqueConstraint("ref", name=op.f("uq_redemptions_ref")),
        sa.UniqueConstraint("scan_id", name=op.f("uq_redemptions_scan_id")),
    )
    with op.batch_alter_table("redemptions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_redemptions_canteen_id"), ["canteen_id"], unique=False)
        batch_op.create_index("ix_redemptions_canteen_id_service_date", ["canteen_id", "service_date"], unique=False)
        batch_op.create_index(batch_op.f("ix_redemptions_order_id"), ["order_id"], unique=False)
        batch_op.create_index(
            "ix_redemptions_person_id_service_date", ["person_id", "service_date", "meal"], unique=False
        )

    op.create_table(
        "stated_entries",
        sa.Column("statement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("book_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["book_id", "seq"], ["journal_entries.book_id", "journal_entries.seq"], name="fk_stated_entries_entry"
        ),
        sa.ForeignKeyConstraint(["statement_id"], ["statements.id"], name=op.f("fk_stated_entries_statement_id")),
        sa.PrimaryKeyConstraint("statement_id", "book_id", "seq", name=op.f("pk_stated_entries")),
    )
    with op.batch_alter_table("stated_entries", schema=None) as batch_op:
        batch_op.create_index(
            "uq_stated_entries_live",
            ["book_id", "seq"],
            unique=True,
            sqlite_where=sa.text("is_live"),
            postgresql_where=sa.text("is_live"),
        )

    op.create_table(
        "redemption_undos",
        sa.Column("redemption_ref", sa.String(length=40), nullable=False),
        sa.Column("scan_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("canteen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["redemption_ref"], ["redemptions.ref"], name=op.f("fk_redemption_undos_redemption_ref")
        ),
        sa.PrimaryKeyConstraint("redemption_ref", name=op.f("pk_redemption_undos")),
        sa.UniqueConstraint("scan_id", name=op.f("uq_redemption_undos_scan_id")),
    )
    with op.batch_alter_table("redemption_undos", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_redemption_undos_canteen_id"), ["canteen_id"], unique=False)

    op.create_table(
        "tender_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("redemption_ref", sa.String(length=40), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("tender", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("canteen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("tender IN ('cash', 'own_code', 'tab', 'free')", name=op.f("ck_tender_changes_tender")),
        sa.ForeignKeyConstraint(["redemption_ref"], ["redemptions.ref"], name=op.f("fk_tender_changes_redemption_ref")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender_changes")),
        sa.UniqueConstraint("redemption_ref", "ordinal", name=op.f("uq_tender_changes_redemption_ref_ordinal")),
    )
    with op.batch_alter_table("tender_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tender_changes_canteen_id"), ["canteen_id"], unique=False)

    # ### end Alembic commands ###
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(sa.DDL(statement.replace("%", "%%")))


def downgrade() -> None:
    # ### commands auto generated by Alembic - please adjust! ###
    with op.batch_alter_table("tender_changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tender_changes_canteen_id"))

    op.drop_table("tender_changes")
    with op.batch_alter_table("redemption_undos", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_redemption_undos_canteen_id"))

    op.drop_table("redemption_undos")
    with op.batch_alter_table("stated_entries", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_stated_entries_live", sqlite_where=sa.text("is_live"), postgresql_where=sa.text("is_live")
        )

    op.drop_table("stated_entries")
    with op.batch_alter_table("redemptions", schema=None) as batch_op:
        batch_op.drop_index("ix_redemptions_person_id_service_date")
        batch_op.drop_index(batch_op.f("ix_redemptions_order_id"))
        batch_op.drop_index("ix_redemptions_canteen_id_service_date")
        batch_op.drop_index(batch_op.f("ix_redemptions_canteen_id"))

    op.drop_table("redemptions")
    with op.batch_alter_table("postings", schema=None) as batch_op:
        batch_op.drop_index("ix_postings_book_id_account")

    op.drop_table("postings")
    with op.batch_alter_table("order_lines", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_order_lines_order_id"))

    op.drop_table("order_lines")
    with op.batch_alter_table("order_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_order_events_order_id"))

    op.drop_table("order_events")
    op.drop_table("claim_releases")
    with op.batch_alter_table("typed_numbers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_typed_numbers_person_id"))

    op.drop_table("typed_numbers")
    with op.batch_alter_table("scan_attempts", schema=None) as batch_op:
        batch_op.drop_index("ix_scan_attempts_device_received_at")
        batch_op.drop_index("ix_scan_attempts_canteen_id_received_at")
        batch_op.drop_index(batch_op.f("ix_scan_attempts_canteen_id"))

    op.drop_table("scan_attempts")
    op.drop_table("periods")
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_orders_one_live",
            sqlite_where=sa.text("state IN ('placed', 'locked', 'served', 'delivered')"),
            postgresql_where=sa.text("state IN ('placed', 'locked', 'served', 'delivered')"),
        )
        batch_op.drop_index("ix_orders_canteen_id_service_date")
        batch_op.drop_index(batch_op.f("ix_orders_canteen_id"))

    op.drop_table("orders")
    with op.batch_alter_table("journal_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_journal_entries_book_id_month")

    op.drop_table("journal_entries")
    with op.batch_alter_table("family_links", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_family_links_self",
            sqlite_where=sa.text("is_self AND ended_at IS NULL"),
            postgresql_where=sa.text("is_self AND ended_at IS NULL"),
        )
        batch_op.drop_index(
            "uq_family_links_live",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_family_links_person_id"))
        batch_op.drop_index(batch_op.f("ix_family_links_account"))

    op.drop_table("family_links")
    with op.batch_alter_table("facts", schema=None) as batch_op:
        batch_op.drop_index("ix_facts_person_id_kind")

    op.drop_table("facts")
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contacts_person_id"))

    op.drop_table("contacts")
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consents_person_id"))

    op.drop_table("consents")
    with op.batch_alter_table("code_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_code_links_person_id"))
        batch_op.drop_index(batch_op.f("ix_code_links_expires_at"))

    op.drop_table("code_links")
    with op.batch_alter_table("claims", schema=None) as batch_op:
        batch_op.drop_index("ix_claims_redemption_ref")
        batch_op.drop_index("ix_claims_person_id_service_date")

    op.drop_table("claims")
    with op.batch_alter_table("cards", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cards_person_id"))

    op.drop_table("cards")
    with op.batch_alter_table("binding_slips", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_binding_slips_person_id"))

    op.drop_table("binding_slips")
    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.drop_index("ix_persons_region_code")
        batch_op.drop_index("ix_persons_phone_index")
        batch_op.drop_index(batch_op.f("ix_persons_home_canteen_id"))

    op.drop_table("persons")
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.drop_index("ix_grants_staff_id")

    op.drop_table("grants")
    op.drop_table("books")
    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_sessions_staff_id"))

    op.drop_table("staff_sessions")
    with op.batch_alter_table("published_policies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_published_policies_region_code"))

    op.drop_table("published_policies")
    with op.batch_alter_table("menu_items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_menu_items_menu_id"))

    op.drop_table("menu_items")
    op.drop_table("funders")
    with op.batch_alter_table("canteens", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_canteens_region_code"))

    op.drop_table("canteens")
    op.drop_table("wechat_tokens")
    op.drop_table("wechat_accounts")
    with op.batch_alter_table("utterances", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_utterances_account_id"))

    op.drop_table("utterances")
    with op.batch_alter_table("statements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_statements_canteen_id"))

    op.drop_table("statements")
    op.drop_table("staff")
    with op.batch_alter_table("seen_messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seen_messages_seen_at"))

    op.drop_table("seen_messages")
    op.drop_table("roles")
    with op.batch_alter_table("regions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_regions_parent_code"))

    op.drop_table("regions")
    op.drop_table("operators")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index("ix_notices_state_due_at")

    op.drop_table("notices")
    with op.batch_alter_table("miniprogram_logins", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_miniprogram_logins_account_id"))

    op.drop_table("miniprogram_logins")
    with op.batch_alter_table("meal_services", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meal_services_canteen_id"))

    op.drop_table("meal_services")
    with op.batch_alter_table("login_failures", schema=None) as batch_op:
        batch_op.drop_index("ix_login_failures_subject_at")

    op.drop_table("login_failures")
    with op.batch_alter_table("help_tickets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_help_tickets_canteen_id"))
        batch_op.drop_index(batch_op.f("ix_help_tickets_account_id"))

    op.drop_table("help_tickets")
    op.drop_table("entry_seals")
    with op.batch_alter_table("dishes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dishes_canteen_id"))

    op.drop_table("dishes")
    with op.batch_alter_table("day_menus", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_day_menus_canteen_id"))

    op.drop_table("day_menus")
    op.drop_table("conversations")
    with op.batch_alter_table("closed_days", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_closed_days_canteen_id"))

    op.drop_table("closed_days")
    op.drop_table("calendar_days")
    with op.batch_alter_table("binding_tries", schema=None) as batch_op:
        batch_op.drop_index("ix_binding_tries_account_at")

    op.drop_table("binding_tries")
    op.drop_table("audit_rows")
    op.drop_table("audit_heads")
    op.drop_table("accounts")
    # ### end Alembic commands ###
    if op.get_bind().dialect.name == "postgresql":
        for function in FUNCTIONS:
            op.execute(f"DROP FUNCTION {function}()")
