"""How a process begins without a person: by a message, by a signal, or at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.bpmn.model import Model
from engine.bpmn.timers import Due, Timer, due


@dataclass(frozen=True, slots=True)
class StartEvent:
    """A start event of a process that something other than a person sets off."""

    element_id: str
    kind: str  #: message, signal, timer
    name: str  #: of the message or signal
    timer: Timer | None = None


def start_events(model: Model, process_id: str) -> tuple[StartEvent, ...]:
    """Return the start events of a process, without those of its sub-processes."""
    return tuple(
        StartEvent(node.id, node.trigger.kind, node.trigger.message, node.trigger.timer)
        for node in model.graphs[process_id].nodes.values()
        if node.kind == "startEvent"
        and node.parent is None
        and node.trigger is not None
        and node.trigger.kind in ("message", "signal", "timer")
    )


def first_due(event: StartEvent, at: datetime) -> Due | None:
    """Return when a timer start event of a definition deployed ``at`` is due first.

    A date that has passed starts nothing; a cycle goes on from its next turn.

    Raises:
        ExpressionFailed: its expression needs the variables of a case, or is no time.
    """
    if event.timer is None:
        return None
    first = due(event.timer, event.element_id, {}, at)
    return first if first.at > at else first.next(at)
