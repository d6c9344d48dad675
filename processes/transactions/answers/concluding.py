"""The signature that makes a contract: what has to hold, and what follows from it (§3.5)."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from engine.sdk import Json, Problem, TaskAnswer, announce, send_to_case
from engine.values import JalaliDate, local_date
from engine.values.purchasing import OrderedLine, PurchaseOrdered
from processes.transactions.answers.credit import commit, secure
from processes.transactions.answers.deals import Deal
from processes.transactions.answers.finding import basis_of, refuse
from processes.transactions.answers.frameworks import agree
from processes.transactions.answers.offers import barred
from processes.transactions.answers.purchases import request_held
from processes.transactions.answers.waivers import report_due
from processes.transactions.answers.winning import let_others_go, next_winner, valid_until
from processes.transactions.publication.contracts import publish_signature
from processes.transactions.publication.purchases import publish_decision
from processes.transactions.queries.complaints import bars_of_signing
from processes.transactions.records import (
    Award,
    AwardState,
    Category,
    ContractState,
    Guarantee,
    PublicContract,
    PurchaseRequest,
    PurchaseState,
    RequestState,
    Tender,
    TenderState,
)
from processes.transactions.rules.contracts import check_price
from processes.transactions.telling import tell_guarantee, works_contracted

_OUT: Final = "outcome"


def conclude(answer: TaskAnswer, deal: Deal, contract: PublicContract) -> dict[str, Json]:
    """Sign a contract: its credit is committed, and whoever it concerns hears of it.

    One of a framework promises prices only: `agree` keeps it, and nothing is ordered by it.

    Returns:
        what the case is told beside: until when an urgent waiver is reported on; whether one more
        winner signs a framework.

    Raises:
        RulesBroken: ``TND-030``, ``TND-031`` a complaint; ``CNT-004`` the bids bind no longer;
            ``TND-015``; ``PRC-006`` the firm is debarred; ``PRC-001`` the request was cancelled;
            ``BUD-001``, ``BUD-002`` there is no credit for it this year; ``CON-014`` of who keeps
            the contracts of statements.
    """
    request = request_held(answer.session, deal.request.id)
    problems = [] if deal.award is None else _bars(answer, deal.award.tender)
    problems += check_price(contract.price, deal.price)
    problems += barred(deal.firm, answer, _OUT)
    joins = deal.joins  # one more supplier of a framework, whose request was ended by the first
    if request is None or not (joins or request.state is RequestState.RESERVED):
        problems.append(Problem("PRC-001", _OUT))
    refuse(problems)
    assert request is not None
    contract.come_to(ContractState.SIGNED)
    contract.signed_at, contract.signed_by = answer.at, answer.actor.username
    told: dict[str, Json] = {}
    if deal.award is not None:
        _end_tender(answer, deal.award)
    if deal.purchase is not None:
        purchase = deal.purchase
        purchase.order_no, purchase.ordered_at = contract.number, answer.at
        purchase.state = PurchaseState.ORDERED
        told = {"order_no": contract.number, **report_due(answer.session, purchase, answer.at)}
    if deal.award is not None and deal.framework is not None:
        agree(answer, deal.award, contract, request)
        told = {"has_second": next_winner(answer.session, deal.award.tender_id) is not None}
    else:
        _commit(answer, request, contract)
    _tell(answer, deal, contract, request)
    return told


def _bars(answer: TaskAnswer, tender: Tender) -> list[Problem]:
    today = local_date(answer.at)
    problems = bars_of_signing(answer.session, tender, today)
    if today > valid_until(tender):
        told = {"until": str(JalaliDate.of(valid_until(tender)))}
        problems.append(Problem("CNT-004", _OUT, told))
    return problems


def _end_tender(answer: TaskAnswer, award: Award) -> None:
    award.state, award.ended_at = AwardState.SIGNED, answer.at
    if award.tender.state is not TenderState.CONTRACTED:
        award.tender.come_to(TenderState.CONTRACTED)  # with the signature: nothing cancels it
        award.tender.ended_at = answer.at
    answer.session.flush()
    if next_winner(answer.session, award.tender_id) is None:
        let_others_go(answer.session, award.tender_id, answer.at)


def _commit(answer: TaskAnswer, request: PurchaseRequest, contract: PublicContract) -> None:
    by = answer.actor.username
    secure(answer.session, request, contract.price, answer.at, by, _OUT)
    request.state = RequestState.ORDERED
    commit(answer.session, request, contract.price, answer.at, by, _OUT)
    told = {"order_no": contract.number, "ordered": contract.price.amount}
    key = f"contract/{contract.id}"
    send_to_case(answer.session, request.instance_id, "order_placed", told, key=key, at=answer.at)


def _tell(
    answer: TaskAnswer, deal: Deal, contract: PublicContract, request: PurchaseRequest
) -> None:
    session = answer.session
    if contract.bill and deal.framework is None:
        by, base = answer.actor.username, _base_quarter(deal) if contract.is_adjustable else None
        is_works = contract.category is Category.WORKS
        announce(
            session,
            works_contracted(contract, answer.at, by, base)
            if is_works
            else _order(answer, contract, request),
        )
    session.flush()
    kept = select(Guarantee).where(
        Guarantee.unit == contract.unit, Guarantee.concerns == contract.number
    )
    for each in session.scalars(kept.order_by(Guarantee.number)):
        tell_guarantee(session, each, answer.at, answer.actor.username)
    if deal.purchase is not None:
        publish_decision(session, deal.purchase, answer.at)
    publish_signature(session, contract, answer.at)


def _base_quarter(deal: Deal) -> str:
    """Return the quarter before that of the day the price is of (`domain.md` §1.3)."""
    return JalaliDate.of(deal.priced_on).plus_months(-3).quarter


def _order(
    answer: TaskAnswer, contract: PublicContract, request: PurchaseRequest
) -> PurchaseOrdered:
    """Return what is told of a contract that is no work: it is received, invoiced and matched."""
    return PurchaseOrdered(
        unit=contract.unit,
        basis=basis_of(request),
        at=answer.at,
        by=contract.drafted_by,
        order_no=contract.number,
        is_service=contract.category is not Category.GOODS,
        supplier_id=contract.firm.identifier,
        supplier_name=contract.firm.name,
        subject=contract.subject,
        on=local_date(answer.at),
        lines=tuple(
            OrderedLine(each.description, each.measure, each.quantity, each.unit_price)
            for each in contract.bill
        ),
    )
