"""Let an edit of the holiday calendar, and two records joined into one, be causes of late truth.

Revision 0009, after 0008.
"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_BEFORE = ("fact", "document", "policy", "site")
_NOW = (*_BEFORE, "day", "join")
# What a rebuilt table loses on SQLite; as revision 0004 has them.
_GUARDS = (
    """CREATE TRIGGER adjustment_causes_no_update BEFORE UPDATE ON adjustment_causes BEGIN SELECT RAISE(ABORT, 'append_only:adjustment_causes'); END""",
    """CREATE TRIGGER adjustment_causes_no_delete BEFORE DELETE ON adjustment_causes BEGIN SELECT RAISE(ABORT, 'append_only:adjustment_causes'); END""",
    """CREATE TRIGGER adjustment_causes_no_replace BEFORE INSERT ON adjustment_causes WHEN EXISTS (SELECT 1 FROM adjustment_causes WHERE ("id" = NEW."id") OR ("key" = NEW."key")) BEGIN SELECT RAISE(ABORT, 'exists:adjustment_causes'); END""",
)


def upgrade() -> None:
    """Admit the two new kinds."""
    _causes_are(_NOW)


def downgrade() -> None:
    """Admit them no more; refused by the database where there are any."""
    _causes_are(_BEFORE)


def _causes_are(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("adjustment_causes") as causes:
        causes.drop_constraint(op.f("ck_adjustment_causes_kind"), type_="check")
        causes.create_check_constraint(op.f("ck_adjustment_causes_kind"), f"kind IN ({listed})")
    if op.get_bind().dialect.name == "sqlite":
        for guard in _GUARDS:
            op.execute(guard)
