"""Orders that other areas place, and whose credit they take."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_orders_told"
down_revision = "0003_petty_cash"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("purchase_order") as table:
        table.add_column(sa.Column("credit_area", sa.Text(), nullable=True))
        table.add_column(sa.Column("credit_id", sa.Uuid(), nullable=True))
