"""What could not be done to a case says why in no language yet, place by place."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.model.base import JsonText

revision = "0052_told"
down_revision = "0051_signatures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("batch_item", sa.Column("details", JsonText))


def downgrade() -> None:
    op.drop_column("batch_item", "details")
