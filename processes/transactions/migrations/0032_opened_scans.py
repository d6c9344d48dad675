"""What the virus scanner said of files that came out of envelopes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032_opened_scans"
down_revision = "0031_framework_suppliers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    scan = sa.Column("scan", sa.String(length=40), nullable=False, server_default="UNSCANNED")
    op.add_column("tnd_seal_file", scan)
    op.add_column("tnd_seal_file", sa.Column("virus", sa.Text(), nullable=True))
