"""For which complaint the board holds an order back: no voucher of it is paid meanwhile."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008_orders_suspended"
down_revision = "0007_advance_settlement"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("purchase_order", sa.Column("suspended_for", sa.Text(), nullable=True))
