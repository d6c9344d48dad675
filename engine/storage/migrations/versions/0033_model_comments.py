"""What analysts say about the elements of a diagram."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.model.base import Moment

revision = "0033_model_comments"
down_revision = "0031_given_passwords"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "model_comment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("thread_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.Column("settled_at", Moment(), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["area_draft.id"], name=op.f("fk_model_comment_draft_id")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["model_comment.id"], name=op.f("fk_model_comment_thread_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_comment")),
    )
    op.create_index("ix_model_comment_area", "model_comment", ["area", "file", "id"])


def downgrade() -> None:
    op.drop_table("model_comment")
