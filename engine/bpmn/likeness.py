"""Whether an element of a newer model can take over what waits at one of the older model."""

from __future__ import annotations

from engine.bpmn.exchange import act_at
from engine.bpmn.graph import Node, is_outside
from engine.findings import Detail, detail


def unlike(old: Node, new: Node) -> Detail | None:
    """Return why what waits at ``old`` cannot go on waiting at ``new``; ``None``: it can."""
    if old.kind != new.kind:
        return detail("MOVE-001", old=old.kind, new=new.kind, id=new.id)
    if _trigger(old) != _trigger(new):
        return detail("MOVE-002", old=_trigger(old), new=_trigger(new), id=new.id)
    if old.by_event != new.by_event:
        return detail("MOVE-003", id=new.id)
    if old.topic != new.topic:
        return detail("MOVE-004", old=old.topic, new=new.topic, id=new.id)
    return _unlike_call(old, new) or _unlike_loop(old, new)


def _unlike_call(old: Node, new: Node) -> Detail | None:
    if old.called != new.called:
        return detail("MOVE-005", old=old.called, new=new.called, id=new.id)
    if is_outside(old) != is_outside(new):
        return detail("MOVE-006", id=new.id)
    return None


def unlike_act(old: Node, new: Node, phase: int) -> Detail | None:
    """Return why what waits before or after ``old`` cannot go on waiting at ``new``."""
    before, after = act_at(old, phase), act_at(new, phase)
    if before == after:
        return None
    return detail("MOVE-007", id=new.id)


def _trigger(node: Node) -> str | None:
    return node.trigger.kind if node.trigger else None


def _unlike_loop(old: Node, new: Node) -> Detail | None:
    before, after = old.loop, new.loop
    if (before is None) != (after is None):
        return detail("MOVE-008", id=new.id)
    if before is None or after is None:
        return None
    if before.is_standard != after.is_standard:
        return detail("MOVE-009", id=new.id)
    if before.sequential != after.sequential:
        return detail("MOVE-010", id=new.id)
    if (before.output_element is None) != (after.output_element is None):
        return detail("MOVE-011", id=new.id)
    return None
