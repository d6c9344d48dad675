"""Answers taken back, for the flows' tests: the records stand as before the answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.commands import recalling
from engine.commands.recallable import NotRecallable
from engine.model.act import Act
from processes.contractor_statement.records import (
    CreditReservation,
    Objection,
    ReservationState,
    StatementState,
)
from processes.contractor_statement.tests.walking import PEOPLE, Case

#: What a statement says that an answer may change, other than its lines.
_OF_STATEMENT = (
    "state",
    "penalty",
    "penalty_minute_no",
    "recovery",
    "recovery_minute_no",
    "supervised_at",
    "consulted_at",
    "approved_at",
    "net",
    "payable",
    "figures",
)


def answer(case: Case, step: str, outcome: str = "approve", by: str = "", **values: Any) -> UUID:
    """Answer a step a moment later; return its task."""
    case.office.clock.at += timedelta(seconds=1)
    task = case.waiting[step].id
    case.do(step, outcome, by=by or None, **values)
    return task


def recall(case: Case, step: str, task: UUID, by: str = "") -> None:
    """Take an answer back a moment later."""
    office = case.office
    office.clock.at += timedelta(seconds=1)
    actor = office.actor(by or PEOPLE[step])
    recalling.recall(office.database.unit_of_work(), task, actor=actor, at=office.clock())


def records(case: Case) -> dict[str, Any]:
    """Return what the records of a statement's case say."""
    statement, line = case.office.statement(case), case.office.credit_line()
    with case.office.database.reader() as session:
        live = select(CreditReservation).where(
            CreditReservation.statement_id == statement.id,
            CreditReservation.state.in_((ReservationState.RESERVED, ReservationState.COMMITTED)),
        )
        acts = select(Act).where(Act.instance_id == case.instance_id, Act.voided_at.is_(None))
        return {
            **{each: getattr(statement, each) for each in _OF_STATEMENT},
            "line": (line.reserved, line.committed, line.paid),
            "reserved": [each.amount for each in session.scalars(live)],
            "standing": sorted(str(each.task_id) for each in session.scalars(acts)),
            "waiting": sorted(case.waiting),
        }


def objections(case: Case) -> list[tuple[str, str, str]]:
    """Return lines, grounds and state of every objection."""
    with case.office.database.reader() as session:
        rows = session.scalars(select(Objection).order_by(Objection.filed_at))
        return [(each.lines, each.text, each.state) for each in rows]


def there_and_back(case: Case, step: str, by: str = "", **values: Any) -> Case:
    """Return from a step and approve it, each taken back with nothing left; then approve it."""
    before = records(case)
    for outcome in ("return", "approve"):
        more = {"return_reason": "MEASURE"} if outcome == "return" else values
        task = answer(case, step, outcome, by, **more)
        assert sorted(case.waiting) != before["waiting"], case.incidents
        recall(case, step, task, by)
        now = records(case)
        # what a computation wrote that the answer led to is written again with the next answer
        now |= {each: None for each in ("figures", "net", "payable") if before[each] is None}
        assert now == before, (step, outcome)
    answer(case, step, by=by, **values)
    return case


def asked_again(case: Case, step: str, by: str = "contractor", **values: Any) -> None:
    """Ask for something, take it back, and ask again."""
    recall(case, step, answer(case, step, "submit", by, **values), by)
    assert set(case.waiting) == {step}
    assert case.office.statement(case).state is StatementState.RETURNED
    case.do(step, "submit", by=by, **values)


def stays(case: Case, step: str, by: str) -> None:
    """Answer a step that is a point of no return, and want it back."""
    task = answer(case, step, by=by)
    with pytest.raises(NotRecallable) as refused:
        recall(case, step, task, by)
    assert (refused.value.why, refused.value.element_id) == ("point", step)
    assert refused.value.reason
