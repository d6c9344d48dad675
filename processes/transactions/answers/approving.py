"""Approval of a request and its method, and the credit for it (§2.5, §3.4)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.sdk import (
    Json,
    Problem,
    Records,
    RulesBroken,
    TaskAnswer,
    TaskRecall,
    case_cancelled,
    task_answer,
    task_recall,
)
from engine.values import JalaliDate, local_date
from processes.transactions.answers.credit import call_off, reserve
from processes.transactions.answers.finding import HEEDED, request_of, returned, said
from processes.transactions.records import Method, PurchaseRequest, RequestState


@task_answer("purchase_request", "approve_request")
def approve_request(answer: TaskAnswer) -> dict[str, Json]:
    """Approve the request with the method that was kept when it was chosen; or return, reject."""
    request = request_of(answer.session, answer.instance_id)
    if answer.outcome == "return":
        return _sent_back(answer, request)
    if answer.outcome == "reject":
        request.state = RequestState.REJECTED
        return {"reject_note": said(answer.values, "note")}
    if request.method is None:  # a case of the diagram that had no step for it
        chosen = answer.case_values["choice"]
        request.method, request.method_reason = Method(chosen["method"]), str(chosen["reason"])
    request.state = RequestState.APPROVED
    request.approved_by, request.approved_at = answer.actor.username, answer.at
    return {**HEEDED, "method": request.method.value, "approval_note": said(answer.values, "note")}


@task_answer("purchase_request", "reserve_credit")
def reserve_credit(answer: TaskAnswer) -> dict[str, Json]:
    """Reserve the value of the request on its line: who keeps the budget hears of it.

    Raises:
        RulesBroken: ``BUD-001``, ``BUD-002``, ``BUD-004``, ``FIN-012`` by who keeps the line,
            beside the line that was named.
    """
    request = request_of(answer.session, answer.instance_id)
    if answer.outcome == "return":
        return _sent_back(answer, request)
    line = str(answer.values["line_code"]).strip()
    by = answer.actor.username
    request.credit_year = JalaliDate.of(local_date(answer.at)).year
    request.line_code, request.reserved_by = line, by
    request.state = RequestState.RESERVED
    reserve(answer.session, request, request.value, answer.at, by, "line_code")
    return {**HEEDED, "reserved": request.reserved.amount}


def _sent_back(answer: TaskAnswer, request: PurchaseRequest) -> dict[str, Json]:
    back = returned(answer.element_id, answer.values)
    request.state, request.approved_by, request.approved_at = RequestState.DRAFT, None, None
    return back


@task_recall("purchase_request", "approve_request")
def take_back(recall: TaskRecall) -> Mapping[str, str]:
    """The request waits for its approval again."""
    request = request_of(recall.session, recall.instance_id)
    request.state, request.approved_by, request.approved_at = RequestState.SUBMITTED, None, None
    return {}


@case_cancelled("purchase_request")
def give_up(records: Records) -> None:
    """Let the credit go when an administrator cancels the case.

    Raises:
        RulesBroken: ``GEN-409`` it is ordered.
    """
    request = request_of(records.session, records.instance_id)
    if request.state is RequestState.ORDERED:
        raise RulesBroken([Problem("GEN-409")])
    call_off(records.session, request, records.at)
