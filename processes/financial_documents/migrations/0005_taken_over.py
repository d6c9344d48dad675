"""Which voucher the credit of an order went over to, so that it can come back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005_taken_over"
down_revision = "0004_orders_told"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("budget_holding") as table:
        table.add_column(sa.Column("taken_by", sa.Uuid(), nullable=True))
        table.create_index("ix_budget_holding_taken_by", ["taken_by"])
