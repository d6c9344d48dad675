"""Minutes of a contract's life; who entered indices, supplements, prices and debts, and when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.sdk import Moment

revision = "0002_contract_minutes"
down_revision = "0001_contractor_statement"
branch_labels = None
depends_on = None

_IN_FORCE = sa.text("replaced_at IS NULL")


def upgrade() -> None:
    _create_minutes()
    for table in ("price_minute", "supplement", "debt"):
        op.add_column(table, sa.Column("entered_at", Moment(), nullable=True))
        op.add_column(table, sa.Column("entered_by", sa.Text(), nullable=True))
    with op.batch_alter_table("price_index") as indices:
        indices.add_column(sa.Column("entered_at", Moment(), nullable=True))
        indices.add_column(sa.Column("entered_by", sa.Text(), nullable=True))
        indices.add_column(sa.Column("replaced_at", Moment(), nullable=True))
        indices.drop_constraint(
            op.f("uq_price_index_discipline_chapter_quarter_provisional"), type_="unique"
        )
    op.create_index(
        "uq_price_index_in_force",
        "price_index",
        ["discipline", "chapter", "quarter", "provisional"],
        unique=True,
        sqlite_where=_IN_FORCE,
        postgresql_where=_IN_FORCE,
    )


def _create_minutes() -> None:
    op.create_table(
        "contract_minute",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("minute_no", sa.Text(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("defects", sa.Text(), nullable=True),
        sa.Column("defects_months", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("state_before", sa.String(length=40), nullable=False),
        sa.Column("entered_at", Moment(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.Column("withdrawn_because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_contract_minute_contract_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_minute")),
    )
    op.create_index(op.f("ix_contract_minute_contract_id"), "contract_minute", ["contract_id"])
