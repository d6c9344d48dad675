"""Who typed what a bidder called out in the hall of an auction."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028_hall_offers"
down_revision = "0027_registration_papers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tnd_auction_event", sa.Column("typed_by", sa.Text(), nullable=True))
