"""office: contracts and ceilings with their days, hours with their days, months closed by two, imports taken back.

Revision 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# What the database refuses whoever writes; as `canteen.foundation.guards` had it at this revision.
SQLITE = (
    """CREATE TRIGGER periods_step BEFORE UPDATE ON periods WHEN NOT ((OLD.state = 'open' AND NEW.state = 'soft_closed') OR (OLD.state = 'soft_closed' AND NEW.state IN ('open', 'closed')) OR (OLD.state = 'closed' AND NEW.state = 'approved' AND NEW.soft_closed_by = OLD.soft_closed_by AND NEW.closed_by = OLD.closed_by)) BEGIN SELECT RAISE(ABORT, 'ledger.period_step'); END""",
    """CREATE TRIGGER periods_first BEFORE INSERT ON periods WHEN NEW.state NOT IN ('open', 'soft_closed') OR EXISTS (SELECT 1 FROM periods WHERE book_id = NEW.book_id AND month = NEW.month) BEGIN SELECT RAISE(ABORT, 'ledger.period_step'); END""",
    """CREATE TRIGGER periods_no_delete BEFORE DELETE ON periods BEGIN SELECT RAISE(ABORT, 'append_only:periods'); END""",
    """CREATE TRIGGER contracts_no_update BEFORE UPDATE ON contracts BEGIN SELECT RAISE(ABORT, 'append_only:contracts'); END""",
    """CREATE TRIGGER contracts_no_delete BEFORE DELETE ON contracts BEGIN SELECT RAISE(ABORT, 'append_only:contracts'); END""",
    """CREATE TRIGGER contracts_no_replace BEFORE INSERT ON contracts WHEN EXISTS (SELECT 1 FROM contracts WHERE ("id" = NEW."id") OR ("supersedes_id" = NEW."supersedes_id")) BEGIN SELECT RAISE(ABORT, 'exists:contracts'); END""",
    """CREATE TRIGGER price_ceilings_no_update BEFORE UPDATE ON price_ceilings BEGIN SELECT RAISE(ABORT, 'append_only:price_ceilings'); END""",
    """CREATE TRIGGER price_ceilings_no_delete BEFORE DELETE ON price_ceilings BEGIN SELECT RAISE(ABORT, 'append_only:price_ceilings'); END""",
    """CREATE TRIGGER price_ceilings_no_replace BEFORE INSERT ON price_ceilings WHEN EXISTS (SELECT 1 FROM price_ceilings WHERE ("id" = NEW."id")) BEGIN SELECT RAISE(ABORT, 'exists:price_ceilings'); END""",
)
POSTGRESQL = (
    """CREATE OR REPLACE FUNCTION periods_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
RAISE EXCEPTION 'ledger.period_step' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER periods_step BEFORE UPDATE ON periods FOR EACH ROW WHEN (NOT ((OLD.state = 'open' AND NEW.state = 'soft_closed') OR (OLD.state = 'soft_closed' AND NEW.state IN ('open', 'closed')) OR (OLD.state = 'closed' AND NEW.state = 'approved' AND NEW.soft_closed_by = OLD.soft_closed_by AND NEW.closed_by = OLD.closed_by))) EXECUTE FUNCTION periods_step()""",
    """CREATE TRIGGER periods_first BEFORE INSERT ON periods FOR EACH ROW WHEN (NEW.state NOT IN ('open', 'soft_closed')) EXECUTE FUNCTION periods_step()""",
    """CREATE TRIGGER periods_no_delete BEFORE DELETE OR TRUNCATE ON periods FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER contracts_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON contracts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER price_ceilings_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON price_ceilings FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
)

# SQLite looks through every trigger when a table is renamed; this one names the table that is made anew.
PERIOD_CLOSED = """CREATE TRIGGER journal_entries_open BEFORE INSERT ON journal_entries WHEN EXISTS (SELECT 1 FROM periods WHERE book_id = NEW.book_id AND month = NEW.month AND state IN ('closed', 'approved')) BEGIN SELECT RAISE(ABORT, 'ledger.period_closed'); END"""


def upgrade() -> None:
    """Make the tables and their guards."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    _create()
    _date_operators()
    _date_services()
    op.add_column("canteens", sa.Column("closed_reason", sa.String(length=200), nullable=True))
    op.add_column("persons", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_persons_merged_into_id", "persons", ["merged_into_id"], unique=False)
    if is_sqlite:
        op.execute("DROP TRIGGER journal_entries_open")
    _close_periods()
    if is_sqlite:
        op.execute(PERIOD_CLOSED)
    for statement in SQLITE if is_sqlite else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """Take it all back; contracts, ceilings and hours keep what holds last."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if is_sqlite:
        op.execute("DROP TRIGGER journal_entries_open")
        for name in ("step", "first", "no_delete"):
            op.execute(f"DROP TRIGGER periods_{name}")
    else:
        for name in ("step", "first", "no_delete"):
            op.execute(f"DROP TRIGGER periods_{name} ON periods")
        op.execute("DROP FUNCTION periods_step()")
    with op.batch_alter_table("periods") as batch:
        batch.drop_constraint(batch.f("ck_periods_four_eyes"), type_="check")
        batch.drop_constraint(batch.f("ck_periods_soft_closed"), type_="check")
        for name in ("closed_at", "closed_by", "soft_closed_at", "soft_closed_by"):
            batch.drop_column(name)
    if is_sqlite:
        op.execute(PERIOD_CLOSED)
    op.drop_index("ix_persons_merged_into_id", "persons")
    op.drop_column("persons", "withdrawn_at")
    op.drop_column("canteens", "closed_reason")
    _undate_services()
    _undate_operators()
    for table in ("roster_persons", "roster_imports", "price_ceilings", "contracts"):
        op.drop_table(table)


def _create() -> None:
    op.create_table(
        "contracts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("operator_id", KEY, nullable=False),
        sa.Column("number", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("evidence", sa.String(length=200), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.String(length=200), nullable=False),
        sa.Column("supersedes_id", KEY, nullable=True),
        sa.CheckConstraint("valid_until IS NULL OR valid_from < valid_until", name=op.f("ck_contracts_validity")),
        sa.ForeignKeyConstraint(["operator_id"], ["operators.id"], name=op.f("fk_contracts_operator_id")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["contracts.id"], name=op.f("fk_contracts_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contracts")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_contracts_supersedes_id")),
    )
    op.create_index("ix_contracts_operator_id", "contracts", ["operator_id"], unique=False)
    op.create_table(
        "price_ceilings",
        sa.Column("id", KEY, nullable=False),
        sa.Column("operator_id", KEY, nullable=False),
        sa.Column("price_fen", sa.BigInteger(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("evidence", sa.String(length=200), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("price_fen > 0", name=op.f("ck_price_ceilings_price")),
        sa.ForeignKeyConstraint(["operator_id"], ["operators.id"], name=op.f("fk_price_ceilings_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_ceilings")),
    )
    op.create_index("ix_price_ceilings_operator_id_valid_from", "price_ceilings", ["operator_id", "valid_from"])
    op.create_table(
        "roster_imports",
        sa.Column("id", KEY, nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("region_code", sa.String(length=40), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.String(length=200), nullable=False),
        sa.Column("new_count", sa.Integer(), nullable=False),
        sa.Column("updated_count", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_roster_imports_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_imports")),
    )
    op.create_index("ix_roster_imports_region_code", "roster_imports", ["region_code"], unique=False)
    op.create_index("ix_roster_imports_source", "roster_imports", ["source"], unique=False)
    op.create_table(
        "roster_persons",
        sa.Column("import_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changes_phone", sa.Boolean(), nullable=False),
        sa.Column("phone_before_sealed", sa.Text(), nullable=True),
        sa.Column("changes_address", sa.Boolean(), nullable=False),
        sa.Column("address_before_sealed", sa.Text(), nullable=True),
        sa.Column("region_before", sa.String(length=40), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["roster_imports.id"], name=op.f("fk_roster_persons_import_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_roster_persons_person_id")),
        sa.PrimaryKeyConstraint("import_id", "person_id", name=op.f("pk_roster_persons")),
    )


def _date_operators() -> None:
    """Move contracts and ceilings into rows of their own, and say which office keeps an operator."""
    op.execute(
        "INSERT INTO contracts (operator_id, number, valid_from, valid_until, evidence, entered_at, entered_by) "
        "SELECT id, contract_number, coalesce(contract_from, '1970-01-01'), contract_until, '', CURRENT_TIMESTAMP, "
        "'migration' FROM operators WHERE contract_number IS NOT NULL"
    )
    op.execute(
        "INSERT INTO price_ceilings (operator_id, price_fen, valid_from, evidence, entered_at, entered_by) "
        "SELECT id, price_ceiling_fen, coalesce(contract_from, '1970-01-01'), '', CURRENT_TIMESTAMP, 'migration' "
        "FROM operators WHERE price_ceiling_fen > 0"
    )
    with op.batch_alter_table("operators") as batch:
        for name in ("contract_number", "contract_from", "contract_until", "price_ceiling_fen"):
            batch.drop_column(name)
        batch.add_column(sa.Column("region_code", sa.String(length=40), nullable=True))
        batch.add_column(sa.Column("bank_account_tail", sa.String(length=40), nullable=True))
        batch.create_foreign_key(batch.f("fk_operators_region_code"), "regions", ["region_code"], ["code"])
    op.execute(
        "UPDATE operators SET region_code = (SELECT substr(min(c.region_code), 1, 6) || '000000' FROM canteens c "
        "WHERE c.operator_id = operators.id)"
    )


def _undate_operators() -> None:
    with op.batch_alter_table("operators") as batch:
        batch.drop_constraint(batch.f("fk_operators_region_code"), type_="foreignkey")
        batch.drop_column("bank_account_tail")
        batch.drop_column("region_code")
        batch.add_column(sa.Column("contract_number", sa.String(length=200), nullable=True))
        batch.add_column(sa.Column("contract_from", sa.Date(), nullable=True))
        batch.add_column(sa.Column("contract_until", sa.Date(), nullable=True))
        batch.add_column(sa.Column("price_ceiling_fen", sa.BigInteger(), nullable=True))
    last = "FROM contracts c WHERE c.operator_id = operators.id ORDER BY c.valid_from DESC, c.id DESC LIMIT 1"
    for mine, theirs in (("number", "number"), ("from", "valid_from"), ("until", "valid_until")):
        op.execute(f"UPDATE operators SET contract_{mine} = (SELECT c.{theirs} {last})")
    op.execute(
        "UPDATE operators SET price_ceiling_fen = (SELECT c.price_fen FROM price_ceilings c "
        "WHERE c.operator_id = operators.id ORDER BY c.valid_from DESC, c.id DESC LIMIT 1)"
    )


def _date_services() -> None:
    with op.batch_alter_table("meal_services") as batch:
        batch.add_column(sa.Column("valid_from", sa.Date(), nullable=False, server_default="1970-01-01"))
        batch.add_column(sa.Column("valid_until", sa.Date(), nullable=True))
        batch.drop_constraint(batch.f("uq_meal_services_canteen_id_meal"), type_="unique")
        batch.create_unique_constraint(
            batch.f("uq_meal_services_canteen_id_meal_valid_from"), ["canteen_id", "meal", "valid_from"]
        )
        batch.create_check_constraint(
            batch.f("ck_meal_services_validity"), "valid_until IS NULL OR valid_from <= valid_until"
        )


def _undate_services() -> None:
    op.execute("DELETE FROM meal_services WHERE valid_until IS NOT NULL")
    with op.batch_alter_table("meal_services") as batch:
        batch.drop_constraint(batch.f("ck_meal_services_validity"), type_="check")
        batch.drop_constraint(batch.f("uq_meal_services_canteen_id_meal_valid_from"), type_="unique")
        batch.create_unique_constraint(batch.f("uq_meal_services_canteen_id_meal"), ["canteen_id", "meal"])
        batch.drop_column("valid_until")
        batch.drop_column("valid_from")


def _close_periods() -> None:
    with op.batch_alter_table("periods") as batch:
        batch.add_column(sa.Column("soft_closed_by", sa.String(length=200), nullable=True))
        batch.add_column(sa.Column("soft_closed_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("closed_by", sa.String(length=200), nullable=True))
        batch.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE periods SET soft_closed_by = 'before migration', closed_by = 'migration' WHERE state <> 'open'")
    with op.batch_alter_table("periods") as batch:
        batch.create_check_constraint(batch.f("ck_periods_soft_closed"), "state = 'open' OR soft_closed_by IS NOT NULL")
        batch.create_check_constraint(
            batch.f("ck_periods_four_eyes"),
            "state NOT IN ('closed', 'approved') OR (closed_by IS NOT NULL AND closed_by <> soft_closed_by)",
        )
