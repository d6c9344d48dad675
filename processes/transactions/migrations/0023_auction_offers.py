"""Offers for property are sealed by their bidders: to what, and a case may seal several times."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Moment

revision = "0023_auction_offers"
down_revision = "0022_prequalification"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("tnd_seal_tender") as batch:
        batch.drop_constraint(op.f("uq_tnd_seal_tender_case_id"), type_="unique")
    op.add_column("tnd_seal_envelope", sa.Column("sheet", sa.Text(), nullable=True))
    with op.batch_alter_table("tnd_auction") as batch:
        batch.add_column(sa.Column("seal_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("published_at", Moment(), nullable=True))
        batch.create_unique_constraint(op.f("uq_tnd_auction_seal_id"), ["seal_id"])
        batch.create_foreign_key(
            op.f("fk_tnd_auction_seal_id"), "tnd_seal_tender", ["seal_id"], ["id"]
        )
