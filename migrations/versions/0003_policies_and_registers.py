"""policies and registers.

Revision 0003, after 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


# What the database refuses whoever writes; as the guards of the code had it at this revision.
SQLITE = (
    """CREATE TRIGGER pot_moves_no_update BEFORE UPDATE ON pot_moves BEGIN SELECT RAISE(ABORT, 'append_only:pot_moves'); END""",
    """CREATE TRIGGER pot_moves_no_delete BEFORE DELETE ON pot_moves BEGIN SELECT RAISE(ABORT, 'append_only:pot_moves'); END""",
    """CREATE TRIGGER pot_moves_no_replace BEFORE INSERT ON pot_moves WHEN EXISTS (SELECT 1 FROM pot_moves WHERE ("id" = NEW."id") OR ("key" = NEW."key")) BEGIN SELECT RAISE(ABORT, 'exists:pot_moves'); END""",
    """CREATE TRIGGER purse_budgets_no_update BEFORE UPDATE ON purse_budgets BEGIN SELECT RAISE(ABORT, 'append_only:purse_budgets'); END""",
    """CREATE TRIGGER purse_budgets_no_delete BEFORE DELETE ON purse_budgets BEGIN SELECT RAISE(ABORT, 'append_only:purse_budgets'); END""",
    """CREATE TRIGGER purse_budgets_no_replace BEFORE INSERT ON purse_budgets WHEN EXISTS (SELECT 1 FROM purse_budgets WHERE ("id" = NEW."id") OR ("supersedes_id" = NEW."supersedes_id")) BEGIN SELECT RAISE(ABORT, 'exists:purse_budgets'); END""",
    """CREATE TRIGGER pot_moves_balance AFTER INSERT ON pot_moves WHEN NEW.kind <> 'pledge' BEGIN UPDATE pots SET balance_fen = balance_fen + NEW.amount_fen WHERE funder_code = NEW.funder_code; END""",
    """CREATE TRIGGER policy_scans_no_update BEFORE UPDATE ON policy_scans BEGIN SELECT RAISE(ABORT, 'append_only:policy_scans'); END""",
    """CREATE TRIGGER policy_scans_no_delete BEFORE DELETE ON policy_scans BEGIN SELECT RAISE(ABORT, 'append_only:policy_scans'); END""",
    """CREATE TRIGGER policy_scans_no_replace BEFORE INSERT ON policy_scans WHEN EXISTS (SELECT 1 FROM policy_scans WHERE ("digest" = NEW."digest") OR ("id" = NEW."id")) BEGIN SELECT RAISE(ABORT, 'exists:policy_scans'); END""",
    """CREATE TRIGGER draft_authors_no_update BEFORE UPDATE ON draft_authors BEGIN SELECT RAISE(ABORT, 'append_only:draft_authors'); END""",
    """CREATE TRIGGER draft_authors_no_delete BEFORE DELETE ON draft_authors BEGIN SELECT RAISE(ABORT, 'append_only:draft_authors'); END""",
    """CREATE TRIGGER draft_authors_no_replace BEFORE INSERT ON draft_authors WHEN EXISTS (SELECT 1 FROM draft_authors WHERE ("draft_id" = NEW."draft_id" AND "author" = NEW."author")) BEGIN SELECT RAISE(ABORT, 'exists:draft_authors'); END""",
    """CREATE TRIGGER category_entries_no_update BEFORE UPDATE ON category_entries BEGIN SELECT RAISE(ABORT, 'append_only:category_entries'); END""",
    """CREATE TRIGGER category_entries_no_delete BEFORE DELETE ON category_entries BEGIN SELECT RAISE(ABORT, 'append_only:category_entries'); END""",
    """CREATE TRIGGER category_entries_no_replace BEFORE INSERT ON category_entries WHEN EXISTS (SELECT 1 FROM category_entries WHERE ("id" = NEW."id") OR ("supersedes_id" = NEW."supersedes_id")) BEGIN SELECT RAISE(ABORT, 'exists:category_entries'); END""",
    """CREATE TRIGGER policy_drafts_no_update BEFORE UPDATE ON policy_drafts WHEN OLD."id" IS NOT NEW."id" OR OLD."ref" IS NOT NEW."ref" OR OLD."region_code" IS NOT NEW."region_code" OR OLD."created_by" IS NOT NEW."created_by" OR OLD."created_at" IS NOT NEW."created_at" BEGIN SELECT RAISE(ABORT, 'append_only:policy_drafts'); END""",
    """CREATE TRIGGER policy_drafts_no_delete BEFORE DELETE ON policy_drafts BEGIN SELECT RAISE(ABORT, 'append_only:policy_drafts'); END""",
    """CREATE TRIGGER policy_drafts_begin BEFORE INSERT ON policy_drafts WHEN NEW.state <> 'draft' BEGIN SELECT RAISE(ABORT, 'subsidy.draft_not_reviewed'); END""",
    """CREATE TRIGGER policy_drafts_rules BEFORE UPDATE ON policy_drafts BEGIN
SELECT RAISE(ABORT, 'subsidy.same_eyes') WHERE NEW.reviewed_by IS NOT NULL AND EXISTS (SELECT 1 FROM draft_authors WHERE draft_id = NEW.id AND author = NEW.reviewed_by);
SELECT RAISE(ABORT, 'subsidy.draft_settled') WHERE OLD.state IN ('published', 'dropped') OR (OLD.state = 'reviewed' AND (OLD.text IS NOT NEW.text OR OLD.document_number IS NOT NEW.document_number OR OLD.scan_id IS NOT NEW.scan_id OR NEW.reviewed_by IS NOT OLD.reviewed_by) AND NEW.state <> 'draft');
SELECT RAISE(ABORT, 'subsidy.draft_not_reviewed') WHERE NEW.state = 'published' AND OLD.state <> 'reviewed';
END""",
    """CREATE TRIGGER policy_drafts_first_author AFTER INSERT ON policy_drafts BEGIN INSERT INTO draft_authors (draft_id, author) SELECT NEW.id, NEW.edited_by WHERE NOT EXISTS (SELECT 1 FROM draft_authors WHERE draft_id = NEW.id AND author = NEW.edited_by); END""",
    """CREATE TRIGGER policy_drafts_author AFTER UPDATE OF text, document_number, scan_id ON policy_drafts BEGIN INSERT INTO draft_authors (draft_id, author) SELECT NEW.id, NEW.edited_by WHERE NOT EXISTS (SELECT 1 FROM draft_authors WHERE draft_id = NEW.id AND author = NEW.edited_by); END""",
    """CREATE TRIGGER region_changes_no_update BEFORE UPDATE ON region_changes BEGIN SELECT RAISE(ABORT, 'append_only:region_changes'); END""",
    """CREATE TRIGGER region_changes_no_delete BEFORE DELETE ON region_changes BEGIN SELECT RAISE(ABORT, 'append_only:region_changes'); END""",
    """CREATE TRIGGER region_changes_no_replace BEFORE INSERT ON region_changes WHEN EXISTS (SELECT 1 FROM region_changes WHERE ("id" = NEW."id")) BEGIN SELECT RAISE(ABORT, 'exists:region_changes'); END""",
    """CREATE TRIGGER ratings_no_update BEFORE UPDATE ON ratings BEGIN SELECT RAISE(ABORT, 'append_only:ratings'); END""",
    """CREATE TRIGGER ratings_no_delete BEFORE DELETE ON ratings BEGIN SELECT RAISE(ABORT, 'append_only:ratings'); END""",
    """CREATE TRIGGER ratings_no_replace BEFORE INSERT ON ratings WHEN EXISTS (SELECT 1 FROM ratings WHERE ("id" = NEW."id") OR ("supersedes_id" = NEW."supersedes_id")) BEGIN SELECT RAISE(ABORT, 'exists:ratings'); END""",
)

POSTGRESQL = (
    """CREATE TRIGGER pot_moves_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON pot_moves FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER purse_budgets_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON purse_budgets FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE OR REPLACE FUNCTION pot_moves_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
UPDATE pots SET balance_fen = balance_fen + NEW.amount_fen WHERE funder_code = NEW.funder_code;
RETURN NEW;
END $$""",
    """CREATE TRIGGER pot_moves_balance AFTER INSERT ON pot_moves FOR EACH ROW WHEN (NEW.kind <> 'pledge') EXECUTE FUNCTION pot_moves_balance()""",
    """CREATE TRIGGER policy_scans_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON policy_scans FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER draft_authors_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON draft_authors FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER category_entries_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON category_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER policy_drafts_no_update BEFORE UPDATE ON policy_drafts FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."ref" IS DISTINCT FROM NEW."ref" OR OLD."region_code" IS DISTINCT FROM NEW."region_code" OR OLD."created_by" IS DISTINCT FROM NEW."created_by" OR OLD."created_at" IS DISTINCT FROM NEW."created_at") EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER policy_drafts_no_delete BEFORE DELETE OR TRUNCATE ON policy_drafts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE OR REPLACE FUNCTION policy_drafts_begin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW.state <> 'draft' THEN
 RAISE EXCEPTION 'subsidy.draft_not_reviewed' USING ERRCODE = 'integrity_constraint_violation'; END IF;
RETURN NEW;
END $$""",
    """CREATE OR REPLACE FUNCTION policy_drafts_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW.reviewed_by IS NOT NULL AND EXISTS (SELECT 1 FROM draft_authors WHERE draft_id = NEW.id AND author = NEW.reviewed_by) THEN
 RAISE EXCEPTION 'subsidy.same_eyes' USING ERRCODE = 'integrity_constraint_violation'; END IF;
IF OLD.state IN ('published', 'dropped') OR (OLD.state = 'reviewed' AND (OLD.text IS DISTINCT FROM NEW.text OR OLD.document_number IS DISTINCT FROM NEW.document_number OR OLD.scan_id IS DISTINCT FROM NEW.scan_id OR NEW.reviewed_by IS DISTINCT FROM OLD.reviewed_by) AND NEW.state <> 'draft') THEN
 RAISE EXCEPTION 'subsidy.draft_settled' USING ERRCODE = 'integrity_constraint_violation'; END IF;
IF NEW.state = 'published' AND OLD.state <> 'reviewed' THEN
 RAISE EXCEPTION 'subsidy.draft_not_reviewed' USING ERRCODE = 'integrity_constraint_violation'; END IF;
RETURN NEW;
END $$""",
    """CREATE OR REPLACE FUNCTION policy_drafts_author() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
INSERT INTO draft_authors (draft_id, author) SELECT NEW.id, NEW.edited_by WHERE NOT EXISTS (SELECT 1 FROM draft_authors WHERE draft_id = NEW.id AND author = NEW.edited_by);
RETURN NEW;
END $$""",
    """CREATE TRIGGER policy_drafts_begin BEFORE INSERT ON policy_drafts FOR EACH ROW EXECUTE FUNCTION policy_drafts_begin()""",
    """CREATE TRIGGER policy_drafts_rules BEFORE UPDATE ON policy_drafts FOR EACH ROW EXECUTE FUNCTION policy_drafts_rules()""",
    """CREATE TRIGGER policy_drafts_first_author AFTER INSERT ON policy_drafts FOR EACH ROW EXECUTE FUNCTION policy_drafts_author()""",
    """CREATE TRIGGER policy_drafts_author AFTER UPDATE OF text, document_number, scan_id ON policy_drafts FOR EACH ROW EXECUTE FUNCTION policy_drafts_author()""",
    """CREATE TRIGGER region_changes_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON region_changes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER ratings_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ratings FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
)

FUNCTIONS = (
    "pot_moves_balance",
    "policy_drafts_begin",
    "policy_drafts_rules",
    "policy_drafts_author",
)


def upgrade() -> None:
    op.create_table(
        "category_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("kind_of", sa.JSON(), nullable=False),
        sa.Column("scale", sa.String(length=40), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("supersedes_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until > valid_from", name=op.f("ck_category_entries_validity")
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["category_entries.id"], name=op.f("fk_category_entries_supersedes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category_entries")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_category_entries_supersedes_id")),
    )
    with op.batch_alter_table("category_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_category_entries_code"), ["code"], unique=False)

    op.create_table(
        "policy_scans",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_scans")),
        sa.UniqueConstraint("digest", name=op.f("uq_policy_scans_digest")),
    )
    op.create_table(
        "region_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("region_code", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("new_name", sa.String(length=200), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.CheckConstraint("kind IN ('added', 'renamed', 'retired', 'restored')", name=op.f("ck_region_changes_kind")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_region_changes_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_region_changes")),
    )
    with op.batch_alter_table("region_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_region_changes_region_code"), ["region_code"], unique=False)

    op.create_table(
        "policy_drafts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("region_code", sa.String(length=40), nullable=False),
        sa.Column("policy_code", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("based_on_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("document_number", sa.String(length=200), nullable=False),
        sa.Column("scan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_by", sa.String(length=200), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_by", sa.String(length=200), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(published_id IS NOT NULL) = (state = 'published')", name=op.f("ck_policy_drafts_published")
        ),
        sa.CheckConstraint(
            "(reviewed_by IS NOT NULL) = (state IN ('reviewed', 'published'))", name=op.f("ck_policy_drafts_reviewed")
        ),
        sa.CheckConstraint(
            "state <> 'published' OR (scan_id IS NOT NULL AND document_number <> '')",
            name=op.f("ck_policy_drafts_document"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'reviewed', 'published', 'dropped')", name=op.f("ck_policy_drafts_state")
        ),
        sa.CheckConstraint(
            "reviewed_by IS NULL OR (reviewed_by <> edited_by AND reviewed_by <> created_by)",
            name=op.f("ck_policy_drafts_eyes"),
        ),
        sa.ForeignKeyConstraint(["based_on_id"], ["published_policies.id"], name=op.f("fk_policy_drafts_based_on_id")),
        sa.ForeignKeyConstraint(
            ["published_id"], ["published_policies.id"], name=op.f("fk_policy_drafts_published_id")
        ),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_policy_drafts_region_code")),
        sa.ForeignKeyConstraint(["scan_id"], ["policy_scans.id"], name=op.f("fk_policy_drafts_scan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_drafts")),
        sa.UniqueConstraint("published_id", name=op.f("uq_policy_drafts_published_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_policy_drafts_ref")),
    )
    with op.batch_alter_table("policy_drafts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_policy_drafts_region_code"), ["region_code"], unique=False)

    op.create_table(
        "pots",
        sa.Column("funder_code", sa.String(length=40), nullable=False),
        sa.Column("balance_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("balance_fen >= 0", name=op.f("ck_pots_balance")),
        sa.ForeignKeyConstraint(["funder_code"], ["funders.code"], name=op.f("fk_pots_funder_code")),
        sa.PrimaryKeyConstraint("funder_code", name=op.f("pk_pots")),
    )
    op.create_table(
        "purse_budgets",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("funder_code", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("supersedes_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("ck_purse_budgets_amount")),
        sa.ForeignKeyConstraint(["funder_code"], ["funders.code"], name=op.f("fk_purse_budgets_funder_code")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["purse_budgets.id"], name=op.f("fk_purse_budgets_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purse_budgets")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_purse_budgets_supersedes_id")),
    )
    with op.batch_alter_table("purse_budgets", schema=None) as batch_op:
        batch_op.create_index("ix_purse_budgets_funder_code_year", ["funder_code", "year"], unique=False)

    op.create_table(
        "ratings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("canteen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("supersedes_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.CheckConstraint("kind IN ('grade', 'percent')", name=op.f("ck_ratings_kind")),
        sa.CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name=op.f("ck_ratings_validity")),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteens.id"], name=op.f("fk_ratings_canteen_id")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["ratings.id"], name=op.f("fk_ratings_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ratings")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_ratings_supersedes_id")),
    )
    with op.batch_alter_table("ratings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ratings_canteen_id"), ["canteen_id"], unique=False)

    op.create_table(
        "draft_authors",
        sa.Column("draft_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["policy_drafts.id"], name=op.f("fk_draft_authors_draft_id")),
        sa.PrimaryKeyConstraint("draft_id", "author", name=op.f("pk_draft_authors")),
    )
    op.create_table(
        "pot_moves",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("funder_code", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("evidence", sa.String(length=200), nullable=False),
        sa.Column("giver", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.CheckConstraint("amount_fen <> 0 AND (amount_fen < 0) = (kind = 'use')", name=op.f("ck_pot_moves_sign")),
        sa.CheckConstraint("kind IN ('pledge', 'receipt', 'use', 'return')", name=op.f("ck_pot_moves_kind")),
        sa.ForeignKeyConstraint(["funder_code"], ["pots.funder_code"], name=op.f("fk_pot_moves_funder_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pot_moves")),
        sa.UniqueConstraint("key", name=op.f("uq_pot_moves_key")),
    )
    with op.batch_alter_table("pot_moves", schema=None) as batch_op:
        batch_op.create_index("ix_pot_moves_funder_code", ["funder_code", "id"], unique=False)

    op.add_column("regions", sa.Column("retired_on", sa.Date(), nullable=True))

    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(sa.DDL(statement.replace("%", "%%")))


def downgrade() -> None:
    op.drop_column("regions", "retired_on")

    with op.batch_alter_table("pot_moves", schema=None) as batch_op:
        batch_op.drop_index("ix_pot_moves_funder_code")

    op.drop_table("pot_moves")
    op.drop_table("draft_authors")
    with op.batch_alter_table("ratings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ratings_canteen_id"))

    op.drop_table("ratings")
    with op.batch_alter_table("purse_budgets", schema=None) as batch_op:
        batch_op.drop_index("ix_purse_budgets_funder_code_year")

    op.drop_table("purse_budgets")
    op.drop_table("pots")
    with op.batch_alter_table("policy_drafts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_policy_drafts_region_code"))

    op.drop_table("policy_drafts")
    with op.batch_alter_table("region_changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_region_changes_region_code"))

    op.drop_table("region_changes")
    op.drop_table("policy_scans")
    with op.batch_alter_table("category_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_category_entries_code"))

    op.drop_table("category_entries")
    if op.get_bind().dialect.name == "postgresql":
        for function in FUNCTIONS:
            op.execute(f"DROP FUNCTION {function}()")
