"""For which complaint the board holds a contract back: nothing of it is paid meanwhile."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008_suspended_for"
down_revision = "0007_contract_credit"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contract", sa.Column("suspended_for", sa.Text(), nullable=True))
