"""Who has an account already, and registers to bid with it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033_registering_accounts"
down_revision = "0032_opened_scans"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tnd_bidder_registration", sa.Column("account", sa.Text(), nullable=True))
