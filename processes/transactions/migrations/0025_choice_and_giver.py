"""Whose a guarantee is, and by which rule the firms of a limited tender were chosen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025_choice_and_giver"
down_revision = "0024_frameworks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tnd_guarantee", sa.Column("giver", sa.Text(), nullable=True))
    op.add_column("tnd_tender", sa.Column("choice_rule", sa.String(length=40), nullable=True))
