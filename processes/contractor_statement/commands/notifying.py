"""Keep where the contractor of a contract is written to."""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

from engine.errors import Problem, RulesBroken
from engine.sdk import Actor, UnitOfWork
from engine.values import normalise
from processes.contractor_statement.commands.desks import ACCEPTANCE, contract_of_party
from processes.contractor_statement.commands.journal import tell
from processes.contractor_statement.queries.notices import notice_address
from processes.contractor_statement.records import NoticeAddress

_ADDRESS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,255}")


def keep_notice_address(
    uow: UnitOfWork, contract_id: UUID, address: str, *, actor: Actor, at: datetime
) -> None:
    """Write to the contractor at this address from now on, to none where it is blank.

    His own representative may say it, or who keeps the contract.

    Raises:
        RulesBroken: ``GEN-PATTERN`` it is no address.
    """
    said = normalise(address)
    if said and _ADDRESS.fullmatch(said) is None:
        raise RulesBroken([Problem("GEN-PATTERN", "notice_address")])
    with uow:
        contract = contract_of_party(uow.session, contract_id, actor, ACCEPTANCE)
        before = notice_address(uow.session, contract.id)
        if before is not None:
            before.replaced_at = at
        if said:
            uow.session.add(
                NoticeAddress(
                    contract_id=contract.id,
                    address=said,
                    entered_at=at,
                    entered_by=actor.username,
                )
            )
        old = "" if before is None else before.address
        if said != old:
            facts = {"before": _hashed(old), "after": _hashed(said)}
            tell(uow.session, contract, "notice_address_kept", facts, actor=actor, at=at)
        uow.commit()


def _hashed(address: str) -> str | None:
    """Return what proves an address later; the journal says nobody's."""
    return sha256(address.encode()).hexdigest() if address else None
