"""Migrations of running cases, each with the state that an undo brings back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.model.base import JsonText, Moment

revision = "0009_instance_migration"
down_revision = "0008_open_tasks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "instance_migration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("from_definition_id", sa.Uuid(), nullable=False),
        sa.Column("to_definition_id", sa.Uuid(), nullable=False),
        sa.Column("plan", JsonText(), nullable=False),
        sa.Column("snapshot", sa.LargeBinary(), nullable=False),
        sa.Column("variables", JsonText(), nullable=False),
        sa.Column("tasks", JsonText(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("undone_at", Moment()),
        sa.ForeignKeyConstraint(
            ["from_definition_id"],
            ["definition.id"],
            name=op.f("fk_instance_migration_from_definition_id"),
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_instance_migration_instance_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_definition_id"],
            ["definition.id"],
            name=op.f("fk_instance_migration_to_definition_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instance_migration")),
    )
    op.create_index(
        op.f("ix_instance_migration_instance_id"), "instance_migration", ["instance_id"]
    )


def downgrade() -> None:
    op.drop_table("instance_migration")
