"""Where a step may be sent back to, so that nothing of the case is done twice or left over.

The rule: an earlier step of the same scope from which the flows lead here, when nothing else
lives ahead of it that did not come to rest here. Inside a parallel branch that is the branch
back to its fork; behind a join it is the steps before the fork. What stands in another
sub-process, or is one of several items, goes back within itself only.
"""

from __future__ import annotations

from typing import NoReturn

from engine.bpmn import loops
from engine.bpmn import snapshot as codec
from engine.bpmn.errors import ModificationRefused, Obstacle, TokenNotWaiting
from engine.bpmn.graph import Graph
from engine.bpmn.model import Model
from engine.bpmn.modify import CancelToken, Instruction, StartBefore
from engine.bpmn.state import Scope, State, Token
from engine.bpmn.step import Stored
from engine.findings import detail


def way_back(
    model: Model, process_id: str, stored: Stored, token: str, element_id: str
) -> tuple[Instruction, ...]:
    """Return what takes a visit back to an earlier element, for `modify`.

    Raises:
        TokenNotWaiting: the visit is over.
        ModificationRefused: by the rule; says why and at which element.
        SnapshotStale: the snapshot is not of this model.
    """
    state = codec.load(stored, model, process_id)
    resting = state.tokens.get(token)
    if resting is None:
        raise TokenNotWaiting(token)
    scope = state.scopes[resting.scope]
    graph = model.graphs[scope.process]
    here, target = graph.nodes[resting.node], graph.nodes.get(element_id)
    if target is None or target.parent != here.parent or loops.is_body(here, scope):
        _refuse(scope, element_id, "MOVE-051")
    ahead = _ahead(graph, element_id, here.id)
    if here.id not in ahead:
        _refuse(scope, element_id, "MOVE-052")
    _must_be_alone(state, scope, resting, ahead)
    around = scope.owner
    return (CancelToken(token), StartBefore(element_id, scope.process, around))


def _ahead(graph: Graph, source: str, stop: str) -> set[str]:
    """Return what a token at ``source`` may come to before it has left ``stop``."""
    found, waiting = {source}, [source]
    while waiting:
        node = graph.nodes[waiting.pop()]
        if node.id == stop:
            continue
        following = [each.target for each in node.outgoing]
        following += node.boundaries
        following += [node.linked] if node.linked is not None else []
        for each in following:
            if each not in found:
                found.add(each)
                waiting.append(each)
    return found


def _must_be_alone(state: State, scope: Scope, token: Token, ahead: set[str]) -> None:
    for each in state.tokens.values():
        if each.scope != scope.id or token.id in (each.id, each.host):
            continue
        if each.node in ahead and each.host is None:
            _refuse(scope, each.node, "MOVE-053")
    for join in scope.arrived.keys() & ahead:
        _refuse(scope, join, "MOVE-054")


def _refuse(scope: Scope, element_id: str, code: str) -> NoReturn:
    raise ModificationRefused([Obstacle(scope.process, element_id, detail(code))])
