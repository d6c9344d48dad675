"""Who looks after the causes of incidents, and what was written about them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.model.base import Moment

revision = "0044_incident_care"
down_revision = "0043_journal"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incident_care",
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=True),
        sa.Column("snoozed_until", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_incident_care")),
    )
    op.create_table(
        "incident_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_note")),
    )
    op.create_index("ix_incident_note_fingerprint", "incident_note", ["fingerprint", "at"])


def downgrade() -> None:
    op.drop_table("incident_note")
    op.drop_table("incident_care")
