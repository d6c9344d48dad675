"""An index over the running cases: each is looked at once a minute."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007_running"
down_revision = "0006_effects"
branch_labels = None
depends_on = None

RUNNING = sa.text("state = 'running'")


def upgrade() -> None:
    op.create_index(
        "ix_instance_running",
        "instance",
        ["id"],
        sqlite_where=RUNNING,
        postgresql_where=RUNNING,
    )


def downgrade() -> None:
    op.drop_index("ix_instance_running", table_name="instance")
