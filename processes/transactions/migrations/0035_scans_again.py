"""How often the virus scanner was asked of a file out of an envelope, and when again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Moment

revision = "0035_scans_again"
down_revision = "0034_auction_receipts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tries = sa.Column("scan_tries", sa.Integer(), nullable=False, server_default="0")
    op.add_column("tnd_seal_file", tries)
    op.add_column("tnd_seal_file", sa.Column("scan_after", Moment(), nullable=True))
