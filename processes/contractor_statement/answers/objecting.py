"""The contractor's objection to corrected quantities (`domain.md` §1.4, R-STM-25)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.sdk import (
    CaseFacts,
    Json,
    Problem,
    StartRequest,
    TaskAnswer,
    case_start,
    task_answer,
    working_calendar,
)
from engine.values import JalaliDate, end_of_day, local_date, normalise
from processes.contractor_statement.answers.finding import own_statement
from processes.contractor_statement.answers.opening import facts_of
from processes.contractor_statement.answers.returning import HEEDED, returned
from processes.contractor_statement.answers.simple import refuse
from processes.contractor_statement.records import (
    ABANDONED,
    Objection,
    Statement,
    StatementKind,
    StatementLine,
    StatementState,
)
from processes.contractor_statement.registry import review_times
from processes.contractor_statement.rules.deadlines import objection_due

_MEASURING = (StatementKind.INTERIM, StatementKind.FINAL)


@case_start("statement_objection")
def open_objection(request: StartRequest) -> CaseFacts:
    """Open an objection: in time, and to a final statement only once."""
    session = request.session
    statement = own_statement(session, request.values.get("statement_id"), request.actor)
    problems = []
    notified = statement.consulted_at or statement.supervised_at
    if statement.kind not in _MEASURING or notified is None or statement.state in ABANDONED:
        problems.append(Problem("STM-038", "statement_id"))
    elif _is_final_again(session, statement):
        problems.append(Problem("STM-046", "statement_id"))
    refuse(problems)
    due = _due(session, statement, notified or request.at)
    if request.at > due:
        bound = str(JalaliDate.of(local_date(due)))
        refuse([Problem("STM-045", "statement_id", {"bound": bound})])
    facts = facts_of(statement, {"objection_due": due.isoformat(), "amount": None})
    title = f"اعتراض · {facts.title}"
    return CaseFacts(facts.business_key, title, facts.unit, facts.party, facts.values)


def _is_final_again(session: Session, statement: Statement) -> bool:
    if statement.kind is not StatementKind.FINAL:
        return False
    known = select(Objection.id).where(Objection.statement_id == statement.id).limit(1)
    return session.scalar(known) is not None


def _due(session: Session, statement: Statement, notified: datetime) -> datetime:
    on = local_date(notified)
    last_day = objection_due(
        on,
        working_calendar(session, statement.contract.unit),
        final=statement.kind is StatementKind.FINAL,
        times=review_times(on),
    )
    return end_of_day(last_day)


@task_answer("statement_objection", "file_objection")
def file_objection(answer: TaskAnswer) -> dict[str, Json]:
    """Take the lines and the grounds; only corrected lines can be objected to."""
    statement = answer.session.get_one(Statement, _statement_id(answer))
    codes = normalise(str(answer.values.get("objected_lines") or "")).replace("،", " ").split()
    grounds = str(answer.values.get("objection_text") or "").strip()
    problems = []
    if not codes:
        problems.append(Problem("GEN-REQUIRED", "objected_lines"))
    if not grounds:
        problems.append(Problem("GEN-REQUIRED", "objection_text"))
    problems += _not_corrected(statement, codes)
    kept = _objection(answer)
    if kept is None and _is_final_again(answer.session, statement):
        problems.append(Problem("STM-046"))  # another case was filed since this one was opened
    refuse(problems)
    objection = kept or Objection(
        statement_id=statement.id, filed_at=answer.at, filed_by=answer.actor.username
    )
    objection.lines, objection.text, objection.state = " ".join(codes), grounds, "FILED"
    answer.session.add(objection)
    answer.session.flush()
    return {
        **HEEDED,
        "objection_id": str(objection.id),
        "objected_lines": objection.lines,
        "objection_text": grounds,
    }


def _not_corrected(statement: Statement, codes: list[str]) -> list[Problem]:
    rows = {each.contract_line.code: each for each in statement.lines}
    known = {each.code for each in statement.contract.lines}
    problems = []
    for code in codes:
        if code not in known:
            problems.append(Problem("STM-017", "objected_lines", {"line": code}))
        elif code not in rows or rows[code].approved == rows[code].claimed:
            problems.append(Problem("STM-047", "objected_lines", {"line": code}))
    return problems


@task_answer("statement_objection", "answer_objection")
def answer_objection(answer: TaskAnswer) -> dict[str, Json]:
    """Take the consultant's opinion."""
    return {"opinion": answer.values.get("opinion")}


@task_answer("statement_objection", "decide_objection")
def decide_objection(answer: TaskAnswer) -> dict[str, Json]:
    """Decide; an accepted objection's lines go to the next statement."""
    if answer.outcome == "return":
        return returned(answer)
    objection = _objection(answer)
    if objection is not None:
        objection.state = "ACCEPTED" if answer.outcome == "approve" else "REFUSED"
    return {"decision": answer.outcome, "decision_note": answer.values.get("decision_note")}


def carry_to_next(session: Session, objection: Objection) -> int:
    """Mark the disputed lines in the statement that follows, if it is open already.

    Later ones mark them when they are filed. Returns how many were marked.
    """
    statement = session.get_one(Statement, objection.statement_id)
    following = session.scalar(
        select(Statement)
        .where(
            Statement.contract_id == statement.contract_id,
            Statement.kind.in_(_MEASURING),
            Statement.created_at > statement.created_at,
            Statement.state.in_(
                (StatementState.DRAFT, StatementState.RETURNED, StatementState.SUBMITTED)
            ),
        )
        .order_by(Statement.created_at)
        .limit(1)
    )
    if following is None or objection.state != "ACCEPTED":
        return 0
    codes = set(objection.lines.split())
    disputed: list[StatementLine] = [
        each for each in following.lines if each.contract_line.code in codes
    ]
    for each in disputed:
        each.disputed = True
    return len(disputed)


def _objection(answer: TaskAnswer) -> Objection | None:
    known = answer.case_values.get("objection_id")
    return None if known is None else answer.session.get(Objection, UUID(str(known)))


def _statement_id(answer: TaskAnswer) -> UUID:
    return UUID(str(answer.case_values["statement_id"]))
