"""Incoming hooks, and the lines of code that incidents came from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.model.base import JsonText, Moment

revision = "0049_hooks"
down_revision = "0048_papers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("incident", sa.Column("trace", sa.Text))
    op.create_table(
        "hook",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("correlation", sa.Text, nullable=False),
        sa.Column("values", JsonText, nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("heard_at", Moment),
    )


def downgrade() -> None:
    op.drop_table("hook")
    op.drop_column("incident", "trace")
