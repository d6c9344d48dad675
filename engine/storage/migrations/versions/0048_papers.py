"""Papers that processes print: a register without gaps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.model.base import Moment

revision = "0048_papers"
down_revision = "0047_lighter"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "paper",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("instance_id", sa.Uuid, sa.ForeignKey("instance.id"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("occasion", sa.Integer, nullable=False),
        sa.Column("series", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("retention", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("reserved_at", Moment, nullable=False),
        sa.Column("template", sa.Text),
        sa.Column("document_id", sa.Uuid, sa.ForeignKey("document.id")),
        sa.UniqueConstraint("instance_id", "kind", "occasion"),
        sa.UniqueConstraint("series", "unit", "year", "sequence"),
        sa.UniqueConstraint("code"),
        sa.UniqueConstraint("document_id"),
    )
    op.create_index("ix_paper_instance_id", "paper", ["instance_id"])


def downgrade() -> None:
    op.drop_table("paper")
