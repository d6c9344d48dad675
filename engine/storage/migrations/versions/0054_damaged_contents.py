"""Contents of documents that were found missing or changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.model.base import Moment

revision = "0054_damaged_contents"
down_revision = "0053_waiting_answers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "damaged_content",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("found", sa.String(), nullable=True),
        sa.Column("found_at", Moment(), nullable=False),
        sa.Column("looked_at", Moment(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_damaged_content")),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_damaged_content_incident_id_incident")
        ),
        sa.UniqueConstraint("incident_id", name=op.f("uq_damaged_content_incident_id")),
    )


def downgrade() -> None:
    op.drop_table("damaged_content")
