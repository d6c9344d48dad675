"""Events have a place in the feed; webhooks that administrators subscribe, and deliveries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.model.base import JsonText, Moment
from engine.storage.feed import position_function

revision = "0038_feed"
down_revision = "0037_merged"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        # what is there stands before the feed; no row is written anew
        op.add_column(
            "event", sa.Column("position", sa.BigInteger, nullable=False, server_default="0")
        )
        op.execute(position_function(0))
        op.execute(
            "ALTER TABLE event ALTER COLUMN position"
            " SET DEFAULT divan_position(pg_current_xact_id())"
        )
        op.create_index(
            "ix_event_position",
            "event",
            ["position"],
            postgresql_using="brin",
            postgresql_with={"pages_per_range": 32, "autosummarize": "on"},
        )
    op.create_table(
        "webhook",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("kinds", JsonText, nullable=False),
        sa.Column("processes", JsonText, nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("is_active", sa.Boolean, nullable=False),
        sa.Column("reached", sa.Text, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("webhook_id", sa.Uuid, sa.ForeignKey("webhook.id"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("body", JsonText, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("planned_at", Moment, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("tried_at", Moment),
        sa.Column("status", sa.Integer),
        sa.Column("error", sa.Text),
    )
    op.create_index("ix_webhook_delivery_webhook_id", "webhook_delivery", ["webhook_id", "id"])


def downgrade() -> None:
    op.drop_table("webhook_delivery")
    op.drop_table("webhook")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_event_position", table_name="event")
        op.drop_column("event", "position")
        op.execute("DROP FUNCTION divan_position(xid8)")
