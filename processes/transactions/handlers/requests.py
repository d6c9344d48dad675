"""The service tasks of a request: its class, and letting its credit go."""

from __future__ import annotations

from collections.abc import Mapping

from engine.sdk import Answers, Json, Problem, Records, record_task
from engine.values import Rial
from processes.transactions.answers import classes
from processes.transactions.answers.credit import call_off, release
from processes.transactions.answers.finding import request_of, told
from processes.transactions.records import Method, RequestState


@record_task("classify", replaced=True)
def classify(records: Records, _: Answers) -> Mapping[str, Json]:
    """Say which class the request is of, and whether it was split (R-PRC-01, R-PRC-02)."""
    request = request_of(records.session, records.instance_id)
    crossed = classes.classify(records.session, request, records.at)
    request.method = request.method_reason = None  # the table chooses anew
    assert request.purchase_class is not None
    total = request.split_sum
    warnings = []
    if crossed is not None and total is not None:
        params = {"sum": str(total.amount), "limit": str(crossed.amount)}
        warnings.append(Problem("DEL-005", None, params))
    return {
        "pack": request.pack,
        "purchase_class": request.purchase_class.value,
        "split_found": total is not None,
        "split_sum": None if total is None else total.amount,
        "warnings": told(warnings),
    }


@record_task("keep_method", replaced=True)
def keep_method(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Write down what the table chose, at once: nothing that changes the case changes it."""
    request, chosen = request_of(records.session, records.instance_id), answers["choice"]
    request.method, request.method_reason = Method(chosen["method"]), str(chosen["reason"])
    return {}


@record_task("release_credit")
def release_credit(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Give the credit back and let the class go by the price that was quoted (R-PRC-03)."""
    request = request_of(records.session, records.instance_id)
    release(records.session, request, request.reserved, records.at)
    request.value = max(request.value, Rial(answers.integer("quoted")))
    request.state = RequestState.SUBMITTED
    return {"value": request.value.amount, "reserved": None}


@record_task("drop_waiver")
def drop_waiver(records: Records, _: Answers) -> Mapping[str, Json]:
    """Give the credit back and let the method be chosen without the waiver that was refused."""
    request = request_of(records.session, records.instance_id)
    release(records.session, request, request.reserved, records.at)
    request.waiver_letter, request.state = None, RequestState.SUBMITTED
    return {"waiver": False, "waiver_letter": None, "reserved": None}


@record_task("cancel_request")
def cancel_request(records: Records, _: Answers) -> Mapping[str, Json]:
    """Give the credit back, and tell whoever buys for the request to stop."""
    request = request_of(records.session, records.instance_id)
    call_off(records.session, request, records.at)
    return {"reserved": None}
