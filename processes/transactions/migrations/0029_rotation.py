"""Why a limited tender's firms were not invited by turn."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029_rotation"
down_revision = "0028_hall_offers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tnd_tender", sa.Column("turn_note", sa.String(), nullable=True))
