"""What goes back in the records when a reviewer takes an answer back.

A reviewer's column stays as it was filled in: the step shows it again, and answering again
replaces it. What is taken back is that it counts as done. Steps that are not here keep their
answer once it is given: they reserve credit, sign, approve or order money, and the way back
from there is the return that the diagram draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engine.sdk import TaskRecall, acts_of, task_recall
from processes.contractor_statement.answers.finding import statement_of
from processes.contractor_statement.answers.returning import STATE_AT
from processes.contractor_statement.records import StatementState


@task_recall("interim_statement", "enter")
@task_recall("final_statement", "enter")
def enter(recall: TaskRecall) -> Mapping[str, str]:
    """The claim is the contractor's again, every line as claimed."""
    statement = statement_of(recall.session, recall.instance_id)
    statement.state = STATE_AT["enter"]
    return {}


@task_recall("interim_statement", "measure")
@task_recall("final_statement", "measure")
def measure(recall: TaskRecall) -> Mapping[str, str]:
    """The supervisor has not measured yet, or holds by what was measured before a return."""
    statement = statement_of(recall.session, recall.instance_id)
    statement.state = STATE_AT["measure"]
    statement.supervised_at = _before(recall)
    return {}


@task_recall("interim_statement", "check")
@task_recall("final_statement", "check")
def check(recall: TaskRecall) -> Mapping[str, str]:
    """The consultant has not signed yet, or holds by what was signed before a return."""
    statement = statement_of(recall.session, recall.instance_id)
    statement.state = STATE_AT["check"]
    statement.consulted_at = _before(recall)
    return {}


@task_recall("interim_statement", "technical_review")
@task_recall("final_statement", "technical_review")
@task_recall("interim_statement", "meeting")
@task_recall("final_statement", "meeting")
def technical_review(recall: TaskRecall) -> Mapping[str, str]:
    """The quantities lie with the employer again."""
    statement = statement_of(recall.session, recall.instance_id)
    statement.state = STATE_AT["technical_review"]
    return {}


@task_recall("advance_payment", "confirm_advance")
def confirm_advance(recall: TaskRecall) -> Mapping[str, str]:
    """The request is as the contractor filed it."""
    statement_of(recall.session, recall.instance_id).state = StatementState.SUBMITTED
    return {}


@task_recall("price_adjustment", "check_adjustment")
def check_adjustment(recall: TaskRecall) -> Mapping[str, str]:
    """The adjustment lies with the consultant again."""
    statement_of(recall.session, recall.instance_id).state = StatementState.CONSULTANT_REVIEW
    return {}


@task_recall("statement_objection", "answer_objection")
def opinion(_: TaskRecall) -> Mapping[str, str]:
    """An opinion alone leaves nothing in the records that the next one does not replace."""
    return {}


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
