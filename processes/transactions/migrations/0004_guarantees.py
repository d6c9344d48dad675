"""The register of guarantees and what was done to each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Moment, Money

revision = "0004_guarantees"
down_revision = "0003_publication"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tnd_guarantee",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("branch", sa.Text(), nullable=False),
        sa.Column("amount", Money(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("concerns", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("call_asked_by", sa.Text(), nullable=True),
        sa.Column("call_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_tnd_guarantee_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tnd_guarantee")),
        sa.UniqueConstraint("issuer", "number", name=op.f("uq_tnd_guarantee_issuer_number")),
    )
    for column in ("state", "unit", "valid_until"):
        op.create_index(op.f(f"ix_tnd_guarantee_{column}"), "tnd_guarantee", [column])
    op.create_table(
        "tnd_guarantee_act",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("guarantee_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("done", sa.String(length=40), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("event", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("amount", Money(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["guarantee_id"], ["tnd_guarantee.id"], name=op.f("fk_tnd_guarantee_act_guarantee_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tnd_guarantee_act")),
        sa.UniqueConstraint(
            "guarantee_id", "no", name=op.f("uq_tnd_guarantee_act_guarantee_id_no")
        ),
    )
