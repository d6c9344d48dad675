"""A task says whether somebody typed into it, so that only then its drafts are looked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_drafted"
down_revision = "0003_jobs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("human_task") as task:
        task.add_column(sa.Column("drafted", sa.Boolean()))
    op.execute("UPDATE human_task SET drafted = id IN (SELECT task_id FROM draft_field)")
    with op.batch_alter_table("human_task") as task:
        task.alter_column("drafted", existing_type=sa.Boolean(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("human_task") as task:
        task.drop_column("drafted")
