"""Cases that are held are found by an index of their own; nearly always there are none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046_held_cases"
down_revision = "0045_reports"
branch_labels = None
depends_on = None

_SUSPENDED = "state = 'suspended'"


def upgrade() -> None:
    op.create_index(
        "ix_instance_suspended",
        "instance",
        ["started_at", "id"],
        sqlite_where=sa.text(_SUSPENDED),
        postgresql_where=sa.text(_SUSPENDED),
    )


def downgrade() -> None:
    op.drop_index("ix_instance_suspended", "instance")
