"""Papers of who registers as a bidder."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Moment

revision = "0027_registration_papers"
down_revision = "0026_sample_seeds"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("tnd_bidder_registration") as batch:
        sent = sa.Column("papers_sent", sa.BigInteger(), nullable=False, server_default="0")
        batch.add_column(sent)
        batch.add_column(sa.Column("instance_id", sa.Uuid(), nullable=True))
    op.create_table(
        "tnd_registration_paper",
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("scanned", sa.Boolean(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["tnd_bidder_registration.id"],
            name=op.f("fk_tnd_registration_paper_registration_id"),
        ),
        sa.PrimaryKeyConstraint("registration_id", "paper", name=op.f("pk_tnd_registration_paper")),
    )
    op.create_index(op.f("ix_tnd_registration_paper_sha256"), "tnd_registration_paper", ["sha256"])
