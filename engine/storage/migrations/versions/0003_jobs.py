"""Jobs with a priority, a lease and retries of their own; work of no case; who runs jobs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.model.base import Moment
from engine.model.incident import fingerprint_of

revision = "0003_jobs"
down_revision = "0002_late_tasks"
branch_labels = None
depends_on = None

CLAIMABLE = "state = 'ready' AND kind <> 'external'"
LEASED = "state = 'leased'"
OPEN = "resolved_at IS NULL"
DUE = "state IN ('ready', 'leased')"


def upgrade() -> None:
    with op.batch_alter_table("job") as job:
        job.drop_index("ix_job_due", sqlite_where=sa.text(DUE), postgresql_where=sa.text(DUE))
        job.alter_column("instance_id", existing_type=sa.Uuid(), nullable=True)
        job.add_column(sa.Column("created_at", Moment()))
        job.add_column(sa.Column("priority", sa.Integer()))
        job.add_column(sa.Column("lease_seconds", sa.Integer()))
        job.add_column(sa.Column("retries", sa.Text()))
        job.add_column(sa.Column("worker", sa.Text()))
    op.execute("UPDATE job SET created_at = run_at, priority = 50")
    with op.batch_alter_table("job") as job:
        job.alter_column("created_at", existing_type=Moment(), nullable=False)
        job.alter_column("priority", existing_type=sa.Integer(), nullable=False)
    _index("ix_job_ready", "job", ["priority", "run_at", "id"], CLAIMABLE)
    _index("ix_job_leased", "job", ["lease_until"], LEASED)
    with op.batch_alter_table("incident") as incident:
        incident.alter_column("instance_id", existing_type=sa.Uuid(), nullable=True)
        incident.alter_column("job_id", existing_type=sa.Uuid(), nullable=True)
        incident.alter_column("element_id", existing_type=sa.Text(), nullable=True)
        incident.add_column(sa.Column("fingerprint", sa.Text()))
    _take_fingerprints()
    with op.batch_alter_table("incident") as incident:
        incident.alter_column("fingerprint", existing_type=sa.Text(), nullable=False)
    _index("ix_incident_open", "incident", ["fingerprint"], OPEN)
    op.create_table(
        "worker",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("beat_at", Moment(), nullable=False),
        sa.Column("stopping", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_worker")),
    )
    op.create_table(
        "round",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("reached", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_round")),
    )


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)


def _take_fingerprints() -> None:
    incident = sa.table(
        "incident", *map(sa.column, ("id", "code", "element_id", "cause", "fingerprint"))
    )
    connection = op.get_bind()
    for each in connection.execute(sa.select(incident)).all():
        print_ = fingerprint_of(each.code, each.element_id, each.cause)
        connection.execute(
            sa.update(incident).where(incident.c.id == each.id).values(fingerprint=print_)
        )


def downgrade() -> None:
    op.drop_table("round")
    op.drop_table("worker")
    with op.batch_alter_table("incident") as incident:
        incident.drop_index("ix_incident_open")
        incident.drop_column("fingerprint")
        incident.alter_column("element_id", existing_type=sa.Text(), nullable=False)
        incident.alter_column("job_id", existing_type=sa.Uuid(), nullable=False)
        incident.alter_column("instance_id", existing_type=sa.Uuid(), nullable=False)
    with op.batch_alter_table("job") as job:
        job.drop_index("ix_job_leased")
        job.drop_index("ix_job_ready")
        for name in ("worker", "retries", "lease_seconds", "priority", "created_at"):
            job.drop_column(name)
        job.alter_column("instance_id", existing_type=sa.Uuid(), nullable=False)
    _index("ix_job_due", "job", ["run_at"], DUE)
