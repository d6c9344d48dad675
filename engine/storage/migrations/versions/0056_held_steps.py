"""Steps of a version whose work an administrator holds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.model.base import Moment

revision = "0056_held_steps"
down_revision = "0055_originals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "held_step",
        sa.Column("definition_id", sa.Uuid(), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("definition_id", "element_id", name=op.f("pk_held_step")),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["definition.id"], name=op.f("fk_held_step_definition_id_definition")
        ),
    )
