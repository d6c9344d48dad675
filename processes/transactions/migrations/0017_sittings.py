"""Sittings with their roll calls, deputies of members, papers that justify a price."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import JsonText, Moment

revision = "0017_sittings"
down_revision = "0016_complaints_until"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("tnd_seal_member") as table:
        table.add_column(sa.Column("deputy_of", sa.Integer(), nullable=True))
    with op.batch_alter_table("tnd_tender") as table:
        table.add_column(sa.Column("deputies", JsonText(), nullable=True))
    op.create_table(
        "tnd_price_paper",
        sa.Column("bid_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bid_id"], ["tnd_price.bid_id"], name=op.f("fk_tnd_price_paper_bid_id")
        ),
        sa.PrimaryKeyConstraint("bid_id", "position", name=op.f("pk_tnd_price_paper")),
    )
    op.create_index(op.f("ix_tnd_price_paper_sha256"), "tnd_price_paper", ["sha256"])
    op.create_table(
        "tnd_seal_sitting",
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("begun_at", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("roll", JsonText(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tnd_seal_tender.id"], name=op.f("fk_tnd_seal_sitting_tender_id")
        ),
        sa.PrimaryKeyConstraint("tender_id", "number", name=op.f("pk_tnd_seal_sitting")),
    )
