"""The journal: chains of cases, signed batches, and the salts of what was erased."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.model.base import RowNumber

revision = "0043_journal"
down_revision = "0042_api_tokens"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "journal_chain",
        sa.Column("instance_id", sa.Uuid, sa.ForeignKey("instance.id"), primary_key=True),
        sa.Column("sealed", sa.Integer, nullable=False),
        sa.Column("head", sa.LargeBinary, nullable=False),
        sa.Column("secret", sa.LargeBinary),
    )
    op.create_table(
        "journal_salt",
        sa.Column("instance_id", sa.Uuid, sa.ForeignKey("instance.id"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("salt", sa.LargeBinary),
        sa.Column("actor", sa.Text),
        sa.Column("facts", sa.Text),
    )
    op.create_table(
        "journal_batch",
        sa.Column("number", RowNumber, primary_key=True, autoincrement=False),
        sa.Column("cursor", sa.Text, nullable=False),
        sa.Column("cases", sa.LargeBinary, nullable=False),
        sa.Column("statement", sa.LargeBinary, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "journal_admin",
        sa.Column(
            "number",
            RowNumber,
            sa.ForeignKey("admin_event.number"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("batch", RowNumber, sa.ForeignKey("journal_batch.number"), nullable=False),
        sa.Column("salt", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_journal_admin_batch", "journal_admin", ["batch"])


def downgrade() -> None:
    for table in ("journal_admin", "journal_batch", "journal_salt", "journal_chain"):
        op.drop_table(table)
