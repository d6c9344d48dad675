"""Minutes of the opening session, and the votes that end a tender nobody can open."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import JsonText, Moment

revision = "0007_sessions"
down_revision = "0006_contracts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("tnd_seal_tender") as table:
        table.add_column(sa.Column("ending", JsonText(), nullable=True))
    op.create_table(
        "tnd_seal_minutes",
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("is_last", sa.Boolean(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("signed", JsonText(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tnd_seal_tender.id"], name=op.f("fk_tnd_seal_minutes_tender_id")
        ),
        sa.PrimaryKeyConstraint("tender_id", "number", name=op.f("pk_tnd_seal_minutes")),
    )
    op.create_index(op.f("ix_tnd_seal_minutes_sha256"), "tnd_seal_minutes", ["sha256"])
