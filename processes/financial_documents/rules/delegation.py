"""Who may approve how much (`domain.md` §2.6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.errors import Problem
from engine.values import Rial


@dataclass(frozen=True, slots=True)
class Authority:
    """What the delegation table says of one document: who approves, up to what, until when."""

    role: str
    limit: Rial | None  #: nobody stands above the mayor
    valid_until: date | None


def check_authority(authority: Authority, amount: Rial, on: date) -> list[Problem]:
    """Return ``DEL-002`` for a delegation that is over, ``DEL-001`` for an amount above it.

    What was decided while it was valid stays valid (R-DEL-03): only the day of the decision
    is asked.
    """
    if authority.valid_until is not None and on > authority.valid_until:
        return [Problem("DEL-002", "outcome", {"until": authority.valid_until.isoformat()})]
    if authority.limit is not None and amount > authority.limit:
        return [Problem("DEL-001", "outcome", {"limit": str(authority.limit.amount)})]
    return []
