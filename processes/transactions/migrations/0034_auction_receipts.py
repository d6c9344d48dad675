"""Each receipt of an auction counts once in its unit; those that are known are taken over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.values import normalise

revision = "0034_auction_receipts"
down_revision = "0033_registering_accounts"
branch_labels = None
depends_on = None

# receipts with whose they are; where one counted twice before, the first of these has it
_OFFERED = (
    "SELECT a.unit, o.receipt_no, o.auction_id, o.round, o.identifier, 'DEPOSIT'"
    " FROM tnd_auction_offer o JOIN tnd_auction a ON a.id = o.auction_id"
    " WHERE o.receipt_no IS NOT NULL ORDER BY o.recorded_at"
)
_ADMITTED = (
    "SELECT a.unit, b.receipt_no, b.auction_id, b.round, b.identifier, 'DEPOSIT'"
    " FROM tnd_auction_bidder b JOIN tnd_auction a ON a.id = b.auction_id"
    " ORDER BY b.confirmed_at"
)
_PAID = (
    "SELECT unit, balance_receipt, id, round, '', 'PAYMENT' FROM tnd_auction"
    " WHERE balance_receipt IS NOT NULL"
)
_INSTALMENTS = (
    "SELECT a.unit, i.receipt_no, i.auction_id, a.round, '', 'PAYMENT'"
    " FROM tnd_auction_instalment i JOIN tnd_auction a ON a.id = i.auction_id"
    " WHERE i.receipt_no IS NOT NULL ORDER BY i.received_on"
)


def upgrade() -> None:
    receipts = op.create_table(
        "tnd_auction_receipt",
        sa.Column("unit", sa.Text(), sa.ForeignKey("unit.code"), primary_key=True),
        sa.Column("receipt", sa.Text(), primary_key=True),
        sa.Column("auction_id", sa.Uuid(), sa.ForeignKey("tnd_auction.id"), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("use", sa.String(length=40), nullable=False),
    )
    found: dict[tuple[str, str], tuple[object, int, str, str]] = {}
    for known in (_OFFERED, _ADMITTED, _PAID, _INSTALMENTS):
        query = sa.text(known).columns(auction_id=sa.Uuid(), id=sa.Uuid())
        for unit, receipt, *whose in op.get_bind().execute(query):
            found.setdefault((unit, normalise(receipt)), tuple(whose))
    names = [each.name for each in receipts.columns]
    rows = [dict(zip(names, key + whose, strict=True)) for key, whose in found.items()]
    if rows:
        op.bulk_insert(receipts, rows)
