"""Whether an element of a newer model can take over what waits at one of the older model."""

from __future__ import annotations

from engine.bpmn.exchange import act_at
from engine.bpmn.graph import Node, is_outside


def unlike(old: Node, new: Node) -> str | None:
    """Return why what waits at ``old`` cannot go on waiting at ``new``; ``None``: it can."""
    if old.kind != new.kind:
        return f"a {old.kind} cannot become the {new.kind} {new.id}"
    if _trigger(old) != _trigger(new):
        return f"its event is {_trigger(old)}, that of {new.id} is {_trigger(new)}"
    if old.by_event != new.by_event:
        return f"only one of it and {new.id} is started by an event"
    if old.topic != new.topic:
        return f"its job is {old.topic}, that of {new.id} is {new.topic}"
    return _unlike_call(old, new) or _unlike_loop(old, new)


def _unlike_call(old: Node, new: Node) -> str | None:
    if old.called != new.called:
        return f"calls {old.called}, {new.id} calls {new.called}"
    if is_outside(old) != is_outside(new):
        return f"only one of it and {new.id} calls a case of its own"
    return None


def unlike_act(old: Node, new: Node, phase: int) -> str | None:
    """Return why what waits before or after ``old`` cannot go on waiting at ``new``."""
    before, after = act_at(old, phase), act_at(new, phase)
    if before == after:
        return None
    return f"what is done before or after it is not what is done at {new.id}"


def _trigger(node: Node) -> str | None:
    return node.trigger.kind if node.trigger else None


def _unlike_loop(old: Node, new: Node) -> str | None:
    before, after = old.loop, new.loop
    if (before is None) != (after is None):
        return f"only one of it and {new.id} is multi-instance"
    if before is None or after is None:
        return None
    if before.is_standard != after.is_standard:
        return f"only one of it and {new.id} repeats as long as a condition holds"
    if before.sequential != after.sequential:
        return f"only one of it and {new.id} takes its items one after the other"
    if (before.output_element is None) != (after.output_element is None):
        return f"only one of it and {new.id} collects what its items give"
    return None
