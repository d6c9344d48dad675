"""What analysts play with their drafts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.model.base import JsonText, Moment

revision = "0034_play_run"
down_revision = "0033_model_comments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "play_run",
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("began_at", Moment(), nullable=False),
        sa.Column("acts", JsonText(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["area_draft.id"], name=op.f("fk_play_run_draft_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_play_run_person_id")),
        sa.PrimaryKeyConstraint("draft_id", "person_id", name=op.f("pk_play_run")),
    )


def downgrade() -> None:
    op.drop_table("play_run")
