"""Tasks put off by a person, and who answers for a task that somebody else works on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.model.base import Moment

revision = "0017_acting"
down_revision = "0016_preferences"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "snooze",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["human_task.id"], name=op.f("fk_snooze_task_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_snooze_person_id")),
        sa.PrimaryKeyConstraint("task_id", "person_id", name=op.f("pk_snooze")),
    )
    op.create_index("ix_snooze_person_id", "snooze", ["person_id", "until"])
    op.add_column("human_task", sa.Column("owner", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("human_task", "owner")
    op.drop_index("ix_snooze_person_id", "snooze")
    op.drop_table("snooze")
