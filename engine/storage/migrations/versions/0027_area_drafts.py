"""Drafts of areas: their saves, the files in them, and who has one open."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.model.base import Moment

revision = "0027_area_drafts"
down_revision = "0026_mail"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "area_draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("bundle_id", sa.Text(), nullable=True),
        sa.Column("saves", sa.Integer(), nullable=False),
        sa.Column("begun_at", Moment(), nullable=False),
        sa.Column("begun_by", sa.Text(), nullable=False),
        sa.Column("discarded_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundle.id"], name=op.f("fk_area_draft_bundle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_draft")),
    )
    op.create_index(op.f("ix_area_draft_area"), "area_draft", ["area"])
    op.create_table(
        "draft_save",
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("restored", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["area_draft.id"], name=op.f("fk_draft_save_draft_id")
        ),
        sa.PrimaryKeyConstraint("draft_id", "number", name=op.f("pk_draft_save")),
    )
    op.create_table(
        "draft_change",
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("is_aside", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["area_draft.id"], name=op.f("fk_draft_change_draft_id")
        ),
        sa.PrimaryKeyConstraint("draft_id", "number", "name", name=op.f("pk_draft_change")),
    )
    op.create_index("ix_draft_change_name", "draft_change", ["draft_id", "name", "number"])
    op.create_table(
        "draft_presence",
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.Column("edits", sa.Boolean(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["area_draft.id"], name=op.f("fk_draft_presence_draft_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_draft_presence_person_id")
        ),
        sa.PrimaryKeyConstraint("draft_id", "person_id", name=op.f("pk_draft_presence")),
    )


def downgrade() -> None:
    op.drop_table("draft_presence")
    op.drop_table("draft_change")
    op.drop_table("draft_save")
    op.drop_table("area_draft")
