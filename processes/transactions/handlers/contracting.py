"""The service tasks of a signing: the winner is told, and what follows where he does not sign."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

from engine.sdk import (
    Answers,
    Json,
    Problem,
    Records,
    RulesBroken,
    Session,
    case_cancelled,
    next_number,
    record_task,
)
from engine.values import JalaliDate, local_date
from processes.transactions.answers.deals import Deal, of_award, of_waiver
from processes.transactions.answers.purchases import purchase_held
from processes.transactions.answers.waivers import waiver_held
from processes.transactions.answers.winning import (
    acts_here,
    contract_of_award,
    deadlines,
    hold,
    leave_unsigned,
    next_winner,
    unsigned_of_case,
    winner_of,
)
from processes.transactions.publication.contracts import publish_refusal
from processes.transactions.records import (
    Award,
    AwardState,
    ContractState,
    PurchaseState,
    RequestItem,
    TenderState,
)

#: what a winner before may have left in the case
_CLEAN: Final[Mapping[str, Json]] = {
    "signing_result": None,
    "signed_no": None,
    "refusal": None,
    "refusal_papers": None,
    "refusal_note": None,
    "award_letter": None,
    "guarantee_no": None,
    "guarantee_chosen": None,
    "guarantee_until": None,
    "starts_on": None,
    "duration_days": None,
    "ends_on": None,
    "firm_signed_on": None,
    "firm_paper": None,
    "returned_by": None,
}


@record_task("tell_winner")
def tell_winner(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Let the winner whose turn it is know what he signs, at which price and until when.

    Raises:
        NotNow: its winners are not announced, or it is over.
        RulesBroken: ``CNT-005``, the tender names no winner.
    """
    session, on = records.session, local_date(records.at)
    tender = hold(session, UUID(answers.text("tender_id")))
    joined = (TenderState.CONTRACTED,) if tender.places.signed > 1 else ()
    tender.must_be(TenderState.AWARDED, *joined)
    award = next_winner(session, tender.id)
    if award is None:
        raise RulesBroken([Problem("CNT-005")])
    award.state, award.instance_id = AwardState.ACTIVE, records.instance_id
    return {
        **_CLEAN,
        **deadlines(tender),
        **_told(session, of_award(award), on),
        "has_second": False,
        "framework": None if tender.framework is None else tender.framework.value,
        "award_id": str(award.id),
        "tender_no": tender.number,
        "advance": None if tender.advance is None else tender.advance,
        "is_adjustable": tender.is_adjustable,
    }


@record_task("prepare_waiver_contract")
def prepare_waiver_contract(records: Records, _: Answers) -> Mapping[str, Json]:
    """Let the steps of the signature know what is signed with whom a price was negotiated.

    Raises:
        RulesBroken: ``PRC-001``, the request was cancelled meanwhile.
    """
    session = records.session
    deal = of_waiver(waiver_held(session, records.instance_id))
    told = _told(session, deal, local_date(records.at))
    assert deal.purchase is not None
    chosen = deal.purchase.chosen
    assert chosen is not None
    prices = {each.position: each.unit_price.amount for each in chosen.prices}
    bill: list[Json] = [
        {**_line(each), "unit_price": prices.get(each.position)} for each in deal.request.items
    ]
    known: dict[str, Json] = {"tender_no": None, "valid_until": None, "advance": None}
    known["framework"] = None
    return {**_CLEAN, **known, **told, "is_adjustable": False, "bill": bill}


def _told(session: Session, deal: Deal, on: date) -> dict[str, Json]:
    """Return what a firm's signature is about, with the number of its contract."""
    year = JalaliDate.of(on).year
    number = next_number(session, f"contract/{deal.unit}/{year}")
    lines: list[Json] = [{**_line(each), "unit_price": None} for each in deal.request.items]
    return {
        "subject": deal.title,
        "contract_no": f"{deal.unit}-{year}-C-{number:04d}",
        "supplier_name": deal.firm.name,
        "firm_party": deal.firm.identifier,
        "firm_has_account": acts_here(session, deal.firm.identifier),
        "awarded": deal.price.amount,
        "price": deal.price.amount,
        "guarantee_least": deal.least_performance(on).amount,
        "bill": lines,
    }


def _line(item: RequestItem) -> dict[str, Json]:
    return {
        "code": item.code,
        "description": item.description,
        "quantity": item.quantity,
        "measure": item.measure,
    }


@record_task("record_signing_refused")
def record_signing_refused(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Keep that a winner did not sign; the next stands in, at his own price, or nobody does.

    Who is debarred was kept from signing and has not refused: that award is cancelled.
    """
    session = records.session
    award = winner_of(session, records.instance_id)
    barred = award.firm.debarment_on(local_date(records.at))
    award.state = AwardState.REFUSED if barred is None else AwardState.CANCELLED
    award.ended_at, award.reason = records.at, answers.get("refusal")
    contract = contract_of_award(session, award)
    if contract is not None:
        contract.come_to(ContractState.NOT_SIGNED)
        contract.ended_at, contract.end_reason = records.at, award.reason
    session.flush()
    following: Award | None = next_winner(session, award.tender_id)
    publish_refusal(session, award, following, records.at)
    return {
        "has_second": following is not None,
        "refused_name": award.firm.name,
        "signing_result": None if following is not None else _of(award),
    }


def _of(award: Award) -> str:
    """Return what came of a signing after whose last winner nobody is left."""
    return "SIGNED" if award.tender.state is TenderState.CONTRACTED else "NOBODY"


@case_cancelled("contract_signing")
def give_up(records: Records) -> None:
    """Let no text wait for signatures whose case is cancelled, such as with its tender."""
    leave_unsigned(records.session, records.instance_id, records.at)


@record_task("record_waiver_not_signed")
def record_waiver_not_signed(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Keep that the firm of a waiver did not sign; the price is negotiated anew, with anybody."""
    session = records.session
    purchase = purchase_held(session, records.instance_id)
    for each in unsigned_of_case(session, records.instance_id):
        each.end_reason = answers.get("refusal")
    leave_unsigned(session, records.instance_id, records.at)
    purchase.state, purchase.chosen_id = PurchaseState.OPEN, None
    return {**_CLEAN, "firm_party": None, "total": None, "supplier_name": None}
