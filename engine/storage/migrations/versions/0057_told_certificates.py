"""Whether the holder of a signing certificate was told that it ends."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.model.base import Moment

revision = "0057_told_certificates"
down_revision = "0056_held_steps"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("signing_certificate") as table:
        table.add_column(sa.Column("told_at", Moment(), nullable=True))
