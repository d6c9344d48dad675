"""Until when the timestamps of signed documents prove their signatures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.model.base import Moment

revision = "0058_archive_stamps"
down_revision = "0057_told_certificates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "archive_stamp",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=False),
        sa.Column("tried_at", Moment(), nullable=True),
        sa.Column("incident_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_archive_stamp")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_archive_stamp_document_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_archive_stamp_incident_id_incident")
        ),
    )
    op.create_index(op.f("ix_archive_stamp_ends_at"), "archive_stamp", ["ends_at"])
