"""As what somebody proposed a tolerance: the other of the two roles puts it in force."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006_tolerance_roles"
down_revision = "0005_taken_over"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("tolerance_change") as table:
        table.add_column(sa.Column("proposed_as", sa.Text(), nullable=True))
