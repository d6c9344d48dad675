"""Opening what runs inside: a process, a called one, a sub-process, one that an event starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.bpmn import ad_hoc, awaiting, called, endings, exchange
from engine.bpmn.errors import StepsExceeded
from engine.bpmn.graph import Node, is_outside
from engine.bpmn.plain import Json
from engine.bpmn.state import Scope, Token
from engine.findings import detail

if TYPE_CHECKING:
    from engine.bpmn.walk import Walk


def enter(walk: Walk, scope: Scope, start: str | None = None) -> None:
    """Begin a process or sub-process where it begins and listen for its events."""
    graph = walk.graph(scope)
    begins = (start,) if start else graph.starts[scope.node]
    if walk.state.depth(scope) > walk.limits.depth:
        element_id = next(iter(begins), scope.node or scope.process)
        raise StepsExceeded(element_id, detail("STEP-031", most=walk.limits.depth))
    if graph.inout is not None and scope.kind == "process":
        exchange.around(walk, graph.inout, graph.process_id, scope, begins=True)
    if scope.kind == "part" and graph.nodes[scope.node or ""].ad_hoc is not None:
        ad_hoc.enter(walk, graph.nodes[scope.node or ""], scope)
        return
    walk.arrivals.extend((graph.nodes[each], scope.id, None) for each in begins)
    awaiting.listen(walk, scope)


def open_inside(walk: Walk, node: Node, token: Token, scope: Scope) -> None:
    """Open the sub-process, or the called process, that ``token`` rests at."""
    if node.kind == "callActivity" and node.called:
        given = called.going_in(walk, node, scope)
        inner = walk.state.new_scope("process", node.called, None, token.id, given)
    elif is_outside(node):
        return  # the token waits for a case of its own
    else:
        inner = _part(walk, node.id, token, scope)
    enter(walk, inner)


def open_empty(walk: Walk, node: Node, token: Token, scope: Scope) -> Scope:
    """Open a sub-process in which nobody begins; its event sub-processes listen."""
    inner = _part(walk, node.id, token, scope)
    if node.ad_hoc is not None:
        ad_hoc.offer(walk, node, inner)
    awaiting.listen(walk, inner)
    return inner


def open_event(walk: Walk, event: Node, scope: Scope) -> None:
    """Start the event sub-process of ``event``, in the place of what ran or beside it."""
    assert event.parent is not None
    if event.interrupting:
        endings.clear(walk, scope)
    token = walk.state.new_token(event.parent, scope.id)
    enter(walk, _part(walk, event.parent, token, scope), event.id)


def _part(walk: Walk, node_id: str, token: Token, scope: Scope) -> Scope:
    """Open the scope of a sub-process; its data objects hold nothing yet."""
    objects = walk.graph(scope).objects.get(node_id, ())
    values: dict[str, Json] = dict.fromkeys(objects)
    return walk.state.new_scope("part", scope.process, node_id, token.id, values)
