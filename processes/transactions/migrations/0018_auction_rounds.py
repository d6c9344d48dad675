"""Live rounds of auctions of property: who is admitted, where they stand, their events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Moment, Money

revision = "0018_auction_rounds"
down_revision = "0017_sittings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tnd_auction_bidder",
        sa.Column("auction_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("deposit", Money(), nullable=False),
        sa.Column("receipt_no", sa.Text(), nullable=False),
        sa.Column("confirmed_at", Moment(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["auction_id"], ["tnd_auction.id"], name=op.f("fk_tnd_auction_bidder_auction_id")
        ),
        sa.PrimaryKeyConstraint(
            "auction_id", "round", "identifier", name=op.f("pk_tnd_auction_bidder")
        ),
    )
    op.create_table(
        "tnd_auction_rounds",
        sa.Column("auction_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("first_end", Moment(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=False),
        sa.Column("base", Money(), nullable=False),
        sa.Column("step_amount", Money(), nullable=False),
        sa.Column("last_minutes", sa.Integer(), nullable=False),
        sa.Column("most_extensions", sa.Integer(), nullable=False),
        sa.Column("highest", Money(), nullable=True),
        sa.Column("leader", sa.Text(), nullable=True),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("last_at", Moment(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["auction_id"], ["tnd_auction.id"], name=op.f("fk_tnd_auction_rounds_auction_id")
        ),
        sa.PrimaryKeyConstraint("auction_id", "round", name=op.f("pk_tnd_auction_rounds")),
    )
    op.create_table(
        "tnd_auction_event",
        sa.Column("auction_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("bidder", sa.Text(), nullable=True),
        sa.Column("price", Money(), nullable=True),
        sa.Column("ends_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["auction_id", "round"],
            ["tnd_auction_rounds.auction_id", "tnd_auction_rounds.round"],
            name=op.f("fk_tnd_auction_event_auction_id"),
        ),
        sa.PrimaryKeyConstraint("auction_id", "round", "number", name=op.f("pk_tnd_auction_event")),
    )
