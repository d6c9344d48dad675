"""Priorities that an administrator gives to the work of steps of a version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.model.base import Moment

revision = "0059_step_priorities"
down_revision = "0058_archive_stamps"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "step_priority",
        sa.Column("definition_id", sa.Uuid(), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("definition_id", "element_id", name=op.f("pk_step_priority")),
        sa.ForeignKeyConstraint(
            ["definition_id"],
            ["definition.id"],
            name=op.f("fk_step_priority_definition_id_definition"),
        ),
    )
