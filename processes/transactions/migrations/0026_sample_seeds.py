"""The hash of a sample's seed, told before the month that is drawn from begins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Moment

revision = "0026_sample_seeds"
down_revision = "0025_choice_and_giver"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tnd_sample_seed",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("announced_at", Moment(), nullable=True),
        sa.Column("announced_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_tnd_sample_seed_unit")),
        sa.PrimaryKeyConstraint("unit", "month", name=op.f("pk_tnd_sample_seed")),
    )
