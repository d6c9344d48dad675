"""A case's open tasks are found without going through those it has closed."""

from __future__ import annotations

from alembic import op

revision = "0008_open_tasks"
down_revision = "0007_running"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_human_task_instance", table_name="human_task")
    op.create_index("ix_human_task_instance", "human_task", ["instance_id", "closed_at"])


def downgrade() -> None:
    op.drop_index("ix_human_task_instance", table_name="human_task")
    op.create_index("ix_human_task_instance", "human_task", ["instance_id"])
