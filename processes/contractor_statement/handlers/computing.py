"""Service tasks of the other kinds that compute or carry over."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from engine.sdk import Answers, Json, Records, record_task
from engine.values import local_date
from processes.contractor_statement.answers.adjusted import adjust, shown
from processes.contractor_statement.answers.finding import statement_of
from processes.contractor_statement.answers.objecting import carry_to_next
from processes.contractor_statement.answers.releasing import (
    due_half,
)
from processes.contractor_statement.answers.releasing import shown as release_shown
from processes.contractor_statement.records import (
    Objection,
    StatementState,
)


@record_task("compute_adjustment", replaced=True)
def compute_adjustment(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Compute a price adjustment from the published indices.

    Raises:
        RulesBroken: ``STM-031`` to ``STM-033``, ``STM-036``.
    """
    statement = statement_of(records.session, records.instance_id)
    days = str(answers.get("days") or "")
    _, rows = adjust(records.session, statement, days, local_date(records.at))
    statement.state = (
        StatementState.CONSULTANT_REVIEW
        if statement.has_consultant
        else StatementState.OWNER_REVIEW
    )
    return shown(statement, rows)


@record_task("settle_adjustment", replaced=True)
def settle_adjustment(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Compute the deductions of an adjustment at the finance step."""
    statement = statement_of(records.session, records.instance_id)
    days = str(answers.get("days") or "")
    _, rows = adjust(records.session, statement, days, local_date(records.at))
    statement.state = StatementState.FINANCE_REVIEW
    return shown(statement, rows)


@record_task("compute_release", replaced=True)
def compute_release(records: Records, _: Answers) -> Mapping[str, Json]:
    """Show the half of the retention that comes next."""
    statement = statement_of(records.session, records.instance_id)
    half = due_half(records.session, statement.contract)
    return release_shown(records.session, statement, half)


@record_task("record_objection")
def record_objection(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Carry the lines of an accepted objection to the next statement."""
    objection = records.session.get_one(Objection, UUID(answers.text("objection_id")))
    return {"carried_lines": carry_to_next(records.session, objection)}
