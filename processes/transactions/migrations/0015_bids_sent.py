"""How much each bidder has sent for a tender."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015_bids_sent"
down_revision = "0014_decisions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tnd_seal_sent",
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column("bidder", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tnd_seal_tender.id"], name=op.f("fk_tnd_seal_sent_tender_id")
        ),
        sa.PrimaryKeyConstraint("tender_id", "bidder", name=op.f("pk_tnd_seal_sent")),
    )
