"""Cases that another case calls know which, and what of it waits for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012_called_cases"
down_revision = "0011_case_search"
branch_labels = None
depends_on = None

CALLED = sa.text("called_by IS NOT NULL")


def upgrade() -> None:
    op.add_column("instance", sa.Column("called_by", sa.Uuid(), nullable=True))
    op.add_column("instance", sa.Column("call_token", sa.Text(), nullable=True))
    op.create_index(
        "ix_instance_called",
        "instance",
        ["called_by"],
        sqlite_where=CALLED,
        postgresql_where=CALLED,
    )


def downgrade() -> None:
    op.drop_index("ix_instance_called", table_name="instance")
    op.drop_column("instance", "call_token")
    op.drop_column("instance", "called_by")
