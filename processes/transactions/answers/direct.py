"""A small purchase: a price, a market check, and who answers for both (§3.13)."""

from __future__ import annotations

from engine.sdk import (
    CaseFacts,
    Json,
    Records,
    StartRequest,
    TaskAnswer,
    case_cancelled,
    case_start,
    task_answer,
)
from processes.transactions.answers.credit import secure_offer
from processes.transactions.answers.finding import HEEDED, refuse, returned, said
from processes.transactions.answers.offers import (
    about,
    exceeded,
    keep_choice,
    keep_offers,
    must_not_be_barred,
    typed,
)
from processes.transactions.answers.purchases import (
    APPROVES_OWN,
    begin,
    must_not_have_asked,
    purchase_held,
    purchase_of,
    put_aside,
)
from processes.transactions.records import PurchaseKind, PurchaseState

_TYPED = ("quotations", "supplier_id", "prices", "market_check", "attachments")


@case_start("direct_purchase")
def begin_direct(request: StartRequest) -> CaseFacts:
    """Begin a small purchase.

    Raises:
        RulesBroken: ``PRC-001``, ``SOD-005``.
    """
    return begin(request, PurchaseKind.DIRECT)


@task_answer("direct_purchase", "find_price")
def find_price(answer: TaskAnswer) -> dict[str, Json]:
    """Take the prices found and the one that is to be paid.

    Raises:
        RulesBroken: ``PRC-001`` the request was cancelled, ``PRC-004`` above the class,
            ``PRC-005`` a dearer one without a reason, ``PRC-006`` a debarred firm, ``PRC-007``,
            ``PRC-009``, ``PRC-010``, ``SOD-005``; the codes of the budget where the price is
            above what is reserved.
    """
    purchase = purchase_held(answer.session, answer.instance_id)
    must_not_have_asked(answer, purchase)
    if answer.outcome == "give_up":
        return put_aside(answer.session, purchase, answer.at)
    refuse(keep_offers(answer, purchase))
    if answer.outcome == "redecide":
        return {"quoted": exceeded(purchase), **typed(answer, *_TYPED)}
    refuse(keep_choice(answer, purchase))
    purchase.market_check, purchase.buyer = (
        said(answer.values, "market_check"),
        answer.actor.username,
    )
    secure_offer(answer, purchase)
    return {**HEEDED, **typed(answer, *_TYPED), **about(purchase)}


@task_answer("direct_purchase", "review_splitting")
def review_splitting(answer: TaskAnswer) -> dict[str, Json]:
    """Let a purchase go on that together with others crosses the limit, or send it back.

    Raises:
        RulesBroken: ``PRC-006`` the firm was debarred meanwhile; ``SOD-001``; the codes of the
            budget where the reservation has lapsed and the line has not so much any more.
    """
    purchase = purchase_held(answer.session, answer.instance_id)
    must_not_have_asked(answer, purchase, APPROVES_OWN)
    if answer.outcome == "return":
        purchase.state = PurchaseState.OPEN
        return returned(answer.element_id, answer.values)
    must_not_be_barred(answer, purchase)
    secure_offer(answer, purchase, "outcome")
    purchase.approved_by, purchase.approved_at = answer.actor.username, answer.at
    return {**HEEDED, "approval_note": said(answer.values, "note")}


@case_cancelled("direct_purchase")
@case_cancelled("three_quotations")
@case_cancelled("waiver")
@case_cancelled("framework_call_off")
def give_up(records: Records) -> None:
    """End a purchase that an administrator cancels; its request may be bought by another."""
    session = records.session
    put_aside(session, purchase_of(session, records.instance_id), records.at)
