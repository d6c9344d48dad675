"""What becomes of a statement whose case an administrator cancels."""

from __future__ import annotations

from sqlalchemy import select

from engine.sdk import Problem, Records, RulesBroken, case_cancelled
from processes.contractor_statement.answers import credit
from processes.contractor_statement.answers.finding import statement_of
from processes.contractor_statement.answers.signing import mark_unapproved
from processes.contractor_statement.records import PaymentOrder, StatementState


@case_cancelled("interim_statement")
@case_cancelled("final_statement")
@case_cancelled("advance_payment")
@case_cancelled("price_adjustment")
@case_cancelled("retention_release")
def give_up(records: Records) -> None:
    """Give the statement up: its number may be used again, its credit goes back.

    Raises:
        RulesBroken: ``STM-050`` something was ordered to be paid for it, if only on account.
    """
    session = records.session
    statement = statement_of(session, records.instance_id)
    ordered = select(PaymentOrder.id).where(PaymentOrder.statement_id == statement.id).limit(1)
    if session.scalar(ordered) is not None:
        raise RulesBroken([Problem("STM-050")])
    mark_unapproved(session, statement, records.at)
    held = credit.reservation_of(session, statement)
    if held is not None:
        credit.give_back(session, held, records.at)
    statement.state = StatementState.SUPERSEDED
    session.flush()
