"""A report by mail says a chart of its reader's own, where one was chosen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0060_charts_by_mail"
down_revision = "0059_step_priorities"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("report") as report:
        report.add_column(sa.Column("chart", sa.String(), nullable=True))
