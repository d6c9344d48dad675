"""What the shorter processes share: approve, or give back to the contractor."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from engine.sdk import Json, Problem, RulesBroken, TaskAnswer, acts_of
from engine.values import Rial
from processes.contractor_statement.answers import credit
from processes.contractor_statement.answers.finding import statement_of
from processes.contractor_statement.answers.returning import returned, void_acts
from processes.contractor_statement.answers.signing import mark_approved, mark_unapproved
from processes.contractor_statement.records import Statement, StatementState


def refuse(problems: list[Problem]) -> None:
    """Refuse an answer when something is wrong; warnings alone pass.

    Raises:
        RulesBroken: with all of it.
    """
    if any(each.severity == "error" for each in problems):
        raise RulesBroken(problems)


def passed(
    answer: TaskAnswer, state: StatementState, *acts: str
) -> tuple[Statement, dict[str, Json]] | dict[str, Json]:
    """Take the outcome of a reviewer: the statement and a note, or only what a return says.

    Args:
        state: where the statement is after an approval.
        acts: steps whose approvals a return voids.
    """
    statement = statement_of(answer.session, answer.instance_id)
    if answer.outcome == "return":
        said = returned(answer)
        mark_unapproved(answer.session, statement, answer.at)
        statement.state = StatementState.RETURNED
        void_acts(answer.session, statement, set(acts), answer.at)
        return said
    if state is StatementState.APPROVED:
        mark_approved(answer.session, statement, answer.at)
    else:
        statement.state = state
    return statement, {f"{answer.element_id}_note": answer.values.get("note")}


def reserved(answer: TaskAnswer, statement: Statement, amount: Rial) -> dict[str, Json]:
    """Reserve credit on the line the officer chose.

    Raises:
        RulesBroken: ``GEN-REQUIRED``, ``BUD-002``, ``BUD-004``.
    """
    try:
        line_id = UUID(str(answer.values.get("credit_line_id")))
    except ValueError as missing:
        raise RulesBroken([Problem("GEN-REQUIRED", "credit_line_id")]) from missing
    refuse(credit.reserve(answer.session, statement, line_id, amount, answer.at))
    return {"credit_line_id": str(line_id), "credit_amount": amount.amount}


def missing_approvals(session: Session, statement: Statement, *steps: str) -> list[Problem]:
    """Return ``STM-027`` for every step whose latest approval does not stand (R-STM-27)."""
    if statement.instance_id is None:
        return []
    acts = acts_of(session, statement.instance_id)
    standing = {each.element_id for each in acts if each.is_intact and each.outcome != "return"}
    return [Problem("STM-027", None, {"step": each}) for each in steps if each not in standing]
