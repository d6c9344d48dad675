"""What the bank said of a payment order: its reference and day, or why the money came back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006_payment_heard"
down_revision = "0005_entered_recovery"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("bank_reference", sa.Text(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=True),
    ):
        op.add_column("payment_order", column)
