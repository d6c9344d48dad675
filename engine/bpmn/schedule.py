"""What the diagram says of a task or a job when it opens: until when, how urgent, for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from engine.bpmn.conditions import Expression, as_plain, compile_feel
from engine.bpmn.errors import ExpressionFailed
from engine.bpmn.plain import Json
from engine.bpmn.step import HumanWait, ServiceWait, Wait
from engine.bpmn.timers import Timer, due
from engine.bpmn.vendor import Said
from engine.findings import detail

if TYPE_CHECKING:
    from engine.bpmn.walk import Walk

HIGHEST = 1_000_000  #: priority, either way


@dataclass(frozen=True, slots=True)
class Schedule:
    """Expressions that are worked out once, when the element begins to wait."""

    due: Expression | None = None
    follow_up: Expression | None = None
    priority: Expression | None = None
    assignee: Expression | None = None


def schedule_of(said: Said, *, human: bool) -> Schedule | None:
    """Return what a task says of the kind; ``None``: nothing."""
    if not human:
        priority = _optional(said.job_priority)
        return Schedule(priority=priority) if priority else None
    texts = (said.due, said.follow_up, said.priority, said.assignee)
    return Schedule(*(_optional(each) for each in texts)) if any(texts) else None


def scheduled(walk: Walk, wait: Wait) -> Wait:
    """Return a wait that has just opened with what its element says of it.

    Raises:
        ExpressionFailed: the value is no moment, duration, whole number or name.
    """
    if not isinstance(wait, HumanWait | ServiceWait):
        return wait
    token = walk.state.tokens[wait.token]
    node = walk.node(token)
    schedule = node.schedule
    if schedule is None or token.phase:
        return wait
    seen = walk.see(walk.state.scopes[token.scope])
    priority = _whole(node.id, schedule.priority, seen, walk.at)
    if isinstance(wait, ServiceWait):
        return replace(wait, priority=priority)
    return replace(
        wait,
        due_at=_moment(node.id, schedule.due, seen, walk.at),
        follow_up_at=_moment(node.id, schedule.follow_up, seen, walk.at),
        priority=priority,
        assignee=_name(node.id, schedule.assignee, seen, walk.at),
    )


def _optional(text: str | None) -> Expression | None:
    return compile_feel(text) if text else None


def _value(
    element_id: str, expression: Expression | None, seen: Mapping[str, Json], at: datetime
) -> Json:
    return None if expression is None else as_plain(expression.value(seen, at), element_id)


def _moment(
    element_id: str, expression: Expression | None, seen: Mapping[str, Json], at: datetime
) -> datetime | None:
    value = _value(element_id, expression, seen, at)
    if expression is None or value is None or value == "":
        return None
    if not isinstance(value, str):
        raise ExpressionFailed(
            element_id, detail("STEP-011", text=expression.text, value=repr(value))
        )
    try:
        return due(Timer("duration", value, None), element_id, seen, at).at
    except ExpressionFailed as failure:
        told = detail("STEP-012", text=expression.text, value=repr(value))
        raise ExpressionFailed(element_id, told) from failure


def _whole(
    element_id: str, expression: Expression | None, seen: Mapping[str, Json], at: datetime
) -> int | None:
    value = _value(element_id, expression, seen, at)
    if expression is None or value is None:
        return None
    if isinstance(value, str) and value.removeprefix("-").isdecimal():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > HIGHEST:
        raise ExpressionFailed(
            element_id, detail("STEP-013", text=expression.text, value=repr(value))
        )
    return value


def _name(
    element_id: str, expression: Expression | None, seen: Mapping[str, Json], at: datetime
) -> str | None:
    value = _value(element_id, expression, seen, at)
    if expression is None or value is None:
        return None
    if not isinstance(value, str):
        raise ExpressionFailed(
            element_id, detail("STEP-014", text=expression.text, value=repr(value))
        )
    return value.strip() or None
