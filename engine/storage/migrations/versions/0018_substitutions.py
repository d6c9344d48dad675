"""Who stands in for whom, and for whom somebody holds a task."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.model.base import JsonText, Moment, Money

revision = "0018_substitutions"
down_revision = "0017_acting"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "substitution",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("substitute_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("processes", JsonText(), nullable=True),
        sa.Column("desks", JsonText(), nullable=True),
        sa.Column("most", Money(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("entered_at", Moment(), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_substitution_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["substitute_id"], ["person.id"], name=op.f("fk_substitution_substitute_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substitution")),
    )
    op.create_index("ix_substitution_person_id", "substitution", ["person_id"])
    op.create_index("ix_substitution_substitute_id", "substitution", ["substitute_id"])
    op.add_column("human_task", sa.Column("held_for", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("human_task", "held_for")
    op.drop_index("ix_substitution_substitute_id", table_name="substitution")
    op.drop_index("ix_substitution_person_id", table_name="substitution")
    op.drop_table("substitution")
