"""Note of an order whether it came in time and for which diet; know residence permits and other schemes of a person.

Revision 0007, after 0006.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_BEFORE = ("category", "hukou", "residence", "housing", "death", "exit")
_NOW = ("category", "hukou", "residence", "permit", "housing", "scheme", "death", "exit")
# What a rebuilt table loses on SQLite; as revision 0001 has them.
_GUARDS = (
    "CREATE TRIGGER facts_no_update BEFORE UPDATE ON facts BEGIN SELECT RAISE(ABORT, 'append_only:facts'); END",
    "CREATE TRIGGER facts_no_delete BEFORE DELETE ON facts BEGIN SELECT RAISE(ABORT, 'append_only:facts'); END",
    (
        'CREATE TRIGGER facts_no_replace BEFORE INSERT ON facts WHEN EXISTS (SELECT 1 FROM facts WHERE ("id" = NEW."id") '
        'OR ("supersedes_id" = NEW."supersedes_id")) BEGIN SELECT RAISE(ABORT, \'exists:facts\'); END'
    ),
)


def upgrade() -> None:
    """Take what is there for ordered in time, but for those who came without an order."""
    op.add_column("orders", sa.Column("in_time", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("orders", sa.Column("diet", sa.String(length=40), nullable=False, server_default=sa.text("''")))
    op.execute("UPDATE orders SET in_time = false WHERE channel = 'walk_in'")
    _facts_are(_NOW)


def downgrade() -> None:
    """Forget both; refused by the database where a person has a permit or another scheme."""
    _facts_are(_BEFORE)
    op.drop_column("orders", "diet")
    op.drop_column("orders", "in_time")


def _facts_are(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("facts") as facts:
        facts.drop_constraint(op.f("ck_facts_kind"), type_="check")
        facts.create_check_constraint(op.f("ck_facts_kind"), f"kind IN ({listed})")
    if op.get_bind().dialect.name == "sqlite":
        for guard in _GUARDS:
            op.execute(guard)
