"""An index over the few open tasks that are late: every inbox counts them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002_late_tasks"
down_revision = "0001_engine"
branch_labels = None
depends_on = None

LATE = "closed_at IS NULL AND escalated_at IS NOT NULL"


def upgrade() -> None:
    op.create_index(
        "ix_human_task_late",
        "human_task",
        ["escalation_desk", "due_at", "id"],
        sqlite_where=sa.text(LATE),
        postgresql_where=sa.text(LATE),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_human_task_late",
        table_name="human_task",
        sqlite_where=sa.text(LATE),
        postgresql_where=sa.text(LATE),
    )
