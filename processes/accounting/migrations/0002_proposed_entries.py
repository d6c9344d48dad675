"""Entries that one person has entered and another posts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import JsonText, Moment

revision = "0002_proposed_entries"
down_revision = "0001_accounting"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proposed_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("lines", JsonText(), nullable=False),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_code", sa.Text(), nullable=True),
        sa.Column("proposed_at", Moment(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("refused_because", sa.Text(), nullable=True),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name="fk_proposed_entry_unit"),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["ledger_entry.id"], name="fk_proposed_entry_reverses_id"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entry.id"], name="fk_proposed_entry_entry_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_proposed_entry"),
    )
    op.create_index("ix_proposed_entry_unit", "proposed_entry", ["unit"])
