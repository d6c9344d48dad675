"""Whose desk keeps what of a contract, and the contract for who sits there."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from engine.errors import NotAtThisDesk, NotFound
from engine.sdk import Actor
from processes.contractor_statement.queries.scope import may_see
from processes.contractor_statement.records import Contract

#: Roles that keep guarantees, accounts, registrations and clearances.
FINANCE = ("FIN_EXPERT", "FIN_HEAD")
#: Roles that keep credit lines.
CREDIT = ("BUDGET_OFFICER",)
#: Roles that keep minutes of the contract's life, supplements and new prices.
ACCEPTANCE = ("PROJECT_MANAGER", "TECH_OFFICE")
#: Roles that keep the published price indices, wherever they sit: indices are the country's.
INDICES = ("TECH_OFFICE", "FIN_EXPERT")


class ContractNotFound(NotFound):
    """No such contract, or not in a unit of the actor."""

    def __init__(self, contract_id: UUID) -> None:
        super().__init__(f"no contract {contract_id}")
        self.contract_id = contract_id


def contract_for(
    session: Session, contract_id: UUID, actor: Actor, roles: Sequence[str]
) -> Contract:
    """Return a contract in whose unit the actor holds one of these roles.

    Raises:
        ContractNotFound: there is none, or the actor may not see it.
        NotAtThisDesk: the actor may only see it.
    """
    contract = session.get(Contract, contract_id)
    if contract is None or not may_see(session, actor, contract_id):
        raise ContractNotFound(contract_id)
    if not any(actor.sits_at(f"{role}@{contract.unit}") for role in roles):
        raise NotAtThisDesk(f"{roles[0]}@{contract.unit}")
    return contract


def contract_of_party(
    session: Session, contract_id: UUID, actor: Actor, roles: Sequence[str]
) -> Contract:
    """Return a contract to its contractor, too, locked as by `contract_to_change`."""
    contract = session.get(Contract, contract_id)
    if contract is None or not actor.sits_at(f"CONTRACTOR@party:{contract.contractor_id}"):
        return contract_to_change(session, contract_id, actor, roles)
    session.refresh(contract, with_for_update=True)
    return contract


def contract_to_change(
    session: Session, contract_id: UUID, actor: Actor, roles: Sequence[str]
) -> Contract:
    """Return a contract as `contract_for` does, locked against another change of its state."""
    contract = contract_for(session, contract_id, actor, roles)
    session.refresh(contract, with_for_update=True)
    return contract
