"""Decisions that cases made are found by when they were made, without reading other events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036_decided"
down_revision = "0035_deployment_requests"
branch_labels = None
depends_on = None

_DECIDED = "kind = 'evaluated'"


def upgrade() -> None:
    op.create_index(
        "ix_event_evaluated",
        "event",
        ["at", "instance_id", "seq"],
        sqlite_where=sa.text(_DECIDED),
        postgresql_where=sa.text(_DECIDED),
    )


def downgrade() -> None:
    op.drop_index("ix_event_evaluated", "event")
