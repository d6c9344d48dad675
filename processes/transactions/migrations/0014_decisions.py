"""Decisions are held to the record: a draft's commission, and the case that has a winner sign."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import JsonText

revision = "0014_decisions"
down_revision = "0013_registrations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tnd_tender", sa.Column("members", JsonText(), nullable=True))
    op.add_column("tnd_tender", sa.Column("threshold", sa.Integer(), nullable=True))
    op.add_column("tnd_award", sa.Column("instance_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_tnd_award_instance_id"), "tnd_award", ["instance_id"])
    op.execute(
        "UPDATE tnd_award SET instance_id = (SELECT tnd_contract.instance_id FROM tnd_contract"
        " WHERE tnd_contract.award_id = tnd_award.id)"
    )
