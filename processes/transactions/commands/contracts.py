"""The contracts' office ends a contract that no statements end (§2.1, §3.5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import select

from engine.errors import NotFound, Problem
from engine.sdk import Actor, Entered, UnitOfWork, retried, tell_act
from processes.transactions.answers import contract_ends
from processes.transactions.answers.finding import AREA
from processes.transactions.records import Category, ContractState, PublicContract

ENDERS: Final = ("PROC_OFFICER",)
_STANDING: Final = (ContractState.SIGNED, ContractState.SUSPENDED)


def may_end(contract: PublicContract, actor: Actor) -> bool:
    """Tell whether the actor may end a contract now; that of a bill of works ends by its account.

    Its statements are settled and its acceptance minuted elsewhere, and that is heard.
    """
    return (
        contract.state in _STANDING
        and not has_statements(contract)
        and contract.unit in actor.units_of(*ENDERS)
    )


@retried
def end_contract(
    uow: UnitOfWork, number: str, typed: Mapping[str, str], *, actor: Actor, at: datetime
) -> None:
    """End a contract with a reason: what is left of its commitment goes back to the line.

    Raises:
        NotFound: there is none of the actor's units.
        RulesBroken: ``GEN-REQUIRED`` no reason; ``CNT-024`` it is not in force, or ends by the
            account of its statements.
    """
    entered = Entered()
    reason = entered.long_text("end_reason", typed.get("end_reason", ""))
    if not reason:
        entered.problems.append(Problem("GEN-REQUIRED", "end_reason"))
    with uow:
        query = select(PublicContract).where(
            PublicContract.number == number, PublicContract.unit.in_(actor.units_of(*ENDERS))
        )
        found = uow.session.scalar(query.with_for_update())
        if found is None:
            raise NotFound(f"no contract {number}")
        if not may_end(found, actor):
            entered.problems.append(Problem("CNT-024", "end_reason"))
        entered.must_be_right()
        assert reason is not None
        contract_ends.end_contract(uow.session, found, reason, at)
        tell_act(uow.session, AREA, "contract_ended", {"contract": number}, actor=actor, at=at)
        uow.commit()


def has_statements(contract: PublicContract) -> bool:
    """Tell whether a contract is measured and paid by statements: a bill of works."""
    orders = contract.award is None or contract.award.tender.framework is None
    return orders and contract.category is Category.WORKS and bool(contract.bill)
