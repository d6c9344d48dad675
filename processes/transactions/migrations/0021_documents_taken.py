"""Which bidders took a tender's documents, so that they are told of what changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Moment

revision = "0021_documents_taken"
down_revision = "0020_samples"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tnd_documents_taken",
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column("bidder", sa.Text(), nullable=False),
        sa.Column("first_at", Moment(), nullable=False),
        sa.Column("first_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tnd_tender.id"], name=op.f("fk_tnd_documents_taken_tender_id")
        ),
        sa.PrimaryKeyConstraint("tender_id", "bidder", name=op.f("pk_tnd_documents_taken")),
    )
