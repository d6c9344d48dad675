"""Amendments of a contract's terms; a statement keeps whether a consultant checks it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import JsonText, Moment

revision = "0003_contract_amendments"
down_revision = "0002_contract_minutes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contract_amendment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("changes", JsonText(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("proposed_at", Moment(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_contract_amendment_contract_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_amendment")),
    )
    op.create_index(
        op.f("ix_contract_amendment_contract_id"), "contract_amendment", ["contract_id"]
    )
    _keep_consultants()


def _keep_consultants() -> None:
    op.add_column(
        "statement",
        sa.Column("has_consultant", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    op.execute(
        "UPDATE statement SET has_consultant = (SELECT contract.has_consultant FROM contract"
        " WHERE contract.id = statement.contract_id)"
    )
