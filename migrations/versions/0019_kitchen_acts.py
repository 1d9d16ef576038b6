"""Dishes sold out, numbers called out, what is known of a dish, and the records of food safety.

Revision 0019, after 0018.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


# What the database refuses whoever writes; as `canteen.foundation.guards` had it at this revision.
SQLITE = (
    """CREATE TRIGGER food_samples_no_update BEFORE UPDATE ON food_samples BEGIN SELECT RAISE(ABORT, 'append_only:food_samples'); END""",
    """CREATE TRIGGER food_samples_no_delete BEFORE DELETE ON food_samples BEGIN SELECT RAISE(ABORT, 'append_only:food_samples'); END""",
    """CREATE TRIGGER food_samples_no_replace BEFORE INSERT ON food_samples WHEN EXISTS (SELECT 1 FROM food_samples WHERE ("canteen_id" = NEW."canteen_id" AND "service_date" = NEW."service_date" AND "meal" = NEW."meal" AND "dish" = NEW."dish") OR ("id" = NEW."id")) BEGIN SELECT RAISE(ABORT, 'exists:food_samples'); END""",
    """CREATE TRIGGER sample_discards_no_update BEFORE UPDATE ON sample_discards BEGIN SELECT RAISE(ABORT, 'append_only:sample_discards'); END""",
    """CREATE TRIGGER sample_discards_no_delete BEFORE DELETE ON sample_discards BEGIN SELECT RAISE(ABORT, 'append_only:sample_discards'); END""",
    """CREATE TRIGGER sample_discards_no_replace BEFORE INSERT ON sample_discards WHEN EXISTS (SELECT 1 FROM sample_discards WHERE ("sample_id" = NEW."sample_id")) BEGIN SELECT RAISE(ABORT, 'exists:sample_discards'); END""",
    """CREATE TRIGGER temperature_readings_no_update BEFORE UPDATE ON temperature_readings BEGIN SELECT RAISE(ABORT, 'append_only:temperature_readings'); END""",
    """CREATE TRIGGER temperature_readings_no_delete BEFORE DELETE ON temperature_readings BEGIN SELECT RAISE(ABORT, 'append_only:temperature_readings'); END""",
    """CREATE TRIGGER temperature_readings_no_replace BEFORE INSERT ON temperature_readings WHEN EXISTS (SELECT 1 FROM temperature_readings WHERE ("id" = NEW."id")) BEGIN SELECT RAISE(ABORT, 'exists:temperature_readings'); END""",
    """CREATE TRIGGER daily_checks_no_update BEFORE UPDATE ON daily_checks BEGIN SELECT RAISE(ABORT, 'append_only:daily_checks'); END""",
    """CREATE TRIGGER daily_checks_no_delete BEFORE DELETE ON daily_checks BEGIN SELECT RAISE(ABORT, 'append_only:daily_checks'); END""",
    """CREATE TRIGGER daily_checks_no_replace BEFORE INSERT ON daily_checks WHEN EXISTS (SELECT 1 FROM daily_checks WHERE ("id" = NEW."id")) BEGIN SELECT RAISE(ABORT, 'exists:daily_checks'); END""",
    """CREATE TRIGGER health_certificates_no_update BEFORE UPDATE ON health_certificates BEGIN SELECT RAISE(ABORT, 'append_only:health_certificates'); END""",
    """CREATE TRIGGER health_certificates_no_delete BEFORE DELETE ON health_certificates BEGIN SELECT RAISE(ABORT, 'append_only:health_certificates'); END""",
    """CREATE TRIGGER health_certificates_no_replace BEFORE INSERT ON health_certificates WHEN EXISTS (SELECT 1 FROM health_certificates WHERE ("id" = NEW."id")) BEGIN SELECT RAISE(ABORT, 'exists:health_certificates'); END""",
    """CREATE TRIGGER inspection_draws_no_update BEFORE UPDATE ON inspection_draws BEGIN SELECT RAISE(ABORT, 'append_only:inspection_draws'); END""",
    """CREATE TRIGGER inspection_draws_no_delete BEFORE DELETE ON inspection_draws BEGIN SELECT RAISE(ABORT, 'append_only:inspection_draws'); END""",
    """CREATE TRIGGER inspection_draws_no_replace BEFORE INSERT ON inspection_draws WHEN EXISTS (SELECT 1 FROM inspection_draws WHERE ("id" = NEW."id") OR ("ref" = NEW."ref")) BEGIN SELECT RAISE(ABORT, 'exists:inspection_draws'); END""",
    """CREATE TRIGGER inspections_no_update BEFORE UPDATE ON inspections BEGIN SELECT RAISE(ABORT, 'append_only:inspections'); END""",
    """CREATE TRIGGER inspections_no_delete BEFORE DELETE ON inspections BEGIN SELECT RAISE(ABORT, 'append_only:inspections'); END""",
    """CREATE TRIGGER inspections_no_replace BEFORE INSERT ON inspections WHEN EXISTS (SELECT 1 FROM inspections WHERE ("draw_id" = NEW."draw_id" AND "canteen_id" = NEW."canteen_id") OR ("id" = NEW."id")) BEGIN SELECT RAISE(ABORT, 'exists:inspections'); END""",
    """CREATE TRIGGER inspection_findings_no_update BEFORE UPDATE ON inspection_findings BEGIN SELECT RAISE(ABORT, 'append_only:inspection_findings'); END""",
    """CREATE TRIGGER inspection_findings_no_delete BEFORE DELETE ON inspection_findings BEGIN SELECT RAISE(ABORT, 'append_only:inspection_findings'); END""",
    """CREATE TRIGGER inspection_findings_no_replace BEFORE INSERT ON inspection_findings WHEN EXISTS (SELECT 1 FROM inspection_findings WHERE ("id" = NEW."id") OR ("inspection_id" = NEW."inspection_id" AND "number" = NEW."number")) BEGIN SELECT RAISE(ABORT, 'exists:inspection_findings'); END""",
    """CREATE TRIGGER rectifications_no_update BEFORE UPDATE ON rectifications BEGIN SELECT RAISE(ABORT, 'append_only:rectifications'); END""",
    """CREATE TRIGGER rectifications_no_delete BEFORE DELETE ON rectifications BEGIN SELECT RAISE(ABORT, 'append_only:rectifications'); END""",
    """CREATE TRIGGER rectifications_no_replace BEFORE INSERT ON rectifications WHEN EXISTS (SELECT 1 FROM rectifications WHERE ("finding_id" = NEW."finding_id")) BEGIN SELECT RAISE(ABORT, 'exists:rectifications'); END""",
)

POSTGRESQL = (
    """CREATE TRIGGER food_samples_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON food_samples FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER sample_discards_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON sample_discards FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER temperature_readings_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON temperature_readings FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER daily_checks_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON daily_checks FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER health_certificates_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON health_certificates FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER inspection_draws_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON inspection_draws FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER inspections_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON inspections FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER inspection_findings_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON inspection_findings FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER rectifications_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON rectifications FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
)

WIDE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables with their guards."""
    op.create_table(
        "daily_checks",
        sa.Column("id", WIDE, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("point", sa.String(length=40), nullable=False),
        sa.Column("is_fine", sa.Boolean(), nullable=False),
        sa.Column("measure", sa.String(length=200), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("canteen_id", WIDE, nullable=False),
        sa.CheckConstraint("is_fine OR measure <> ''", name=op.f("ck_daily_checks_measure")),
        sa.CheckConstraint(
            "point IN ('hands', 'clothes', 'raw_cooked', 'surfaces', 'waste', 'pests', 'water', 'gas')",
            name=op.f("ck_daily_checks_point"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_daily_checks")),
    )
    op.create_index(op.f("ix_daily_checks_canteen_id"), "daily_checks", ["canteen_id"], unique=False)
    op.create_index("ix_daily_checks_canteen_id_day", "daily_checks", ["canteen_id", "day"], unique=False)
    op.create_table(
        "food_samples",
        sa.Column("id", WIDE, nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("meal", sa.String(length=40), nullable=False),
        sa.Column("dish", sa.String(length=200), nullable=False),
        sa.Column("grams", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("kept_at", INSTANT, nullable=False),
        sa.Column("kept_by", sa.String(length=200), nullable=False),
        sa.Column("canteen_id", WIDE, nullable=False),
        sa.CheckConstraint("meal IN ('breakfast', 'lunch', 'dinner', 'snack')", name=op.f("ck_food_samples_meal")),
        sa.CheckConstraint("grams >= 125", name=op.f("ck_food_samples_grams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_food_samples")),
        sa.UniqueConstraint(
            "canteen_id", "service_date", "meal", "dish", name=op.f("uq_food_samples_canteen_id_service_date_meal_dish")
        ),
    )
    op.create_index(op.f("ix_food_samples_canteen_id"), "food_samples", ["canteen_id"], unique=False)
    op.create_table(
        "health_certificates",
        sa.Column("id", WIDE, nullable=False),
        sa.Column("holder", sa.String(length=40), nullable=False),
        sa.Column("number_tail", sa.String(length=40), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("entered_by", sa.String(length=200), nullable=False),
        sa.Column("canteen_id", WIDE, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health_certificates")),
    )
    op.create_index(op.f("ix_health_certificates_canteen_id"), "health_certificates", ["canteen_id"], unique=False)
    op.create_table(
        "temperature_readings",
        sa.Column("id", WIDE, nullable=False),
        sa.Column("point", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("celsius_tenths", sa.Integer(), nullable=False),
        sa.Column("is_fine", sa.Boolean(), nullable=False),
        sa.Column("measure", sa.String(length=200), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("canteen_id", WIDE, nullable=False),
        sa.CheckConstraint("is_fine OR measure <> ''", name=op.f("ck_temperature_readings_measure")),
        sa.CheckConstraint(
            "point IN ('fridge', 'freezer', 'hot_holding', 'core', 'sterilizer')",
            name=op.f("ck_temperature_readings_point"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_temperature_readings")),
    )
    op.create_index(op.f("ix_temperature_readings_canteen_id"), "temperature_readings", ["canteen_id"], unique=False)
    op.create_index("ix_temperature_readings_canteen_id_at", "temperature_readings", ["canteen_id", "at"], unique=False)
    op.create_table(
        "inspection_draws",
        sa.Column("id", WIDE, nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("region_code", sa.String(length=40), nullable=False),
        sa.Column("seed", sa.String(length=200), nullable=False),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.Column("drawn", sa.JSON(), nullable=False),
        sa.Column("first_inspector", sa.String(length=40), nullable=False),
        sa.Column("second_inspector", sa.String(length=40), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "first_inspector <> second_inspector AND second_inspector <> ''",
            name=op.f("ck_inspection_draws_two_inspectors"),
        ),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_inspection_draws_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_draws")),
        sa.UniqueConstraint("ref", name=op.f("uq_inspection_draws_ref")),
    )
    op.create_index(op.f("ix_inspection_draws_region_code"), "inspection_draws", ["region_code"], unique=False)
    op.create_table(
        "sample_discards",
        sa.Column("sample_id", WIDE, nullable=False),
        sa.Column("may_from", INSTANT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("canteen_id", WIDE, nullable=False),
        sa.CheckConstraint("may_from <= at", name=op.f("ck_sample_discards_not_early")),
        sa.ForeignKeyConstraint(["sample_id"], ["food_samples.id"], name=op.f("fk_sample_discards_sample_id")),
        sa.PrimaryKeyConstraint("sample_id", name=op.f("pk_sample_discards")),
    )
    op.create_index(op.f("ix_sample_discards_canteen_id"), "sample_discards", ["canteen_id"], unique=False)
    op.create_table(
        "inspections",
        sa.Column("id", WIDE, nullable=False),
        sa.Column("draw_id", WIDE, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("result", sa.String(length=40), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("canteen_id", WIDE, nullable=False),
        sa.CheckConstraint("result IN ('passed', 'rectify', 'failed')", name=op.f("ck_inspections_result")),
        sa.ForeignKeyConstraint(["draw_id"], ["inspection_draws.id"], name=op.f("fk_inspections_draw_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspections")),
        sa.UniqueConstraint("draw_id", "canteen_id", name=op.f("uq_inspections_draw_id_canteen_id")),
    )
    op.create_index(op.f("ix_inspections_canteen_id"), "inspections", ["canteen_id"], unique=False)
    op.create_table(
        "inspection_findings",
        sa.Column("id", WIDE, nullable=False),
        sa.Column("inspection_id", WIDE, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("canteen_id", WIDE, nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspections.id"], name=op.f("fk_inspection_findings_inspection_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_findings")),
        sa.UniqueConstraint("inspection_id", "number", name=op.f("uq_inspection_findings_inspection_id_number")),
    )
    op.create_index(op.f("ix_inspection_findings_canteen_id"), "inspection_findings", ["canteen_id"], unique=False)
    op.create_table(
        "rectifications",
        sa.Column("finding_id", WIDE, nullable=False),
        sa.Column("measure", sa.String(length=200), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("canteen_id", WIDE, nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["inspection_findings.id"], name=op.f("fk_rectifications_finding_id")),
        sa.PrimaryKeyConstraint("finding_id", name=op.f("pk_rectifications")),
    )
    op.create_index(op.f("ix_rectifications_canteen_id"), "rectifications", ["canteen_id"], unique=False)
    op.create_table(
        "pickup_calls",
        sa.Column("order_id", WIDE, nullable=False),
        sa.Column("called_at", INSTANT, nullable=False),
        sa.Column("called_by", sa.String(length=200), nullable=False),
        sa.Column("canteen_id", WIDE, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_pickup_calls_order_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_pickup_calls")),
    )
    op.create_index(op.f("ix_pickup_calls_canteen_id"), "pickup_calls", ["canteen_id"], unique=False)
    op.add_column("dishes", sa.Column("allergens_stated", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("dishes", sa.Column("energy_kcal", sa.Integer(), nullable=True))
    op.add_column("dishes", sa.Column("protein_g", sa.Integer(), nullable=True))
    op.add_column("menu_items", sa.Column("sold_out_at", INSTANT, nullable=True))
    for guard in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(guard)


def downgrade() -> None:
    """Take them away."""
    op.drop_column("menu_items", "sold_out_at")
    op.drop_column("dishes", "protein_g")
    op.drop_column("dishes", "energy_kcal")
    op.drop_column("dishes", "allergens_stated")
    op.drop_index(op.f("ix_pickup_calls_canteen_id"), table_name="pickup_calls")
    op.drop_table("pickup_calls")
    op.drop_index(op.f("ix_rectifications_canteen_id"), table_name="rectifications")
    op.drop_table("rectifications")
    op.drop_index(op.f("ix_inspection_findings_canteen_id"), table_name="inspection_findings")
    op.drop_table("inspection_findings")
    op.drop_index(op.f("ix_inspections_canteen_id"), table_name="inspections")
    op.drop_table("inspections")
    op.drop_index(op.f("ix_sample_discards_canteen_id"), table_name="sample_discards")
    op.drop_table("sample_discards")
    op.drop_index(op.f("ix_inspection_draws_region_code"), table_name="inspection_draws")
    op.drop_table("inspection_draws")
    op.drop_index("ix_temperature_readings_canteen_id_at", table_name="temperature_readings")
    op.drop_index(op.f("ix_temperature_readings_canteen_id"), table_name="temperature_readings")
    op.drop_table("temperature_readings")
    op.drop_index(op.f("ix_health_certificates_canteen_id"), table_name="health_certificates")
    op.drop_table("health_certificates")
    op.drop_index(op.f("ix_food_samples_canteen_id"), table_name="food_samples")
    op.drop_table("food_samples")
    op.drop_index("ix_daily_checks_canteen_id_day", table_name="daily_checks")
    op.drop_index(op.f("ix_daily_checks_canteen_id"), table_name="daily_checks")
    op.drop_table("daily_checks")
