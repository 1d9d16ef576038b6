"""Admit snacks among the meals of which samples are kept.

Revision 0021, after 0020.
"""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_BEFORE = ("breakfast", "lunch", "dinner")
# What a rebuilt table loses on SQLite; as revision 0019 has them.
_GUARDS = (
    """CREATE TRIGGER food_samples_no_update BEFORE UPDATE ON food_samples BEGIN SELECT RAISE(ABORT, 'append_only:food_samples'); END""",
    """CREATE TRIGGER food_samples_no_delete BEFORE DELETE ON food_samples BEGIN SELECT RAISE(ABORT, 'append_only:food_samples'); END""",
    """CREATE TRIGGER food_samples_no_replace BEFORE INSERT ON food_samples WHEN EXISTS (SELECT 1 FROM food_samples WHERE ("canteen_id" = NEW."canteen_id" AND "service_date" = NEW."service_date" AND "meal" = NEW."meal" AND "dish" = NEW."dish") OR ("id" = NEW."id")) BEGIN SELECT RAISE(ABORT, 'exists:food_samples'); END""",
)


def upgrade() -> None:
    """Admit snacks."""
    _meals_are((*_BEFORE, "snack"))


def downgrade() -> None:
    """Admit them no more; refused by the database where there are any."""
    _meals_are(_BEFORE)


def _meals_are(meals: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{meal}'" for meal in meals)
    with op.batch_alter_table("food_samples") as samples:
        samples.drop_constraint(op.f("ck_food_samples_meal"), type_="check")
        samples.create_check_constraint(op.f("ck_food_samples_meal"), f"meal IN ({listed})")
    if op.get_bind().dialect.name == "sqlite":
        for guard in _GUARDS:
            op.execute(guard)
