"""Which record has committed the price of a contract, so that its statements take that over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007_contract_credit"
down_revision = "0006_payment_heard"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contract", sa.Column("credit_area", sa.Text(), nullable=True))
    op.add_column("contract", sa.Column("credit_id", sa.Uuid(), nullable=True))
