"""Let somebody have a snack on the same days of every week.

Revision 0021, after 0020.
"""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_MEALS = ("breakfast", "lunch", "dinner")
# What a rebuilt table loses on SQLite; as revision 0018 has them.
_LOST = (
    """CREATE TRIGGER standing_orders_no_update BEFORE UPDATE ON standing_orders WHEN OLD."id" IS NOT NEW."id" OR OLD."ref" IS NOT NEW."ref" OR OLD."person_id" IS NOT NEW."person_id" OR OLD."meal" IS NOT NEW."meal" OR OLD."weekdays" IS NOT NEW."weekdays" OR OLD."mode" IS NOT NEW."mode" OR OLD."dishes" IS NOT NEW."dishes" OR OLD."diet" IS NOT NEW."diet" OR OLD."fallback" IS NOT NEW."fallback" OR OLD."skips_holidays" IS NOT NEW."skips_holidays" OR OLD."valid_from" IS NOT NEW."valid_from" OR OLD."valid_until" IS NOT NEW."valid_until" OR OLD."made_at" IS NOT NEW."made_at" OR OLD."made_by" IS NOT NEW."made_by" OR OLD."channel" IS NOT NEW."channel" OR OLD."canteen_id" IS NOT NEW."canteen_id" BEGIN SELECT RAISE(ABORT, 'append_only:standing_orders'); END""",
    """CREATE TRIGGER standing_orders_no_delete BEFORE DELETE ON standing_orders BEGIN SELECT RAISE(ABORT, 'append_only:standing_orders'); END""",
)


def upgrade() -> None:
    """Admit snacks."""
    _meals_are((*_MEALS, "snack"))


def downgrade() -> None:
    """Admit them no more; refused by the database where there are any."""
    _meals_are(_MEALS)


def _meals_are(meals: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{meal}'" for meal in meals)
    with op.batch_alter_table("standing_orders") as altered:
        altered.drop_constraint(op.f("ck_standing_orders_meal"), type_="check")
        altered.create_check_constraint(op.f("ck_standing_orders_meal"), f"meal IN ({listed})")
    if op.get_bind().dialect.name == "sqlite":
        for guard in _LOST:
            op.execute(guard)
