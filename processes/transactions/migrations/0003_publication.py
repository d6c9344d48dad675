"""Releases that were published, and what lists show of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Moment, Money

revision = "0003_publication"
down_revision = "0002_sealed_bids"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tnd_published",
        sa.Column("ocid", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("buyer_id", sa.Text(), nullable=False),
        sa.Column("buyer_name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("sought", sa.Text(), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("method", sa.Text(), nullable=True),
        sa.Column("value", Money(), nullable=True),
        sa.Column("supplier", sa.Text(), nullable=True),
        sa.Column("releases", sa.Integer(), nullable=False),
        sa.Column("last_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("ocid", name=op.f("pk_tnd_published")),
        sa.UniqueConstraint("number", name=op.f("uq_tnd_published_number")),
    )
    op.create_index(op.f("ix_tnd_published_last_at"), "tnd_published", ["last_at"])
    op.create_index(op.f("ix_tnd_published_stage"), "tnd_published", ["stage"])
    op.create_table(
        "tnd_release",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ocid", sa.Text(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ocid"], ["tnd_published.ocid"], name=op.f("fk_tnd_release_ocid")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tnd_release")),
        sa.UniqueConstraint("ocid", "no", name=op.f("uq_tnd_release_ocid_no")),
    )
    op.create_index(op.f("ix_tnd_release_at"), "tnd_release", ["at"])
    op.create_table(
        "tnd_published_contract",
        sa.Column("contract_no", sa.Text(), nullable=False),
        sa.Column("ocid", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("supplier_name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ocid"], ["tnd_published.ocid"], name=op.f("fk_tnd_published_contract_ocid")
        ),
        sa.PrimaryKeyConstraint("contract_no", name=op.f("pk_tnd_published_contract")),
    )
    op.create_index(op.f("ix_tnd_published_contract_ocid"), "tnd_published_contract", ["ocid"])
