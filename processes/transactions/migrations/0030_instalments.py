"""The price of an auction in instalments: its terms, its guarantee, and each part of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Exact, Moment, Money

revision = "0030_instalments"
down_revision = "0029_rotation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("tnd_auction") as batch:
        batch.add_column(sa.Column("first_percent", Exact(), nullable=True))
        batch.add_column(sa.Column("instalment_count", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("interval_months", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("guarantee_id", sa.Uuid(), nullable=True))
        batch.create_unique_constraint(op.f("uq_tnd_auction_guarantee_id"), ["guarantee_id"])
        batch.create_foreign_key(
            op.f("fk_tnd_auction_guarantee_id"), "tnd_guarantee", ["guarantee_id"], ["id"]
        )
    op.create_table(
        "tnd_auction_instalment",
        sa.Column("auction_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount", Money(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("receipt_no", sa.Text(), nullable=True),
        sa.Column("recorded_at", Moment(), nullable=True),
        sa.Column("recorded_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["auction_id"], ["tnd_auction.id"], name=op.f("fk_tnd_auction_instalment_auction_id")
        ),
        sa.PrimaryKeyConstraint("auction_id", "no", name=op.f("pk_tnd_auction_instalment")),
    )
    op.create_index(op.f("ix_tnd_auction_instalment_due_on"), "tnd_auction_instalment", ["due_on"])
