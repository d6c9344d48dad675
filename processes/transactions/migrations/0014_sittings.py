"""Sittings of a session with their roll calls, and deputies of members."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import JsonText, Moment

revision = "0014_sittings"
down_revision = "0013_decisions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("tnd_seal_member") as table:
        table.add_column(sa.Column("deputy_of", sa.Integer(), nullable=True))
    with op.batch_alter_table("tnd_tender") as table:
        table.add_column(sa.Column("deputies", JsonText(), nullable=True))
    op.create_table(
        "tnd_seal_sitting",
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("begun_at", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("roll", JsonText(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tnd_seal_tender.id"], name=op.f("fk_tnd_seal_sitting_tender_id")
        ),
        sa.PrimaryKeyConstraint("tender_id", "number", name=op.f("pk_tnd_seal_sitting")),
    )
