"""Seal what is talked about and what is to be said; lend the token to one caller at a time.

Revision 0006, after 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from canteen.foundation.references import new_reference

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Begin conversations anew, since they live for half an hour; keep of notices what is still to be said.

    Migrations have no keys: a notice that waits keeps its text as it is until it is said, within minutes.
    """
    _conversations_sealed()
    with op.batch_alter_table("wechat_tokens") as tokens:
        tokens.add_column(sa.Column("lent_to", sa.String(length=40), nullable=True))
        tokens.add_column(sa.Column("lent_until", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("notices") as notices:
        notices.add_column(sa.Column("content_sealed", sa.Text(), nullable=False, server_default=""))
    op.execute("UPDATE notices SET content_sealed = CAST(content AS TEXT) WHERE state = 'waiting'")
    with op.batch_alter_table("notices") as notices:
        notices.drop_column("content")
        notices.alter_column("content_sealed", server_default=None)

    _tickets_for_the_desk()


def _tickets_for_the_desk() -> None:
    """Give each ticket a reference and its own lines of the talk, which were written at the same instant."""
    with op.batch_alter_table("help_tickets") as tickets:
        tickets.add_column(sa.Column("ref", sa.String(length=40), nullable=True))
        tickets.add_column(sa.Column("account", sa.String(length=200), nullable=False, server_default=""))
        tickets.add_column(sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True))
        tickets.add_column(sa.Column("closed_by", sa.String(length=200), nullable=True))
        tickets.add_column(sa.Column("note", sa.String(length=200), nullable=True))
    tickets = sa.table("help_tickets", sa.column("id"), sa.column("ref"), sa.column("account"), sa.column("account_id"))
    for row in op.get_bind().execute(sa.select(tickets.c.id, tickets.c.account_id)).all():
        named = {"ref": new_reference("H"), "account": f"wechat:{row.account_id}"}
        op.execute(sa.update(tickets).where(tickets.c.id == row.id).values(named))
    with op.batch_alter_table("utterances") as lines:
        lines.add_column(sa.Column("ticket_id", _KEY, nullable=True))
    op.execute(
        "UPDATE utterances SET ticket_id = (SELECT max(t.id) FROM help_tickets t "
        "WHERE t.account_id = utterances.account_id AND t.opened_at = utterances.at)"
    )
    op.execute("DELETE FROM utterances WHERE ticket_id IS NULL")
    with op.batch_alter_table("utterances") as lines:
        lines.drop_index("ix_utterances_account_id")
        lines.drop_column("account_id")
        lines.alter_column("ticket_id", existing_type=_KEY, nullable=False)
        lines.create_foreign_key("fk_utterances_ticket_id", "help_tickets", ["ticket_id"], ["id"])
        lines.create_index("ix_utterances_ticket_id", ["ticket_id"])
    with op.batch_alter_table("help_tickets") as tickets_changed:
        tickets_changed.drop_index("ix_help_tickets_account_id")
        tickets_changed.drop_column("account_id")
        tickets_changed.alter_column("account", existing_type=sa.String(length=200), server_default=None)
        tickets_changed.alter_column("ref", existing_type=sa.String(length=40), nullable=False)
        tickets_changed.create_unique_constraint("uq_help_tickets_ref", ["ref"])


def _conversations_sealed() -> None:
    op.drop_table("conversations")
    op.create_table(
        "conversations",
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state_sealed", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_conversations")),
    )


def downgrade() -> None:
    """Begin conversations anew; what was sealed cannot be read by what is older, so nothing that waits is kept."""
    _tickets_as_before()
    with op.batch_alter_table("notices") as notices:
        notices.add_column(sa.Column("content", sa.JSON(), nullable=False, server_default="{}"))
    op.execute("DELETE FROM notices WHERE state = 'waiting'")
    with op.batch_alter_table("notices") as notices:
        notices.drop_column("content_sealed")
        notices.alter_column("content", server_default=None)
    with op.batch_alter_table("wechat_tokens") as tokens:
        tokens.drop_column("lent_until")
        tokens.drop_column("lent_to")
    op.drop_table("conversations")
    op.create_table(
        "conversations",
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_conversations")),
    )


def _tickets_as_before() -> None:
    with op.batch_alter_table("help_tickets") as tickets:
        tickets.add_column(sa.Column("account_id", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE help_tickets SET account_id = CAST(substr(account, 8) AS INTEGER) WHERE account LIKE 'wechat:%'")
    with op.batch_alter_table("utterances") as lines:
        lines.add_column(sa.Column("account_id", sa.Integer(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE utterances SET account_id = (SELECT t.account_id FROM help_tickets t WHERE t.id = utterances.ticket_id)"
    )
    with op.batch_alter_table("utterances") as lines:
        lines.drop_constraint("fk_utterances_ticket_id", type_="foreignkey")
        lines.drop_index("ix_utterances_ticket_id")
        lines.drop_column("ticket_id")
        lines.alter_column("account_id", existing_type=sa.Integer(), server_default=None)
        lines.create_index("ix_utterances_account_id", ["account_id"])
    with op.batch_alter_table("help_tickets") as tickets:
        tickets.drop_constraint("uq_help_tickets_ref", type_="unique")
        tickets.alter_column("account_id", existing_type=sa.Integer(), server_default=None)
        tickets.create_index("ix_help_tickets_account_id", ["account_id"])
        for gone in ("ref", "account", "taken_at", "closed_by", "note"):
            tickets.drop_column(gone)
