"""Who gave a role and ended it; closed units and own calendars; exceptions; who did all that."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.model.base import JsonText, Moment

revision = "0021_people"
down_revision = "0020_listing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "admin_event",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("facts", JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_admin_event")),
    )
    with op.batch_alter_table("admin_event", schema=None) as batch_op:
        batch_op.create_index("ix_admin_event_person", ["person", "number"], unique=False)

    op.create_table(
        "unit_day",
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("is_off", sa.Boolean(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("entered_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("unit_code", "on", name=op.f("pk_unit_day")),
    )
    op.create_table(
        "unit_hours",
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.PrimaryKeyConstraint("unit_code", "valid_from", name=op.f("pk_unit_hours")),
    )
    op.create_table(
        "unit_week",
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("days", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("unit_code", "valid_from", name=op.f("pk_unit_week")),
    )
    op.create_table(
        "duty_exception",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("done_element_id", sa.Text(), nullable=False),
        sa.Column("done_by", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("is_granted", sa.Boolean(), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_duty_exception_instance_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_exception")),
    )
    with op.batch_alter_table("duty_exception", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_duty_exception_instance_id"), ["instance_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_duty_exception_task_id"), ["task_id"], unique=False)

    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("given_by", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("given_at", Moment(), nullable=True))
        batch_op.add_column(sa.Column("ended_by", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("ended_at", Moment(), nullable=True))

    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("closed_on", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.drop_column("closed_on")

    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.drop_column("ended_at")
        batch_op.drop_column("ended_by")
        batch_op.drop_column("given_at")
        batch_op.drop_column("given_by")

    with op.batch_alter_table("duty_exception", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duty_exception_task_id"))
        batch_op.drop_index(batch_op.f("ix_duty_exception_instance_id"))

    op.drop_table("duty_exception")
    op.drop_table("unit_week")
    op.drop_table("unit_hours")
    op.drop_table("unit_day")
    with op.batch_alter_table("admin_event", schema=None) as batch_op:
        batch_op.drop_index("ix_admin_event_person")

    op.drop_table("admin_event")
