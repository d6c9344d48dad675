"""Errors and escalations: the nearest catcher has them and nobody beyond it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.bpmn import endings, loops, scopes
from engine.bpmn.graph import Graph, Node
from engine.bpmn.state import Scope, Token

if TYPE_CHECKING:
    from engine.bpmn.walk import Walk


@dataclass(frozen=True, slots=True)
class Catcher:
    """A boundary event, or the start of an event sub-process, that takes what was thrown."""

    event: Node
    scope: Scope  #: in which it stands
    host: Token | None  #: the activity it is attached to


def throw(walk: Walk, scope: Scope, code: str | None) -> bool:
    """Give an error thrown in ``scope`` to its nearest catcher; tell whether one took it."""
    found = nearest(walk, scope, "error", code)
    if found is not None:
        take(walk, found)
    return found is not None


def throw_at(walk: Walk, host: Token, code: str) -> bool:
    """Give an error of one activity to its boundary, else outwards; tell whether one took it."""
    scope = walk.state.scopes[host.scope]
    found = _on_boundary(walk, host, "error", code)
    if found is None:
        return throw(walk, scope, code)
    take(walk, found)
    return True


def nearest(walk: Walk, scope: Scope, kind: str, code: str | None) -> Catcher | None:
    """Return what catches an error or escalation thrown in ``scope``, from inside outwards.

    An event sub-process does not catch what it throws itself.
    """
    graph, left = walk.graph(scope), None
    while True:
        if scope.kind in ("process", "part"):
            starts = (graph.nodes[each] for each in graph.events.get(scope.node, ()))
            event = _match(graph, (each for each in starts if each.parent != left), kind, code)
            if event is not None:
                return Catcher(event, scope, None)
        if scope.owner is None:
            return None
        owner = walk.state.tokens[scope.owner]
        found = _on_boundary(walk, owner, kind, code)
        if found is not None:
            return found
        left, scope = owner.node, walk.state.scopes[owner.scope]
        graph = walk.graph(scope)


def take(walk: Walk, catcher: Catcher) -> None:
    """Let ``catcher`` have what was thrown."""
    if catcher.host is None:
        scopes.open_event(walk, catcher.event, catcher.scope)
        return
    if catcher.event.interrupting:
        endings.drop(walk, [catcher.host])
    walk.leave(catcher.event, catcher.scope)


def _on_boundary(walk: Walk, host: Token, kind: str, code: str | None) -> Catcher | None:
    scope = walk.state.scopes[host.scope]
    graph, node = walk.graph(scope), walk.node(host)
    if not node.boundaries or loops.is_body(node, scope):
        return None
    event = _match(graph, (graph.nodes[each] for each in node.boundaries), kind, code)
    return Catcher(event, scope, host) if event else None


def _match(graph: Graph, candidates: Iterable[Node], kind: str, code: str | None) -> Node | None:
    """Return what names the code, before what takes any."""
    any_code = None
    for each in candidates:
        for part in [graph.nodes[one] for one in each.parts] or [each]:
            if part.trigger is None or part.trigger.kind != kind:
                continue
            if part.trigger.code == code and code is not None:
                return each
            if part.trigger.code is None and any_code is None:
                any_code = each
    return any_code
