"""What the journal is told of acts on a contract's page (`engine.sdk.tell_act`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.sdk import Actor, Session, tell_act
from processes.contractor_statement.records import Contract
from processes.contractor_statement.telling import AREA


def tell(
    session: Session,
    contract: Contract,
    act: str,
    facts: Mapping[str, Any],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Tell what somebody did to a contract, by its number and unit.

    Args:
        act: a word that `pages.acts` names.
        facts: plain data, amounts in rials; what is ``None`` is left out.
    """
    told = {"number": contract.contract_no, "unit": contract.unit, **facts}
    known = {key: value for key, value in told.items() if value is not None}
    tell_act(session, AREA, act, known, actor=actor, at=at)
