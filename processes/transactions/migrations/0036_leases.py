"""The term of a lease, how much of its rent is income already, and damages of late instalments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Exact, Money

revision = "0036_leases"
down_revision = "0035_scans_again"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tnd_auction", sa.Column("lease_months", sa.Integer(), nullable=True))
    op.add_column("tnd_auction", sa.Column("leased_from", sa.Date(), nullable=True))
    op.add_column("tnd_auction", sa.Column("leased_until", sa.Date(), nullable=True))
    op.add_column("tnd_auction", sa.Column("rent_until", sa.Date(), nullable=True))
    with op.batch_alter_table("tnd_auction") as batch:
        batch.add_column(sa.Column("rent_earned", Money(), nullable=False, server_default="0"))
    op.add_column("tnd_auction_instalment", sa.Column("late_of", sa.Integer(), nullable=True))
    op.add_column("tnd_auction_instalment", sa.Column("late_days", sa.Integer(), nullable=True))
    op.add_column("tnd_auction_instalment", sa.Column("late_rate", Exact(), nullable=True))
