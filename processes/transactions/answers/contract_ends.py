"""The end of a contract: what is left of its commitment goes back, and the public is told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from engine.sdk import Session
from processes.transactions.answers.credit import spare
from processes.transactions.answers.purchases import request_held
from processes.transactions.publication.contracts import publish_end
from processes.transactions.records import ContractState, PublicContract


def end_contract(session: Session, contract: PublicContract, reason: str, at: datetime) -> None:
    """End a contract in force, or one that is suspended: nothing more is paid of its price.

    Raises:
        NotNow: it is neither.
    """
    contract.come_to(ContractState.ENDED)
    contract.ended_at, contract.end_reason = at, reason
    request = None
    if contract.request_id is not None:
        request = request_held(session, contract.request_id)
    if request is not None:
        spare(session, request, at, None)
    publish_end(session, contract, at)


def contract_in_force(session: Session, unit: str, number: str) -> PublicContract | None:
    """Return a signed contract that has not ended, held against other changes."""
    query = select(PublicContract).where(
        PublicContract.unit == unit,
        PublicContract.number == number,
        PublicContract.state.in_((ContractState.SIGNED, ContractState.SUSPENDED)),
    )
    found: PublicContract | None = session.scalar(query.with_for_update())
    return found
