"""What can go wrong between a DMN file and a decision."""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import NotFound, RuleBroken
from engine.findings import Finding


class DecisionsRefused(RuleBroken):
    """These files cannot be decided with; ``findings`` says all of it at once."""

    code = "GEN-DMN"

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(
            "; ".join(f"{each.rule} {each.element_id or ''}: {each.message}" for each in findings)
        )
        self.findings = tuple(findings)


class DecisionNotFound(NotFound):
    """No model has a decision of this id or name."""

    def __init__(self, asked: str) -> None:
        super().__init__(f"no decision {asked} in the models")
        self.asked = asked
