"""Effects outside with what is known of them; connections and secrets; external tasks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.model.base import JsonText, Moment

revision = "0006_effects"
down_revision = "0005_subscriptions"
branch_labels = None
depends_on = None

FETCHABLE = "kind = 'external' AND state IN ('ready', 'leased')"


def upgrade() -> None:
    op.create_table(
        "effect",
        sa.Column("idem_key", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("connector", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.Text(), nullable=False),
        sa.Column("request", JsonText(), nullable=True),
        sa.Column("response", JsonText(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint(
            "state IN ('intent', 'sent', 'confirmed', 'unknown')",
            name=op.f("ck_effect_effect_state"),
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_effect_instance_id_instance")
        ),
        sa.PrimaryKeyConstraint("idem_key", name=op.f("pk_effect")),
    )
    op.create_index(op.f("ix_effect_instance_id"), "effect", ["instance_id"], unique=False)
    op.create_table(
        "connection",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("settings", JsonText(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_connection")),
    )
    op.create_table(
        "secret",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secret")),
    )
    condition = sa.text(FETCHABLE)
    op.create_index(
        "ix_job_external",
        "job",
        ["topic", "priority", "run_at", "id"],
        sqlite_where=condition,
        postgresql_where=condition,
    )
