"""What goes into a called process, and what comes back from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from engine.bpmn import loops
from engine.bpmn.conditions import Expression, as_plain
from engine.bpmn.errors import ExpressionFailed
from engine.bpmn.graph import Binding, Node
from engine.bpmn.plain import Json
from engine.bpmn.state import Scope
from engine.findings import detail

if TYPE_CHECKING:
    from engine.bpmn.walk import Walk


@dataclass(frozen=True, slots=True)
class Calling:
    """A process that a case calls, to run as a case of its own."""

    element_id: str
    process_id: str
    binding: Binding | None  #: None: the caller's own version of it, else the newest
    version: str | None  #: number or tag, as the binding says
    business_key: str | None
    values: Mapping[str, Json] = field(default_factory=dict)  #: its first variables
    keeps_key: bool = False  #: its business key is its caller's


def going_in(walk: Walk, node: Node, scope: Scope) -> dict[str, Json]:
    """Return the first variables of a called process; values are replaced, never changed."""
    seen, call = walk.see(scope), node.call
    if call is None:
        return dict(seen)
    values = dict(seen if call.everything_in else walk.state.local(scope))
    for path, expression in call.inputs:
        value = as_plain(expression.value(seen, walk.at), node.id)
        values[path[0]] = _placed(values.get(path[0]), path[1:], value, node)
    return values


def come_back(walk: Walk, node: Node, scope: Scope, values: dict[str, Json]) -> None:
    """Take what a called process ended with to its caller, as the call says."""
    call = node.call
    if call is None or call.everything_out or loops.keeps_its_own(walk.graph(scope), scope):
        walk.write(scope, values)
    for path, expression in call.outputs if call else ():
        value = as_plain(expression.value(values, walk.at), node.id)
        known = walk.see(scope).get(path[0])
        walk.write(scope, {path[0]: _placed(known, path[1:], value, node)})


def calling(walk: Walk, node: Node, scope: Scope) -> Calling:
    """Return which process is called at ``node``, and with what.

    Raises:
        ExpressionFailed: the process, its version or a value cannot be worked out.
    """
    call, seen = node.call, walk.see(scope)
    assert call is not None
    process = call.process or _text(call.asked, seen, walk.at, node)
    version = call.version
    if call.version_asked is not None:
        version = _text(call.version_asked, seen, walk.at, node)
    if process is None:
        told = call.asked.text if call.asked else ""
        raise ExpressionFailed(node.id, detail("STEP-017", text=told))
    key = _text(call.business_key, seen, walk.at, node)
    values = going_in(walk, node, scope)
    return Calling(node.id, process, call.binding, version, key, values, call.keeps_key)


def _text(
    expression: Expression | None, seen: Mapping[str, Json], at: datetime, node: Node
) -> str | None:
    value = None if expression is None else as_plain(expression.value(seen, at), node.id)
    return None if value is None else str(value)


def _placed(known: Json, path: tuple[str, ...], value: Json, node: Node) -> Json:
    """Return ``known`` with ``value`` at a place inside it; nothing is changed in place."""
    if not path:
        return value
    if known is not None and not isinstance(known, dict):
        raise ExpressionFailed(node.id, detail("STEP-018", name=repr(path[0]), value=repr(known)))
    inner = known or {}
    return {**inner, path[0]: _placed(inner.get(path[0]), path[1:], value, node)}
