"""A contract on its way: the firm's guarantee, the text, the signatures of both (§3.5).

The winner of a tender and the firm of a waiver sign by the same steps.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.sdk import Json, Problem, TaskAnswer, TaskRecall, task_answer, task_recall
from engine.values import Rial, local_date
from processes.transactions import registry
from processes.transactions.answers.concluding import conclude
from processes.transactions.answers.deals import Deal, contract_of, deal_of
from processes.transactions.answers.finding import HEEDED, refuse, returned, said
from processes.transactions.records import (
    BillItem,
    ContractState,
    Guarantee,
    PublicContract,
)
from processes.transactions.rules.contracts import (
    Held,
    Priced,
    check_bill,
    check_performance,
    check_price,
    performance_until,
)
from processes.transactions.rules.guarantee_register import IN_FORCE, Kind

_TENDERED, _WAIVED = "contract_signing", "waiver"


def guarantee_chosen(answer: TaskAnswer) -> Guarantee | None:
    """Return the guarantee of the case's unit that an answer names, held against changes.

    One of another unit is none.
    """
    named = answer.values.get("guarantee_id")
    query = select(Guarantee).where(Guarantee.id == UUID(str(named))).with_for_update()
    found: Guarantee | None = answer.session.scalar(query)
    unit = deal_of(answer.session, answer.instance_id).unit
    return found if found is not None and found.unit == unit else None


@task_answer(_TENDERED, "take_guarantee")
@task_answer(_WAIVED, "take_guarantee")
def take_guarantee(answer: TaskAnswer) -> dict[str, Json]:
    """Take the guarantee that the register holds in force; or say that the firm gives none.

    Raises:
        RulesBroken: ``GEN-CHOICE``; ``CNT-001``, ``TND-027``, ``GUA-003`` of `check_performance`.
    """
    if answer.outcome == "refused":
        return _declined(answer)
    found = guarantee_chosen(answer)
    if found is None:
        refuse([Problem("GEN-CHOICE", "guarantee_id")])
    assert found is not None
    on = local_date(answer.at)
    least = deal_of(answer.session, answer.instance_id).least_performance(on)
    number = str(answer.case_values["contract_no"])
    refuse(check_performance(_held(found), least, on, number))
    return {
        "award_letter": said(answer.values, "award_letter"),
        "guarantee_no": f"{found.number} · {found.issuer}",
        "guarantee_chosen": str(found.id),
        "guarantee_until": found.valid_until.isoformat(),
    }


def _declined(answer: TaskAnswer) -> dict[str, Json]:
    """Return that the firm does not sign, and the papers that say so."""
    papers = answer.values.get("refusal_papers")
    return {"refusal": said(answer.values, "refuse_note"), "refusal_papers": papers}


def _held(found: Guarantee) -> Held:
    return Held(found.kind, found.state, found.amount, found.valid_until, found.concerns)


@task_answer(_TENDERED, "draft_contract")
@task_answer(_WAIVED, "draft_contract")
def draft_contract(answer: TaskAnswer) -> dict[str, Json]:
    """Write the contract with its period and bill; it stands until both have signed.

    Raises:
        RulesBroken: ``TND-015`` another price than the awarded one; ``PRC-010`` the bill does not
            come to it; ``FRM-006`` a framework without unit prices; ``PRC-011``, ``MON-002``;
            ``GUA-003`` the guarantee ends before the work and the month after it.
    """
    deal, values = deal_of(answer.session, answer.instance_id), answer.values
    price = Rial(int(values["price"]))
    starts_on = date.fromisoformat(str(values["starts_on"]))
    days = int(values["duration_days"])
    lines = _bill(values)
    problems = check_price(price, deal.price)
    if deal.framework is not None and not lines:
        problems.append(Problem("FRM-006", "bill"))
    if starts_on < local_date(answer.at):
        problems.append(Problem("PRC-011", "starts_on"))
    if lines and not problems:
        problems += check_bill([Priced(each.quantity, each.unit_price) for each in lines], price)
    found = contract_of(answer.session, deal) or _new(answer, deal)
    found.price, found.starts_on, found.duration_days = price, starts_on, days
    found.advance = _percent(values.get("advance"))
    found.is_adjustable = bool(values.get("is_adjustable"))
    found.guarantee = deal.least_performance(local_date(answer.at))
    found.drafted_at, found.drafted_by = answer.at, answer.actor.username
    found.supplements = found.supplements or []
    problems += _covered(answer, found)
    refuse(problems)
    found.bill = lines
    answer.session.add(found)
    return {
        **HEEDED,
        "price": price.amount,
        "starts_on": starts_on.isoformat(),
        "duration_days": days,
        "ends_on": found.ends_on.isoformat(),
        "advance": values.get("advance"),
        "is_adjustable": found.is_adjustable,
        "bill": values.get("bill") or [],
        "contract_id": str(found.id),
        "attachments": values.get("attachments"),
    }


def _new(answer: TaskAnswer, deal: Deal) -> PublicContract:
    return PublicContract(
        award_id=None if deal.award is None else deal.award.id,
        instance_id=answer.instance_id,
        unit=deal.unit,
        number=str(answer.case_values["contract_no"]),
        ground=deal.ground,
        reference=deal.reference,
        request_id=deal.request.id,
        firm_id=deal.firm.id,
        subject=deal.title,
        category=deal.request.category,
        state=ContractState.DRAFT,
    )


def _percent(typed: Any) -> Decimal | None:
    return None if typed is None else Decimal(str(typed))


def _bill(values: Any) -> list[BillItem]:
    """Return the lines that were priced; a bill of which none is, is none: a lump sum."""
    rows = values.get("bill") or []
    if not any(each.get("unit_price") is not None for each in rows):
        return []
    problems = [
        Problem("GEN-REQUIRED", f"bill/{row}/unit_price")
        for row, each in enumerate(rows)
        if each.get("unit_price") is None
    ]
    refuse(problems)
    return [
        BillItem(
            position=number,
            code=said(each, "code"),
            description=str(each["description"]).strip(),
            measure=str(each["measure"]).strip(),
            quantity=Decimal(str(each["quantity"])),
            unit_price=Rial(int(each["unit_price"])),
        )
        for number, each in enumerate(rows, 1)
    ]


def _covered(answer: TaskAnswer, contract: PublicContract) -> list[Problem]:
    """Return ``GUA-003`` where the guarantee ends before it may, as far as the period is known."""
    until = date.fromisoformat(str(answer.case_values["guarantee_until"]))
    on = local_date(answer.at)
    months = registry.pack_of(contract.unit, on).whole("guarantee.performance.after.months", on)
    if until >= performance_until(contract.ends_on, months):
        return []
    return [Problem("GUA-003", "duration_days")]


@task_recall(_TENDERED, "take_guarantee")
@task_recall(_WAIVED, "take_guarantee")
def take_guarantee_back(_: TaskRecall) -> dict[str, str]:
    """Another guarantee may be taken."""
    return {}


@task_recall(_TENDERED, "draft_contract")
@task_recall(_WAIVED, "draft_contract")
def take_draft_back(_: TaskRecall) -> dict[str, str]:
    """The contract is written again; what stood in it is replaced then."""
    return {}


@task_answer(_TENDERED, "record_firm")
@task_answer(_WAIVED, "record_firm")
def record_firm(answer: TaskAnswer) -> dict[str, Json]:
    """Keep the paper that the winner signed, or that he does not sign.

    Raises:
        RulesBroken: ``CNT-006`` a day that has not come.
    """
    if answer.outcome == "refused":
        return _declined(answer)
    signed_on = date.fromisoformat(str(answer.values["firm_signed_on"]))
    if signed_on > local_date(answer.at):
        refuse([Problem("CNT-006", "firm_signed_on")])
    return _firm_signed(answer, signed_on, said(answer.values, "firm_paper"))


@task_answer(_TENDERED, "firm_signs")
@task_answer(_WAIVED, "firm_signs")
def firm_signs(answer: TaskAnswer) -> dict[str, Json]:
    """Keep that the winner's representative signed here, or that the winner does not sign."""
    if answer.outcome == "refused":
        return _declined(answer)
    return _firm_signed(answer, local_date(answer.at), None)


def _firm_signed(answer: TaskAnswer, on: date, paper: str | None) -> dict[str, Json]:
    contract = contract_of(answer.session, deal_of(answer.session, answer.instance_id))
    assert contract is not None
    contract.firm_signed_on, contract.firm_paper = on, paper
    contract.firm_recorded_by = answer.actor.username
    return {"firm_signed_on": on.isoformat(), "firm_paper": paper}


@task_recall(_TENDERED, "record_firm")
@task_recall(_WAIVED, "record_firm")
def take_firm_back(recall: TaskRecall) -> dict[str, str]:
    """Nobody of the firm has signed."""
    contract = contract_of(recall.session, deal_of(recall.session, recall.instance_id))
    if contract is not None:
        contract.firm_signed_on = contract.firm_paper = contract.firm_recorded_by = None
    return {}


@task_answer(_TENDERED, "sign_contract")
@task_answer(_WAIVED, "sign_contract")
def sign_contract(answer: TaskAnswer) -> dict[str, Json]:
    """Sign for the buyer: the contract is in force; or send its text back, or let the firm go.

    Raises:
        RulesBroken: ``CNT-007`` the register holds no guarantee of performance for it any more; as
            `conclude`. ``CNT-008`` a firm is let go that is not debarred.
    """
    deal = deal_of(answer.session, answer.instance_id)
    contract = contract_of(answer.session, deal)
    assert contract is not None
    if answer.outcome == "barred":
        return _kept_from(answer, deal)
    if answer.outcome == "return":
        contract.firm_signed_on = contract.firm_paper = contract.firm_recorded_by = None
        return returned(answer.element_id, answer.values)
    refuse(_unsecured(answer, contract))
    told = conclude(answer, deal, contract)
    signed: dict[str, Json] = {"signing_result": "SIGNED", "signed_no": contract.number}
    return {**HEEDED, **signed, **told}


def _kept_from(answer: TaskAnswer, deal: Deal) -> dict[str, Json]:
    """Return that the firm may not sign: it is debarred, which is no refusal of its own."""
    found = deal.firm.debarment_on(local_date(answer.at))
    if found is None:
        refuse([Problem("CNT-008", "outcome", {"firm": deal.firm.name})])
    assert found is not None
    return {"refusal": found.letter_no}


def _unsecured(answer: TaskAnswer, contract: PublicContract) -> list[Problem]:
    """Return ``CNT-007`` where what was taken was given back, called or has ended meanwhile."""
    on = local_date(answer.at)
    months = registry.pack_of(contract.unit, on).whole("guarantee.performance.after.months", on)
    held = select(Guarantee.id).where(
        Guarantee.unit == contract.unit,
        Guarantee.concerns == contract.number,
        Guarantee.kind == Kind.PERFORMANCE,
        Guarantee.state.in_(IN_FORCE),
        Guarantee.amount >= contract.guarantee,
        Guarantee.valid_until >= performance_until(contract.ends_on, months),
    )
    if answer.session.scalar(held.limit(1)) is not None:
        return []
    return [Problem("CNT-007", "outcome", {"contract": contract.number})]
