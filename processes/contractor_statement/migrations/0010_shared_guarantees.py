"""A guarantee given for a framework stands for several contracts, with a share for each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010_shared_guarantees"
down_revision = "0009_credit_of_older_contracts"
branch_labels = None
depends_on = None

_OWN = "NOT is_shared"


def upgrade() -> None:
    with op.batch_alter_table("guarantee") as batch:
        batch.add_column(
            sa.Column("is_shared", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch.drop_constraint(op.f("uq_guarantee_issuer_number"), type_="unique")
        batch.create_unique_constraint(
            op.f("uq_guarantee_contract_id_issuer_number"), ["contract_id", "issuer", "number"]
        )
    op.create_index(
        "ix_guarantee_own",
        "guarantee",
        ["issuer", "number"],
        unique=True,
        sqlite_where=sa.text(_OWN),
        postgresql_where=sa.text(_OWN),
    )
