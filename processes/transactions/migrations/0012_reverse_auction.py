"""The reverse auction: where it stands, its bidders and its events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Exact, Moment, Money

revision = "0012_reverse_auction"
down_revision = "0011_auctions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tnd_reverse",
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("first_end", Moment(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=False),
        sa.Column("start", Money(), nullable=False),
        sa.Column("step", Exact(), nullable=False),
        sa.Column("last_minutes", sa.Integer(), nullable=False),
        sa.Column("most_extensions", sa.Integer(), nullable=False),
        sa.Column("lowest", Money(), nullable=False),
        sa.Column("step_amount", Money(), nullable=False),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("last_at", Moment(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tnd_tender.id"], name=op.f("fk_tnd_reverse_tender_id")
        ),
        sa.PrimaryKeyConstraint("tender_id", name=op.f("pk_tnd_reverse")),
    )
    op.create_table(
        "tnd_reverse_bidder",
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column("bidder", sa.Text(), nullable=False),
        sa.Column("best", Money(), nullable=True),
        sa.Column("best_event", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tnd_reverse.tender_id"], name=op.f("fk_tnd_reverse_bidder_tender_id")
        ),
        sa.PrimaryKeyConstraint("tender_id", "bidder", name=op.f("pk_tnd_reverse_bidder")),
    )
    op.create_table(
        "tnd_reverse_event",
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("bidder", sa.Text(), nullable=True),
        sa.Column("price", Money(), nullable=True),
        sa.Column("ends_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tender_id", "bidder"],
            ["tnd_reverse_bidder.tender_id", "tnd_reverse_bidder.bidder"],
            name=op.f("fk_tnd_reverse_event_bidder"),
        ),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tnd_reverse.tender_id"], name=op.f("fk_tnd_reverse_event_tender_id")
        ),
        sa.PrimaryKeyConstraint("tender_id", "number", name=op.f("pk_tnd_reverse_event")),
    )
