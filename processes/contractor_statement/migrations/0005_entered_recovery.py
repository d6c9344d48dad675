"""The recovery of the advance that a finance reviewer entered, with its minute."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Money

revision = "0005_entered_recovery"
down_revision = "0004_notice_addresses"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("statement", sa.Column("recovery", Money(), nullable=True))
    op.add_column("statement", sa.Column("recovery_minute_no", sa.Text(), nullable=True))
