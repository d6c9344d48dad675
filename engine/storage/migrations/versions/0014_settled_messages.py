"""Messages that were taken, or have expired, are found by their age, to be forgotten."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014_settled_messages"
down_revision = "0013_data_stores"
branch_labels = None
depends_on = None

SETTLED = sa.text("state <> 'buffered'")


def upgrade() -> None:
    op.create_index(
        "ix_message_settled",
        "message",
        ["received_at"],
        sqlite_where=SETTLED,
        postgresql_where=SETTLED,
    )


def downgrade() -> None:
    op.drop_index("ix_message_settled", table_name="message")
