"""Kept searches of notices, and who was told of which."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Moment, Money

revision = "0019_notice_alerts"
down_revision = "0018_auction_rounds"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tnd_notice_alert",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=True),
        sa.Column("method", sa.String(length=40), nullable=True),
        sa.Column("least", Money(), nullable=True),
        sa.Column("most", Money(), nullable=True),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tnd_notice_alert")),
        sa.UniqueConstraint("token", name=op.f("uq_tnd_notice_alert_token")),
    )
    op.create_index(op.f("ix_tnd_notice_alert_username"), "tnd_notice_alert", ["username"])
    op.create_table(
        "tnd_notice_told",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("told_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["tnd_notice_alert.id"], name=op.f("fk_tnd_notice_told_alert_id")
        ),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tnd_tender.id"], name=op.f("fk_tnd_notice_told_tender_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tnd_notice_told")),
        sa.UniqueConstraint(
            "tender_id", "username", name=op.f("uq_tnd_notice_told_tender_id_username")
        ),
    )
