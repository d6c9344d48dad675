"""The grade in a field of work that who bids for a tender needs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008_grades_asked"
down_revision = "0007_sessions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tnd_tender", sa.Column("work_field", sa.Text(), nullable=True))
    op.add_column("tnd_tender", sa.Column("least_grade", sa.Integer(), nullable=True))
