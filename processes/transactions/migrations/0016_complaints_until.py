"""Until when an announced result is complained of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Moment

revision = "0016_complaints_until"
down_revision = "0015_bids_sent"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tnd_tender", sa.Column("complaints_until", Moment(), nullable=True))
