"""What goes back in the records when somebody takes an answer back.

A reviewer's column and a claim stay as they were filled in: the step shows them again, and
answering again replaces them. What is taken back is that they count as done, credit that was
reserved, and a return, whose voided approvals stand again. Steps that approve or order money
are not here: they are points of no return, and each says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from engine.sdk import TaskRecall, acts_of, task_recall
from engine.values import Rial, local_date
from processes.contractor_statement.answers import credit
from processes.contractor_statement.answers.certifying import certify
from processes.contractor_statement.answers.finding import statement_of
from processes.contractor_statement.answers.returning import STATE_AT, restore_acts
from processes.contractor_statement.records import Objection, Statement, StatementState


@task_recall("interim_statement", "enter")
@task_recall("final_statement", "enter")
@task_recall("final_statement", "prepare")
@task_recall("advance_payment", "request_advance")
@task_recall("price_adjustment", "enter_adjustment")
@task_recall("retention_release", "request_release")
def enter(recall: TaskRecall) -> Mapping[str, str]:
    """The claim or request is its author's again, every line as claimed."""
    _put_back(recall, STATE_AT["enter"])
    return {}


@task_recall("final_statement", "sign_prepared")
def sign_prepared(recall: TaskRecall) -> Mapping[str, str]:
    """The claim that the consultant prepared waits for the contractor's signature again."""
    _put_back(recall, StatementState.SUBMITTED)
    return {}


@task_recall("interim_statement", "measure")
@task_recall("final_statement", "measure")
def measure(recall: TaskRecall) -> Mapping[str, str]:
    """The supervisor has not measured yet, or holds by what was measured before a return."""
    statement = _put_back(recall, STATE_AT["measure"])
    statement.supervised_at = _before(recall)
    return {}


@task_recall("interim_statement", "check")
@task_recall("final_statement", "check")
def check(recall: TaskRecall) -> Mapping[str, str]:
    """The consultant has not signed yet, or holds by what was signed before a return."""
    statement = _put_back(recall, STATE_AT["check"])
    statement.consulted_at = _before(recall)
    return {}


@task_recall("interim_statement", "technical_review")
@task_recall("final_statement", "technical_review")
@task_recall("interim_statement", "meeting")
@task_recall("final_statement", "meeting")
def technical_review(recall: TaskRecall) -> Mapping[str, str]:
    """The quantities lie with the employer again."""
    _put_back(recall, STATE_AT["technical_review"])
    return {}


@task_recall("interim_statement", "review_deductions")
@task_recall("final_statement", "review_deductions")
def review_deductions(recall: TaskRecall) -> Mapping[str, str]:
    """Penalty and recovery are what they were, and the certificate is computed with them."""
    statement = _put_back(recall, STATE_AT["review_deductions"])
    if not _was_return(recall):
        known = recall.case_values
        statement.penalty = Rial(int(known.get("penalty") or 0))
        statement.penalty_minute_no = known.get("penalty_minute_no") or None
        recovery = known.get("recovery")
        statement.recovery = None if recovery is None else Rial(int(recovery))
        statement.recovery_minute_no = known.get("recovery_minute_no") or None
        certify(recall.session, statement, known, local_date(recall.at))
    return {}


@task_recall("interim_statement", "check_credit")
@task_recall("final_statement", "check_credit")
def check_credit(recall: TaskRecall) -> Mapping[str, str]:
    """What was reserved goes back to its line, where others may reserve it."""
    _release_credit(recall, _put_back(recall, STATE_AT["check_credit"]))
    return {}


@task_recall("interim_statement", "central_review")
@task_recall("final_statement", "central_review")
@task_recall("interim_statement", "sign_voucher")
@task_recall("final_statement", "sign_voucher")
@task_recall("price_adjustment", "sign_adjustment")
@task_recall("advance_payment", "sign_advance")
def sign_voucher(recall: TaskRecall) -> Mapping[str, str]:
    """The certificate lies with finance again; its credit stays what it costs today."""
    _put_back(recall, StatementState.FINANCE_REVIEW)
    return {}


@task_recall("advance_payment", "confirm_advance")
@task_recall("retention_release", "confirm_defects")
def confirm_request(recall: TaskRecall) -> Mapping[str, str]:
    """The request is as the contractor filed it."""
    _put_back(recall, StatementState.SUBMITTED)
    return {}


@task_recall("advance_payment", "review_advance")
def review_advance(recall: TaskRecall) -> Mapping[str, str]:
    """The request is where the consultant left it, or the contractor where there is none."""
    statement = _put_back(recall, StatementState.CONSULTANT_REVIEW)
    if not statement.has_consultant:
        statement.state = StatementState.SUBMITTED
    return {}


@task_recall("advance_payment", "check_advance_credit")
def check_advance_credit(recall: TaskRecall) -> Mapping[str, str]:
    """The instalment is not reserved yet."""
    _release_credit(recall, _put_back(recall, StatementState.OWNER_REVIEW))
    return {}


@task_recall("price_adjustment", "check_adjustment")
def check_adjustment(recall: TaskRecall) -> Mapping[str, str]:
    """The adjustment lies with the consultant again."""
    _put_back(recall, StatementState.CONSULTANT_REVIEW)
    return {}


@task_recall("price_adjustment", "review_adjustment")
def review_adjustment(recall: TaskRecall) -> Mapping[str, str]:
    """The adjustment lies with the technical office again."""
    _put_back(recall, StatementState.OWNER_REVIEW)
    return {}


@task_recall("price_adjustment", "check_adjustment_credit")
def check_adjustment_credit(recall: TaskRecall) -> Mapping[str, str]:
    """The adjustment is not reserved yet."""
    _release_credit(recall, _put_back(recall, StatementState.FINANCE_REVIEW))
    return {}


@task_recall("statement_objection", "file_objection")
def file_objection(recall: TaskRecall) -> Mapping[str, str]:
    """The objection was not filed, or says what it said before it came back."""
    filed = recall.session.get_one(Objection, UUID(str(recall.answer["objection_id"])))
    known = recall.case_values
    if known.get("objection_id"):
        filed.lines = str(known["objected_lines"])
        filed.text = str(known["objection_text"])
    else:
        recall.session.delete(filed)
    return {}


@task_recall("statement_objection", "answer_objection")
def opinion(_: TaskRecall) -> Mapping[str, str]:
    """An opinion alone leaves nothing in the records that the next one does not replace."""
    return {}


@task_recall("statement_objection", "decide_objection")
def decide_objection(recall: TaskRecall) -> Mapping[str, str]:
    """The objection waits for its decision again."""
    known = UUID(str(recall.case_values["objection_id"]))
    recall.session.get_one(Objection, known).state = "FILED"
    return {}


def _put_back(recall: TaskRecall, state: StatementState) -> Statement:
    """Bring a statement to where it is while a step looks at it, and undo the step's return."""
    statement = statement_of(recall.session, recall.instance_id)
    if statement.state is not StatementState.ON_ACCOUNT_PAID:
        statement.state = state
    if _was_return(recall):
        restore_acts(recall.session, recall.instance_id, recall.answered_at, recall.task_id)
    return statement


def _was_return(recall: TaskRecall) -> bool:
    return recall.answer.get("outcome") == "return"


def _release_credit(recall: TaskRecall, statement: Statement) -> None:
    held = credit.reservation_of(recall.session, statement)
    if held is not None and not _was_return(recall):
        credit.give_back(recall.session, held, recall.at)


def _before(recall: TaskRecall) -> datetime | None:
    """Return when the same step was approved last before the answer taken back."""
    earlier = [
        each.at
        for each in acts_of(recall.session, recall.instance_id)
        if each.element_id == recall.element_id
        and each.task_id != recall.task_id
        and each.outcome != "return"
    ]
    return max(earlier, default=None)
