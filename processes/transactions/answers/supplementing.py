"""Supplements: an agreed change of a contract's amount or time, within the limit (R-PRC-04)."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from engine.sdk import (
    Actor,
    CaseFacts,
    Json,
    Problem,
    Records,
    Session,
    StartRequest,
    TaskAnswer,
    TaskRecall,
    announce,
    case_cancelled,
    case_start,
    is_one_of,
    option_source,
    task_answer,
    task_recall,
)
from engine.values import Rial, local_date
from engine.values.contracting import ContractSupplemented
from processes.transactions import registry
from processes.transactions.answers.classes import thresholds
from processes.transactions.answers.credit import commit, secure, spare
from processes.transactions.answers.finding import refuse, said
from processes.transactions.answers.frameworks import supplement_problems
from processes.transactions.answers.purchases import BUYERS, request_held
from processes.transactions.publication.contracts import publish_supplement
from processes.transactions.queries.frameworks import is_of_framework
from processes.transactions.records import ContractState, ContractSupplement, PublicContract
from processes.transactions.rules.contracts import check_supplement, crosses_class
from processes.transactions.telling import basis_of_contract

_PROCESS: Final = "contract_supplement"
_MANY: Final = 500


def supplement_of(session: Session, instance_id: UUID) -> ContractSupplement:
    """Return the supplement of a case, held against other changes."""
    query = select(ContractSupplement).where(ContractSupplement.instance_id == instance_id)
    return session.scalars(query.with_for_update()).one()


@option_source("contracts_to_supplement")
def contracts_to_supplement(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the contracts in force of the actor's units, the newest first."""
    query = select(PublicContract).where(
        PublicContract.unit.in_(actor.units_of(*BUYERS)),
        PublicContract.state == ContractState.SIGNED,
    )
    found = session.scalars(query.order_by(PublicContract.signed_at.desc()).limit(_MANY))
    return [(str(each.id), f"{each.number} · {each.subject}") for each in found]


@case_start(_PROCESS)
def propose_supplement(request: StartRequest) -> CaseFacts:
    """Propose a change of a contract in force.

    Raises:
        RulesBroken: ``CNT-022`` it is not in force, or another supplement is on its way;
            ``CNT-021`` it changes nothing; ``CNT-020`` above the limit; `supplement_problems`.
    """
    session, values, on = request.session, request.values, local_date(request.at)
    query = select(PublicContract).where(PublicContract.id == UUID(str(values["contract_id"])))
    contract = session.scalar(query.with_for_update())
    if (
        contract is None
        or contract.state is not ContractState.SIGNED
        or contract.unit not in request.actor.units_of(*BUYERS)
        or any(each.signed_on is None and each.refused_at is None for each in contract.supplements)
    ):
        refuse([Problem("CNT-022", "contract_id")])
    assert contract is not None
    amount = Rial(int(values.get("amount_change") or 0))
    days = int(values.get("days_added") or 0)
    pack = registry.pack_of(contract.unit, on)
    changes = [each.amount_change for each in contract.in_force]
    problems = check_supplement(
        contract.price, [*changes, amount], pack.rate("supplement.limit", on)
    )
    fields = ("amount_change", "days_added")
    problems += supplement_problems(session, contract, amount, days, fields)
    if amount == Rial.ZERO and days == 0:
        problems.append(Problem("CNT-021", "amount_change"))
    refuse(problems)
    worth, position = contract.worth, len(contract.supplements) + 1
    row = ContractSupplement(
        contract_id=contract.id,
        position=position,
        instance_id=request.instance_id,
        number=f"{contract.number}/{position}",
        reason=str(values["reason"]).strip(),
        amount_change=amount,
        days_added=days,
        crosses_class=crosses_class(worth, worth + amount, thresholds(contract.unit, on)),
        proposed_at=request.at,
        proposed_by=request.actor.username,
    )
    session.add(row)
    session.flush()
    facts: dict[str, Json] = {
        "supplement_no": row.number,
        "contract_no": contract.number,
        "subject": contract.subject,
        "supplier_name": contract.firm.name,
        "reason": row.reason,
        "worth": worth.amount,
        "amount_change": amount.amount,
        "days_added": days,
        "crosses_class": row.crosses_class,
        "minute_no": None,
        "firm_paper": None,
        "attachments": values.get("attachments"),
    }
    return CaseFacts(row.number, contract.subject, contract.unit, None, facts)


@task_answer(_PROCESS, "approve_crossing")
def approve_crossing(answer: TaskAnswer) -> dict[str, Json]:
    """Keep the commission's minute that lets the contract cross a class."""
    if answer.outcome == "reject":
        return {}
    minute = said(answer.values, "minute_no")
    supplement_of(answer.session, answer.instance_id).approval = minute
    return {"minute_no": minute}


@task_answer(_PROCESS, "firm_agrees")
def firm_agrees(answer: TaskAnswer) -> dict[str, Json]:
    """Keep the number of the paper that the firm signed."""
    return {"firm_paper": said(answer.values, "firm_paper")}


@task_recall(_PROCESS, "firm_agrees")
def take_firm_back(_: TaskRecall) -> dict[str, str]:
    """The paper is asked for again."""
    return {}


@task_answer(_PROCESS, "sign_supplement")
def sign_supplement(answer: TaskAnswer) -> dict[str, Json]:
    """Sign for the buyer: the contract, its credit and its statements follow.

    Raises:
        RulesBroken: ``CNT-022`` the contract is not in force; ``CNT-023`` the signer proposed it;
            ``BUD-001``, ``BUD-002`` there is no credit for more; `supplement_problems`, of what
            was called off meanwhile.
    """
    if answer.outcome == "reject":
        return {}
    found = supplement_of(answer.session, answer.instance_id)
    query = select(PublicContract).where(PublicContract.id == found.contract_id)
    contract = answer.session.scalars(query.with_for_update()).one()
    problems = []
    if contract.state is not ContractState.SIGNED:
        problems.append(Problem("CNT-022", "outcome"))
    if is_one_of(answer.session, answer.actor, [found.proposed_by]):
        problems.append(Problem("CNT-023", "outcome"))
    problems += supplement_problems(
        answer.session, contract, found.amount_change, found.days_added, ("outcome", "outcome")
    )
    refuse(problems)
    found.signed_on, found.signed_by = local_date(answer.at), answer.actor.username
    if not is_of_framework(answer.session, contract):  # whose call-offs reserve their own
        _change_credit(answer, contract, found.amount_change)
    fact: dict[str, Any] = {
        "unit": contract.unit,
        "basis": basis_of_contract(contract),
        "at": answer.at,
        "by": answer.actor.username,
        "contract_no": contract.number,
        "supplement_no": found.number,
        "on": found.signed_on,
        "amount_change": found.amount_change,
        "days_added": found.days_added,
    }
    announce(answer.session, ContractSupplemented(**fact))
    publish_supplement(answer.session, contract, found, answer.at)
    return {"worth": contract.worth.amount}


def _change_credit(answer: TaskAnswer, contract: PublicContract, change: Rial) -> None:
    """Commit what the contract costs more, of the year it is signed in; or spare what it does not.

    What its statements have taken over stays theirs: only what is left is given back.
    """
    request = None
    if contract.request_id is not None and change != Rial.ZERO:
        request = request_held(answer.session, contract.request_id)
    if request is None:
        return
    if change > Rial.ZERO:
        by = answer.actor.username
        secure(answer.session, request, change, answer.at, by, "outcome")
        commit(answer.session, request, change, answer.at, by, "outcome")
    else:
        spare(answer.session, request, answer.at, -change)


@case_cancelled(_PROCESS)
def give_up(records: Records) -> None:
    """End a supplement that an administrator cancels; another may be proposed."""
    found = supplement_of(records.session, records.instance_id)
    if found.signed_on is None:
        found.refused_at = records.at
