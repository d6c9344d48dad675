"""Auctions of property: valuations, notices, offers and who pays."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Moment, Money

revision = "0011_auctions"
down_revision = "0010_waivers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tnd_auction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("title_no", sa.Text(), nullable=True),
        sa.Column("title_note", sa.Text(), nullable=True),
        sa.Column("title_by", sa.Text(), nullable=True),
        sa.Column("base", Money(), nullable=True),
        sa.Column("valuer", sa.Text(), nullable=True),
        sa.Column("valuer_licence", sa.Text(), nullable=True),
        sa.Column("valuation_no", sa.Text(), nullable=True),
        sa.Column("valued_on", sa.Date(), nullable=True),
        sa.Column("valued_by", sa.Text(), nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("higher_by", sa.Text(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("is_repeated", sa.Boolean(), nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=True),
        sa.Column("visit_from", sa.Date(), nullable=True),
        sa.Column("visit_until", sa.Date(), nullable=True),
        sa.Column("deadline", Moment(), nullable=True),
        sa.Column("minute_no", sa.Text(), nullable=True),
        sa.Column("named_by", sa.Text(), nullable=True),
        sa.Column("pays_until", Moment(), nullable=True),
        sa.Column("balance_receipt", sa.Text(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("deed_no", sa.Text(), nullable=True),
        sa.Column("handed_over_on", sa.Date(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_tnd_auction_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tnd_auction")),
        sa.UniqueConstraint("instance_id", name=op.f("uq_tnd_auction_instance_id")),
        sa.UniqueConstraint("number", name=op.f("uq_tnd_auction_number")),
    )
    for column in ("state", "unit"):
        op.create_index(op.f(f"ix_tnd_auction_{column}"), "tnd_auction", [column])
    op.create_table(
        "tnd_auction_offer",
        sa.Column("auction_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("bidder", sa.Text(), nullable=False),
        sa.Column("amount", Money(), nullable=False),
        sa.Column("deposit", Money(), nullable=False),
        sa.Column("receipt_no", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["auction_id"], ["tnd_auction.id"], name=op.f("fk_tnd_auction_offer_auction_id")
        ),
        sa.PrimaryKeyConstraint(
            "auction_id", "round", "position", name=op.f("pk_tnd_auction_offer")
        ),
    )
