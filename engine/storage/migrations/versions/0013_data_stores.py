"""Rows of data stores without a table of an area; follow-up dates of human tasks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.model.base import JsonText, Moment

revision = "0013_data_stores"
down_revision = "0012_called_cases"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "data_store_row",
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("content", JsonText(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("area", "store", "key", name=op.f("pk_data_store_row")),
    )
    op.add_column("human_task", sa.Column("follow_up_at", Moment()))


def downgrade() -> None:
    op.drop_column("human_task", "follow_up_at")
    op.drop_table("data_store_row")
