"""What of an advance's document is value added tax; of the documents before, nothing is known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Money

revision = "0010_tax_of_papers"
down_revision = "0009_payroll_lists"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("advance_paper", sa.Column("vat", Money(), nullable=False, server_default="0"))
