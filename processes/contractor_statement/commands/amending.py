"""Amend the terms of a contract: one person proposes with a paper and a reason, another agrees.

An amendment holds from the moment it is agreed to, for every statement not yet approved:
what is certified stands as it was signed, and because deductions are cumulative the next
certificate brings the whole contract to the new terms (R-STM-15, R-STM-18).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotAtThisDesk, Problem
from engine.sdk import Actor, Entered, UnitOfWork, is_one_of
from engine.values import InvalidValue
from processes.contractor_statement.commands.desks import (
    ACCEPTANCE,
    contract_for,
    contract_to_change,
)
from processes.contractor_statement.commands.journal import tell
from processes.contractor_statement.records import (
    CERTIFIED,
    AmendmentState,
    Contract,
    ContractAmendment,
    Statement,
    StatementKind,
)
from processes.contractor_statement.rules.amending import TERMS, check_terms, read_term, written

#: Roles that propose other terms, as they bring contracts in.
AMENDERS: Final = (*ACCEPTANCE, "FIN_EXPERT")
#: Roles that put them in force (`domain.md` §12: heads of the unit and of finance, two people).
HEADS: Final = ("UNIT_HEAD", "FIN_HEAD")


@dataclass(frozen=True, slots=True)
class NewTerms:
    """Other terms as somebody enters them; terms that are not given stay."""

    typed: Mapping[str, str]  #: name of the term -> what stands in its field
    paper: str  #: what the change rests on: a supplement, a letter, the contract itself
    because: str


def propose_terms(
    uow: UnitOfWork, contract_id: UUID, new: NewTerms, *, actor: Actor, at: datetime
) -> None:
    """Keep a proposal for another person to agree to.

    Raises:
        RulesBroken: ``GEN-REQUIRED``, ``NUM-001``, ``GEN-RANGE``, ``GEN-CHOICE``, ``CON-006``;
            ``CON-016``, ``CON-038``, ``CON-039`` of `check_terms`; ``CON-034`` another
            proposal waits; ``CON-035`` it changes nothing; ``CON-036`` the final statement
            is certified.
    """
    entered = Entered()
    asked = _asked(entered, new.typed)
    paper = entered.text("terms_paper", new.paper)
    because = entered.text("terms_because", new.because)
    with uow:
        contract = contract_to_change(uow.session, contract_id, actor, AMENDERS)
        if not entered.problems:
            entered.problems += _refused(uow.session, contract, asked)
        entered.must_be_right()
        amendment = ContractAmendment(
            contract_id=contract.id,
            changes=_changes(contract, asked),
            paper=paper,
            because=because,
            state=AmendmentState.PROPOSED,
            proposed_at=at,
            proposed_by=actor.username,
        )
        uow.session.add(amendment)
        facts = _facts(amendment) | {"reason": because}
        tell(uow.session, contract, "terms_proposed", facts, actor=actor, at=at)
        uow.commit()


def _facts(amendment: ContractAmendment) -> dict[str, Any]:
    return {"paper": amendment.paper, "changes": amendment.changes}


def _asked(entered: Entered, typed: Mapping[str, str]) -> dict[str, Any]:
    asked = {}
    for term in TERMS:
        if term.name not in typed:
            continue
        try:
            asked[term.name] = read_term(term, typed[term.name])
        except InvalidValue as invalid:
            entered.problems.append(Problem(invalid.code, term.name, dict(invalid.params)))
    return asked


def _refused(session: Session, contract: Contract, asked: Mapping[str, Any]) -> list[Problem]:
    waiting = select(ContractAmendment.id).where(
        ContractAmendment.contract_id == contract.id,
        ContractAmendment.state == AmendmentState.PROPOSED,
    )
    if session.scalar(waiting.limit(1)) is not None:
        return [Problem("CON-034")]
    if _final_is_certified(session, contract):
        return [Problem("CON-036")]
    if not _changes(contract, asked):
        return [Problem("CON-035")]
    return check_terms({each.name: getattr(contract, each.name) for each in TERMS} | {**asked})


def _final_is_certified(session: Session, contract: Contract) -> bool:
    final = select(Statement.id).where(
        Statement.contract_id == contract.id,
        Statement.kind == StatementKind.FINAL,
        Statement.state.in_(CERTIFIED),
    )
    return session.scalar(final.limit(1)) is not None


def _changes(contract: Contract, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the terms that become others, in the order in which they are read."""
    found = []
    for term in TERMS:
        if term.name in asked:
            before = written(getattr(contract, term.name), term.kind)
            after = written(asked[term.name], term.kind)
            if before != after:
                found.append({"term": term.name, "before": before, "after": after})
    return found


@dataclass(frozen=True, slots=True)
class Decision:
    """What a head says to a proposal; a refusal says why."""

    accepts: bool
    note: str = ""


def decide_terms(
    uow: UnitOfWork,
    contract_id: UUID,
    amendment_id: str,
    decision: Decision,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Put a proposal in force, or refuse it; whoever proposed it may take it back.

    Raises:
        RulesBroken: ``GEN-REQUIRED`` a refusal without a reason; ``CON-037`` it is decided
            already; ``CON-036`` the final statement is certified; ``SOD-001`` the same person
            proposed it, perhaps by another account.
        NotAtThisDesk: the actor is no head of the unit.
    """
    entered = Entered()
    note = entered.long_text("decision_note", decision.note)
    if note is None and not decision.accepts:
        entered.problems.append(Problem("GEN-REQUIRED", "decision_note"))
    with uow:
        contract = contract_for(uow.session, contract_id, actor, (*HEADS, *AMENDERS))
        uow.session.refresh(contract, with_for_update=True)
        amendment = _proposal(uow.session, contract, amendment_id)
        if amendment is None:
            entered.problems.append(Problem("CON-037"))
        else:
            _must_decide(contract, amendment, decision, actor)
            if decision.accepts:
                entered.problems += _disagrees(uow.session, contract, amendment, actor)
        entered.must_be_right()
        if amendment is not None:
            amendment.decide(accepts=decision.accepts, by=actor.username, note=note, at=at)
            if decision.accepts:
                _put_in_force(contract, amendment)
            act = "terms_agreed" if decision.accepts else "terms_refused"
            facts = _facts(amendment) | {"proposed_by": amendment.proposed_by, "reason": note}
            tell(uow.session, contract, act, facts, actor=actor, at=at)
        uow.commit()


def _proposal(session: Session, contract: Contract, amendment_id: str) -> ContractAmendment | None:
    query = select(ContractAmendment).where(
        ContractAmendment.contract_id == contract.id,
        ContractAmendment.state == AmendmentState.PROPOSED,
    )
    return next((each for each in session.scalars(query) if str(each.id) == amendment_id), None)


def _must_decide(
    contract: Contract, amendment: ContractAmendment, decision: Decision, actor: Actor
) -> None:
    takes_back = not decision.accepts and amendment.proposed_by == actor.username
    if not takes_back and not any(actor.sits_at(f"{role}@{contract.unit}") for role in HEADS):
        raise NotAtThisDesk(f"{HEADS[0]}@{contract.unit}")


def _disagrees(
    session: Session, contract: Contract, amendment: ContractAmendment, actor: Actor
) -> list[Problem]:
    if is_one_of(session, actor, [amendment.proposed_by]):
        return [Problem("SOD-001")]
    return [Problem("CON-036")] if _final_is_certified(session, contract) else []


def _put_in_force(contract: Contract, amendment: ContractAmendment) -> None:
    after = {each["term"]: str(each["after"]) for each in amendment.changes}
    for term in TERMS:
        if term.name in after:
            setattr(contract, term.name, read_term(term, after[term.name]))
