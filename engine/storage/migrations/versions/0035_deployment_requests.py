"""Deployments that are asked for and approved, and definitions of which no case is started."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.model.base import Moment

revision = "0035_deployment_requests"
down_revision = "0034_play_run"
branch_labels = None
depends_on = None

_OPEN = sa.text("state IN ('asked', 'planned')")


def upgrade() -> None:
    op.create_table(
        "deployment_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("save", sa.Integer(), nullable=False),
        sa.Column("bundle_id", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("base_id", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("planned_at", Moment(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("proof", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("problems", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["base_id"], ["bundle.id"], name=op.f("fk_deployment_request_base_id")
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["area_draft.id"], name=op.f("fk_deployment_request_draft_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deployment_request")),
    )
    op.create_index(
        "ix_deployment_request_open",
        "deployment_request",
        ["draft_id"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_index("ix_deployment_request_asked_at", "deployment_request", ["asked_at"])
    op.create_index("ix_deployment_request_bundle_id", "deployment_request", ["bundle_id"])
    op.create_table(
        "suspension",
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("process_id", name=op.f("pk_suspension")),
    )
    with op.batch_alter_table("definition", schema=None) as batch_op:
        batch_op.add_column(sa.Column("deployed_by", sa.Text(), nullable=True))
    op.execute(
        "UPDATE definition SET deployed_by ="
        " (SELECT b.deployed_by FROM bundle AS b WHERE b.id = definition.bundle_id)"
    )


def downgrade() -> None:
    with op.batch_alter_table("definition", schema=None) as batch_op:
        batch_op.drop_column("deployed_by")
    op.drop_table("suspension")
    op.drop_table("deployment_request")
