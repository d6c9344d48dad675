"""From when on the cases of a contract are kept: its final acceptance (`domain.md` R-ARC-02)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.sdk import Session, retention_moment
from processes.contractor_statement.queries.contracts import final_acceptance_of


@retention_moment("final_acceptance")
def final_acceptance(session: Session, values: Mapping[str, Any]) -> date | None:
    """Return the day of the contract's final acceptance; ``None`` while there was none."""
    number = values.get("contract_no")
    return final_acceptance_of(session, number) if isinstance(number, str) else None
