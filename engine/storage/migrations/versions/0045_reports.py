"""Reports that people have sent to them by mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.model.base import Moment

revision = "0045_reports"
down_revision = "0044_incident_care"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("person_id", sa.Uuid, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("process_id", sa.Text, nullable=False),
        sa.Column("unit", sa.Text),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("every", sa.Text, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("sent_on", sa.Date, nullable=False),
    )
    op.create_index("ix_report_person_id", "report", ["person_id"])


def downgrade() -> None:
    op.drop_table("report")
