"""What can go wrong between a diagram and a step of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from engine.errors import Conflict, EngineError, NotFound, RuleBroken
from engine.findings import Detail, Finding, detail


class ModelRefused(RuleBroken):
    """These files cannot be run; ``findings`` says all of it at once."""

    code = "GEN-MODEL"

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(
            "; ".join(f"{each.rule} {each.element_id or ''}: {each.message}" for each in findings)
        )
        self.findings = tuple(findings)


class ProcessNotFound(NotFound):
    """The model has no executable process of this id."""

    def __init__(self, process_id: str) -> None:
        super().__init__(f"no process {process_id} in the model")
        self.process_id = process_id


class TokenNotWaiting(Conflict):
    """Nothing waits under this token: it was answered, withdrawn, or never was."""

    def __init__(self, token: str) -> None:
        super().__init__(f"nothing waits under token {token}")
        self.token = token


class SnapshotStale(Conflict):
    """The snapshot was not written for this model, or by a codec this code cannot read."""

    code = "GEN-SNAPSHOT"


class StepFailed(EngineError):
    """A step could not be taken; the state before it stands (an incident upstream)."""

    code = "GEN-STEP"

    def __init__(self, element_id: str, told: Detail) -> None:
        super().__init__(f"{element_id}: {told}")
        self.element_id = element_id
        self.told = told  #: why, in both languages


class NoFlowTaken(StepFailed):
    """No condition out of this element is true and it has no default flow."""

    code = "GEN-NOFLOW"

    def __init__(self, element_id: str, conditions: Sequence[str]) -> None:
        super().__init__(element_id, detail("STEP-001", conditions=" | ".join(conditions)))
        self.conditions = tuple(conditions)


class ExpressionFailed(StepFailed):
    """A FEEL expression of the model has no usable value."""

    code = "GEN-FEEL"


class JoinStarved(StepFailed):
    """A joining gateway waits for a branch that can never arrive."""

    code = "GEN-JOIN"


class StepsExceeded(StepFailed):
    """One command ran too long, opened too much, or called too deep."""

    code = "GEN-LIMIT"


class ValueTooLarge(StepFailed):
    """What a command brings, or an expression computed, is larger than a case may hold."""

    code = "GEN-SIZE"


class DecisionFailed(StepFailed):
    """A decision found what its model forbids, or rows of another shape than asked for."""

    code = "GEN-DECISION"

    def __init__(self, element_id: str, decision: str, reason: Detail) -> None:
        super().__init__(element_id, detail("STEP-002", decision=decision, reason=reason))
        self.decision = decision


class StoreFailed(StepFailed):
    """A data store has no such row to write, or its table does not take it."""

    code = "GEN-STORE"

    def __init__(self, element_id: str, store: str, refusal: Exception) -> None:
        super().__init__(element_id, detail("STEP-003", store=store, why=refusal))
        self.store = store


class ErrorNotCaught(StepFailed):
    """A business error was thrown at a task and no boundary event catches it."""

    code = "GEN-UNCAUGHT"

    def __init__(self, element_id: str, error_code: str) -> None:
        super().__init__(element_id, detail("STEP-004", error=error_code))
        self.error_code = error_code


class NotJson(RuleBroken):
    """A value is not plain data: text, whole or decimal number, true/false, list, mapping."""

    code = "GEN-JSON"

    def __init__(self, path: str, kind: str) -> None:
        super().__init__(f"{path}: {kind} is not plain data")
        self.path = path
        self.kind = kind


class TooHeavy(RuleBroken):
    """Values take more bytes than they may."""

    code = "GEN-SIZE"

    def __init__(self, heaviest: int) -> None:
        super().__init__(f"more than {heaviest} bytes")
        self.heaviest = heaviest


class Obstacle(NamedTuple):
    """Why a case cannot be taken to another place, and at which element."""

    process_id: str
    element_id: str
    reason: Detail

    def __str__(self) -> str:
        return f"{self.process_id}/{self.element_id}: {self.reason}"

    @classmethod
    def of(cls, process_id: str, failure: StepFailed) -> Obstacle:
        """Return that what follows at the other place cannot be done."""
        told = detail("MOVE-027", element=failure.element_id, why=failure.told)
        return cls(process_id, failure.element_id, told)


class MoveRefused(RuleBroken):
    """A case stays where it is; ``obstacles`` says all of it at once."""

    code = "GEN-MOVE"

    def __init__(self, obstacles: Sequence[Obstacle]) -> None:
        super().__init__("; ".join(str(each) for each in obstacles))
        self.obstacles = tuple(obstacles)


class MigrationRefused(MoveRefused):
    """The case cannot go on in the other version with this plan."""

    code = "GEN-MIGRATE"


class ModificationRefused(MoveRefused):
    """An instruction is impossible, or could mean several things."""

    code = "GEN-MODIFY"


class RecallRefused(Conflict):
    """An answer cannot be taken out of what the case has become since."""

    code = "GEN-RECALL"

    def __init__(self, element_id: str | None, reason: str) -> None:
        super().__init__(f"{element_id or 'the answer'}: {reason}")
        self.element_id = element_id
        self.reason = reason


class PlanUnreadable(RuleBroken):
    """A migration plan does not have the shape of one."""

    code = "GEN-PLAN"
