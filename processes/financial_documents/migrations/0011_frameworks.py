"""Orders name the framework that they are called off from; of those before, nothing is known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011_frameworks"
down_revision = "0010_tax_of_papers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("purchase_order", sa.Column("framework", sa.String(), nullable=True))
