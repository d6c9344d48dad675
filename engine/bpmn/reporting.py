"""What whoever does a task may report of it: an error or an escalation that the diagram catches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypeAlias

from engine.bpmn import catching
from engine.bpmn import snapshot as codec
from engine.bpmn.errors import ErrorNotCaught, TokenNotWaiting
from engine.bpmn.limits import Limits
from engine.bpmn.memory import Memory
from engine.bpmn.model import Model
from engine.bpmn.plain import Json, plain
from engine.bpmn.run import LIMITS, moment, step_of, tokens_of
from engine.bpmn.step import Step, Stored
from engine.bpmn.walk import Walk

#: an error ends the step; an escalation does when its catcher interrupts
Kind: TypeAlias = Literal["error", "escalation"]


@dataclass(frozen=True, slots=True)
class Reportable:
    """What an event around a step catches."""

    kind: Kind
    code: str | None  #: ``None``: it takes every code
    element_id: str  #: of the event
    name: str | None  #: …in the model's language


def catches(model: Model) -> bool:
    """Tell whether an event of a model catches errors or escalations."""
    return any(graph.catches for graph in model.graphs.values())


def reportable(model: Model, process_id: str, stored: Stored, token: str) -> tuple[Reportable, ...]:
    """Return what may be reported of a step, the nearest catcher of a code only.

    Raises:
        TokenNotWaiting, SnapshotStale: there is no such step.
    """
    if not catches(model):
        return ()
    state = codec.load(stored, model, process_id)
    resting = state.tokens.get(token)
    if resting is None:
        raise TokenNotWaiting(token)
    walk = Walk(model, state, datetime.min.replace(tzinfo=UTC), LIMITS)
    return tuple(
        Reportable(
            "error" if trigger.kind == "error" else "escalation",
            trigger.code,
            event.id,
            event.name,
        )
        for event, trigger in catching.caught_at(walk, resting)
    )


def report(
    model: Model,
    process_id: str,
    stored: Stored,
    token: str,
    kind: Kind,
    code: str,
    *,
    at: datetime,
    values: Mapping[str, Json] | None = None,
    limits: Limits = LIMITS,
) -> Step:
    """Throw an error or an escalation at a step that nobody has answered.

    The step is closed unless what catches it does not interrupt. Unlike `throw`, it counts as
    no answer of the step: nothing leads back to it.

    Args:
        values: set in the scope of the step, where the event's outputs and the flow see them.

    Raises:
        ErrorNotCaught: nothing around the step takes this code.
        TokenNotWaiting, SnapshotStale, NotJson, StepFailed: nothing has changed.
    """
    walk = Walk(model, codec.load(stored, model, process_id), moment(at), limits)
    resting = walk.state.tokens.get(token)
    if resting is None:
        raise TokenNotWaiting(token)
    memory, before = Memory(stored, walk.state), tokens_of(walk)
    if values:
        given = plain(values, heaviest=limits.bytes)
        walk.write(walk.state.scopes[resting.scope], given)
    if not catching.throw_at(walk, resting, code, kind):
        raise ErrorNotCaught(walk.node(resting).id, code)
    return step_of(walk, before, None, memory)
