"""What a bank adds in its own words to the reason of a status."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003_bank_text"
down_revision = "0002_order_batches"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("pay_order") as order:
        order.add_column(sa.Column("status_text", sa.Text(), nullable=True))
