"""A tender begins: from a request whose credit is reserved, or again after one that failed."""

from __future__ import annotations

from engine.sdk import (
    CaseFacts,
    Json,
    Problem,
    Records,
    RulesBroken,
    StartRequest,
    case_cancelled,
    case_start,
    next_number,
)
from engine.values import JalaliDate, local_date
from processes.transactions import registry
from processes.transactions.answers.finding import refuse
from processes.transactions.answers.purchases import BUYERS, is_requester, request_held
from processes.transactions.answers.requesting import shown
from processes.transactions.answers.tender_ends import end_tender
from processes.transactions.parameters import bid_guarantee_brackets
from processes.transactions.publication.tenders import publish_cancelled
from processes.transactions.queries.prequalifying import live_prequalification
from processes.transactions.queries.tenders import (
    TENDERS,
    earlier_tender,
    live_tender,
    tender_of_case,
)
from processes.transactions.records import (
    Prequalification,
    PrequalificationState,
    PurchaseRequest,
    RequestState,
    SealedTender,
    Tender,
    TenderCriterion,
    TenderInvitation,
    TenderState,
)
from processes.transactions.rules.frameworks import SEVERAL
from processes.transactions.rules.guarantees import bid_guarantee


@case_start("tender")
def begin_tender(request: StartRequest) -> CaseFacts:
    """Begin a tender; after one that came to nothing its documents are copied to be changed.

    Raises:
        RulesBroken: ``PRC-001`` the request is not ready for a tender, or one is under way;
            ``SOD-005`` the officer has requested it; ``PRQ-006`` its firms are being looked at.
    """
    wanted = request_held(request.session, request.values.get("request_id"))
    if wanted is None or not _is_ready(request, wanted):
        raise RulesBroken([Problem("PRC-001", "request_id")])
    if is_requester(request.session, wanted, request.actor):
        refuse([Problem("SOD-005", "request_id")])
    looked_at = live_prequalification(request.session, wanted.id)
    if looked_at is not None and looked_at.state is not PrequalificationState.LISTED:
        refuse([Problem("PRQ-006", "request_id", {"number": looked_at.number})])
    made = _made(request, wanted)
    earlier = earlier_tender(request.session, wanted.id)
    if earlier is not None:
        copy_terms(made, earlier)
    if looked_at is not None:
        invite_short_list(made, looked_at)
    request.session.add(made)
    request.session.flush()
    return CaseFacts(made.number, made.title, made.unit, None, _values(made, earlier))


def _is_ready(request: StartRequest, wanted: PurchaseRequest) -> bool:
    return (
        wanted.state is RequestState.RESERVED
        and wanted.method in TENDERS
        and wanted.unit in request.actor.units_of(*BUYERS)
        and live_tender(request.session, wanted.id) is None
    )


def _made(request: StartRequest, wanted: PurchaseRequest) -> Tender:
    today = local_date(request.at)
    year = JalaliDate.of(today).year
    number = next_number(request.session, f"tender/{wanted.unit}/{year}")
    brackets = bid_guarantee_brackets(registry.pack_of(wanted.unit, today), today)
    assert wanted.method is not None
    return Tender(
        instance_id=request.instance_id,
        request=wanted,
        unit=wanted.unit,
        number=f"{wanted.unit}-{year}-T-{number:04d}",
        method=wanted.method,
        state=TenderState.DRAFT,
        title=wanted.subject,
        estimate=wanted.estimate,
        guarantee=bid_guarantee(wanted.estimate, brackets).result,
        list_reason=wanted.limited_reason,
        made_at=request.at,
        made_by=request.actor.username,
    )


def invite_short_list(made: Tender, listed: Prequalification) -> None:
    """Let a limited tender invite the short list of its pre-qualification (R-TND-15)."""
    made.is_prequalified = True
    made.list_reason = f"فهرست کوتاه ارزیابی کیفی {listed.number}"
    made.invitations = [TenderInvitation(firm_id=each.firm_id) for each in listed.short_list]


def copy_terms(made: Tender, earlier: Tender) -> None:
    """Give a tender the terms of an earlier one, to be changed; its dates are its own.

    The files are taken over with the answer, where no newer ones of their kind are handed in.
    """
    made.earlier_id = earlier.id
    for each in (
        "title", "description", "is_international", "validity_days", "advance", "is_adjustable",
        "framework", "suppliers", "impact", "minimum_score", "work_field", "least_grade",
        "list_reason", "choice_rule", "opening_place",
    ):  # fmt: skip
        setattr(made, each, getattr(earlier, each))
    made.criteria = [
        TenderCriterion(position=each.position, title=each.title, weight=each.weight)
        for each in earlier.criteria
    ]
    made.invitations = [TenderInvitation(firm_id=each.firm_id) for each in earlier.invitations]


def _values(made: Tender, earlier: Tender | None) -> dict[str, Json]:
    sealing = None if earlier is None else earlier.sealing
    kept = [] if earlier is None else [each.name for each in earlier.documents]
    return {
        **shown(made.request),
        "tender_id": str(made.id),
        "tender_no": made.number,
        "tender_method": made.method.value,
        "tender_title": made.title,
        "description": made.description or made.request.purpose,
        "subject": made.title,
        "guarantee": made.guarantee.amount,
        "is_international": made.is_international,
        "validity_days": made.validity_days,
        "advance": None if made.advance is None else str(made.advance),
        "framework": None if made.framework is None else made.framework.value,
        "suppliers": made.suppliers or SEVERAL,
        "is_adjustable": made.is_adjustable,
        "opening_place": made.opening_place,
        "criteria": [{"title": each.title, "weight": str(each.weight)} for each in made.criteria],
        "minimum_score": None if made.minimum_score is None else str(made.minimum_score),
        "impact": str(made.impact) if made.criteria else None,
        "work_field": made.work_field,
        "least_grade": None if made.least_grade is None else str(made.least_grade),
        "list_reason": made.list_reason,
        "turn_note": made.turn_note,
        "choice_rule": None if made.choice_rule is None else made.choice_rule.value,
        "invited": [{"firm_id": str(each.firm_id)} for each in made.invitations],
        "members": [] if sealing is None else [each.username for each in sealing.voting],
        "chair": None if sealing is None else sealing.voting[0].username,
        "deputies": [] if sealing is None else _deputies(sealing),
        "threshold": None if sealing is None else sealing.threshold,
        "earlier_no": None if earlier is None else earlier.number,
        "kept_documents": "\n".join(kept) or None,
        "returned_by": None,
        "few_reason": None,
    }


def _deputies(sealing: SealedTender) -> list[Json]:
    names = {each.position: each.username for each in sealing.members}
    return [
        {"member": names[each.deputy_of], "deputy": each.username}
        for each in sealing.members
        if each.deputy_of is not None
    ]


@case_cancelled("tender")
def give_up(records: Records) -> None:
    """End a tender that an administrator cancels; its request may be tendered again.

    Raises:
        RulesBroken: ``TND-078`` its contract is signed.
    """
    found = tender_of_case(records.session, records.instance_id)
    if found.state is TenderState.CONTRACTED:
        refuse([Problem("TND-078")])
    end_tender(records.session, found, TenderState.CANCELLED, None, records.at)
    publish_cancelled(records.session, found, records.at)
