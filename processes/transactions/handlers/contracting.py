"""The service tasks of a signing: the winner is told, and what follows where he does not sign."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from engine.sdk import (
    Answers,
    Json,
    Problem,
    Records,
    RulesBroken,
    case_cancelled,
    next_number,
    record_task,
)
from engine.values import JalaliDate, local_date
from processes.transactions.answers.winning import (
    acts_here,
    contract_of,
    deadlines,
    hold,
    least_performance,
    next_winner,
    unsigned_of_case,
    winner_of,
)
from processes.transactions.publication.contracts import publish_refusal
from processes.transactions.records import (
    Award,
    AwardState,
    ContractState,
    TenderState,
)

#: what a winner before may have left in the case
_CLEAN: Final[Mapping[str, Json]] = {
    "signing_result": None,
    "signed_no": None,
    "refusal": None,
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
    tender.must_be(TenderState.AWARDED)
    award = next_winner(session, tender.id)
    if award is None:
        raise RulesBroken([Problem("CNT-005")])
    award.state, award.instance_id = AwardState.ACTIVE, records.instance_id
    year = JalaliDate.of(on).year
    number = next_number(session, f"contract/{tender.unit}/{year}")
    return {
        **_CLEAN,
        **deadlines(tender),
        "award_id": str(award.id),
        "tender_no": tender.number,
        "subject": tender.title,
        "contract_no": f"{tender.unit}-{year}-C-{number:04d}",
        "supplier_name": award.firm.name,
        "firm_party": award.firm.identifier,
        "firm_has_account": acts_here(session, award.firm.identifier),
        "awarded": award.price.amount,
        "price": award.price.amount,
        "guarantee_least": least_performance(award, on).amount,
        "advance": None if tender.advance is None else tender.advance,
        "is_adjustable": tender.is_adjustable,
        "bill": [
            {
                "code": each.code,
                "description": each.description,
                "quantity": each.quantity,
                "measure": each.measure,
                "unit_price": None,
            }
            for each in tender.request.items
        ],
    }


@record_task("record_signing_refused")
def record_signing_refused(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Keep that a winner did not sign; the second stands in, at his own price, or nobody does."""
    session = records.session
    award = winner_of(session, records.instance_id)
    award.state, award.ended_at = AwardState.REFUSED, records.at
    award.reason = answers.get("refusal")
    contract = contract_of(session, award)
    if contract is not None:
        contract.come_to(ContractState.NOT_SIGNED)
        contract.ended_at, contract.end_reason = records.at, award.reason
    session.flush()
    second: Award | None = next_winner(session, award.tender_id)
    publish_refusal(session, award, second, records.at)
    return {
        "has_second": second is not None,
        "refused_name": award.firm.name,
        "signing_result": None if second is not None else "NOBODY",
    }


@case_cancelled("contract_signing")
def give_up(records: Records) -> None:
    """Let no text wait for signatures whose case is cancelled, such as with its tender."""
    for each in unsigned_of_case(records.session, records.instance_id):
        each.come_to(ContractState.NOT_SIGNED)
        each.ended_at = records.at
