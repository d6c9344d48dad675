"""A year that was reopened can be closed once more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002_year_closed_again"
down_revision = "0001_financial_documents"
branch_labels = None
depends_on = None

_CLOSED = sa.text("reopened_at IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("closed_year") as years:
        years.drop_constraint(op.f("uq_closed_year_unit_fiscal_year"), type_="unique")
    op.create_index(
        "uq_closed_year_standing",
        "closed_year",
        ["unit", "fiscal_year"],
        unique=True,
        sqlite_where=_CLOSED,
        postgresql_where=_CLOSED,
    )
