"""What cases listen for, and the messages that arrived for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.model.base import JsonText, Moment

revision = "0005_subscriptions"
down_revision = "0004_drafted"
branch_labels = None
depends_on = None

BUFFERED = "state = 'buffered'"


def upgrade() -> None:
    op.create_table(
        "subscription",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=True),
        sa.Column("definition_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("correlation", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_subscription_instance_id")
        ),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["definition.id"], name=op.f("fk_subscription_definition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
    )
    op.create_index("ix_subscription_match", "subscription", ["kind", "name", "correlation", "id"])
    op.create_index(
        "ix_subscription_instance", "subscription", ["instance_id", "token"], unique=True
    )
    op.create_index("ix_subscription_definition", "subscription", ["definition_id"])
    op.create_table(
        "message",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("correlation", sa.Text(), nullable=False),
        sa.Column("values", JsonText(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_message_instance_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    _index("ix_message_buffered", ["name", "correlation", "received_at"])
    _index("ix_message_expiry", ["expires_at"])
    op.create_index("ix_message_instance_id", "message", ["instance_id"])


def _index(name: str, columns: list[str]) -> None:
    condition = sa.text(BUFFERED)
    op.create_index(name, "message", columns, sqlite_where=condition, postgresql_where=condition)


def downgrade() -> None:
    op.drop_table("message")
    op.drop_table("subscription")
