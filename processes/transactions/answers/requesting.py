"""Asking for a purchase: what is wanted, for how much, of which line (§3.3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from engine.sdk import (
    CaseFacts,
    Json,
    Problem,
    StartRequest,
    TaskAnswer,
    TaskRecall,
    case_start,
    next_number,
    task_answer,
    task_recall,
    unit_of,
)
from engine.values import JalaliDate, Rial, local_date
from processes.transactions.answers.finding import HEEDED, refuse, request_of, said
from processes.transactions.answers.frameworks import request_problems
from processes.transactions.records import (
    Category,
    PurchaseRequest,
    RequestItem,
    RequestState,
)

REQUESTERS: Final = ("TECH_OFFICE",)
#: What the form shows again when the request comes back.
_TYPED: Final = (
    "framework_id",
    "item_group",
    "items",
    "limited_reason",
    "emergency_letter",
    "waiver_letter",
    "attachments",
)


@case_start("purchase_request")
def open_request(request: StartRequest) -> CaseFacts:
    """Open a draft in the unit that the requester works in.

    Raises:
        RulesBroken: ``GEN-REQUIRED``, he works in several and names none.
    """
    unit = unit_of(request.actor, *REQUESTERS, named=str(request.values.get("unit") or ""))
    row = PurchaseRequest(
        instance_id=request.instance_id,
        unit=unit,
        fiscal_year=JalaliDate.of(local_date(request.at)).year,
        state=RequestState.DRAFT,
        subject=str(request.values["subject"]).strip(),
        category=Category(str(request.values["category"])),
        created_at=request.at,
        requested_by=request.actor.username,
    )
    request.session.add(row)
    request.session.flush()
    values: dict[str, Json] = {
        "request_id": str(row.id),
        "subject": row.subject,
        "category": row.category.value,
        "items": [],
        "request_no": None,
        "value": None,
        "quoted": None,
        "returned_by": None,
        "warnings": [],
        "split_found": False,
        "split_sum": None,
        "nature": "BUY",
    }
    return CaseFacts(None, row.subject, unit, None, values)


@task_answer("purchase_request", "enter_request")
def enter_request(answer: TaskAnswer) -> dict[str, Json]:
    """Take the request as sent, or as withdrawn.

    Raises:
        RulesBroken: ``MON-002`` no estimate, or an item of nothing; ``PRC-011`` it is needed
            before today; those of `request_problems` where it names a framework.
    """
    request = request_of(answer.session, answer.instance_id)
    if answer.outcome == "withdraw":
        request.state = RequestState.WITHDRAWN
        return {}
    problems = _write(answer, request)
    refuse(problems)
    _number(answer, request)
    request.state, request.submitted_at = RequestState.SUBMITTED, answer.at
    request.requested_by = answer.actor.username
    return {
        **HEEDED,
        **shown(request),
        **{each: answer.values.get(each) for each in _TYPED},
        "quality_matters": request.quality_matters,
        "emergency": request.emergency_letter is not None,
        "waiver": request.waiver_letter is not None,
        "limited": request.limited_reason is not None,
        "nature": "BUY" if request.framework_id is None else "CALL_OFF",
    }


def _write(answer: TaskAnswer, request: PurchaseRequest) -> list[Problem]:
    values, today = answer.values, local_date(answer.at)
    request.purpose, request.item_group = said(values, "purpose"), said(values, "item_group")
    request.line_code = said(values, "line_code")
    request.emergency_letter = said(values, "emergency_letter")
    request.waiver_letter = said(values, "waiver_letter")
    request.limited_reason = said(values, "limited_reason")
    request.quality_matters = bool(values.get("quality_matters"))
    request.estimate = request.value = Rial(int(values["estimate"]))
    request.estimated_on, request.estimated_by = today, answer.actor.username
    request.needed_by = date.fromisoformat(str(values["needed_by"]))
    request.items = [
        RequestItem(
            position=number,
            code=said(each, "code"),
            description=str(each["description"]).strip(),
            quantity=Decimal(str(each["quantity"])),
            measure=str(each["measure"]).strip(),
            delivery=said(each, "delivery"),
        )
        for number, each in enumerate(values.get("items") or [], 1)
    ]
    problems = [
        Problem("MON-002", f"items/{each.position - 1}/quantity", {"value": str(each.quantity)})
        for each in request.items
        if each.quantity <= 0
    ]
    if request.estimate <= Rial.ZERO:
        problems.append(Problem("MON-002", "estimate", {"value": str(request.estimate.amount)}))
    if request.needed_by < today:
        problems.append(Problem("PRC-011", "needed_by"))
    named = said(values, "framework_id")
    request.framework_id = None if named is None else UUID(named)
    if request.framework_id is not None and not problems:
        problems += request_problems(answer.session, request, today)
    return problems


def _number(answer: TaskAnswer, request: PurchaseRequest) -> None:
    """Give the request its number, once: unit, year and sequence without gaps."""
    if request.number is None:
        request.fiscal_year = JalaliDate.of(local_date(answer.at)).year
        series = f"purchase_request/{request.unit}/{request.fiscal_year}"
        request.number = next_number(answer.session, series)


def shown(request: PurchaseRequest) -> dict[str, Json]:
    """Return what every step of a request shows."""
    return {
        "request_no": request.request_no,
        "purpose": request.purpose,
        "item_list": "\n".join(
            f"{each.description}: {each.quantity.normalize():f} {each.measure}"
            for each in request.items
        ),
        "estimate": request.estimate.amount,
        "value": request.value.amount,
        "line_code": request.line_code,
        "needed_by": None if request.needed_by is None else request.needed_by.isoformat(),
    }


@task_recall("purchase_request", "enter_request")
def take_back(recall: TaskRecall) -> Mapping[str, str]:
    """The request is a draft again; its number stays its own."""
    request = request_of(recall.session, recall.instance_id)
    request.state, request.submitted_at = RequestState.DRAFT, None
    return {}
