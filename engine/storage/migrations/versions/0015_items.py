"""Which item of a multi-instance activity speaks with which case, and hears what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015_items"
down_revision = "0014_settled_messages"
branch_labels = None
depends_on = None

_ADDED = (
    ("subscription", "item"),
    ("partner", "item"),
    ("message", "sender_item"),
    ("message", "for_item"),
)


def upgrade() -> None:
    for table, column in _ADDED:
        op.add_column(table, sa.Column(column, sa.Text(), nullable=True))


def downgrade() -> None:
    for table, column in reversed(_ADDED):
        op.drop_column(table, column)
