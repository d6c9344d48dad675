"""A running case goes on in another version of its model, by an explicit plan.

Only what lives is looked at: tokens, their scopes, arrivals at joins, what compensation may
have to undo. Ids of tokens stay, so tasks, drafts, due dates and jobs stay with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from engine.bpmn import ad_hoc, awaiting, joins, loops
from engine.bpmn import snapshot as codec
from engine.bpmn.ahead import starved
from engine.bpmn.errors import MigrationRefused, Obstacle, StepFailed
from engine.bpmn.graph import Graph, Node
from engine.bpmn.limits import Limits
from engine.bpmn.model import Model
from engine.bpmn.obstacles import Crossing
from engine.bpmn.plan import Plan
from engine.bpmn.run import LIMITS, moment, step_of, tokens_of, waiting
from engine.bpmn.state import LISTENS, Done, Scope, Token
from engine.bpmn.step import Step, Stored
from engine.bpmn.walk import Walk


def migrate(
    old: Model,
    new: Model,
    process_id: str,
    stored: Stored,
    plan: Plan,
    *,
    at: datetime,
    limits: Limits = LIMITS,
) -> Step:
    """Take a case from ``old`` to ``new`` and run it to its waits.

    What waits goes on waiting under its old token: a timer keeps the moment it is due, a
    multi-instance activity its items, a join its arrivals. Boundary events that are new begin
    to wait at ``at``. The new state was saved and loaded once before it is returned.

    Raises:
        MigrationRefused: with every obstacle, by element; nothing has changed.
        SnapshotStale: ``stored`` is not of ``old``.
    """
    state = codec.load(stored, old, process_id)
    before = tokens_of(Walk(old, state, moment(at), limits))
    crossing = Crossing(old, new, state, plan)
    _check(crossing.obstacles())
    hungry = {
        (each.process_id, crossing.after(each.process_id, each.element_id))
        for each in starved(old, state)
    }
    _carry(crossing)
    walk = Walk(new, state, moment(at), limits)
    try:
        _settle(walk, crossing)
        step = step_of(walk, before, None)
        _check(each for each in starved(new, state) if each[:2] not in hungry)
        waiting(new, process_id, step.stored)
    except StepFailed as failure:
        raise MigrationRefused([Obstacle.of(process_id, failure)]) from None
    return step


def take_back(old: Model, process_id: str, before: Stored, new: Model, after: Stored) -> Stored:
    """Return a case as it was before a migration, to go on from there.

    Tokens that the other version opened are gone, and nothing is ever called by their ids
    again: what was done outside under one of them is not mistaken for a later step's.

    Args:
        before: as it was stored in ``old``.
        after: as it stands in ``new``.

    Raises:
        SnapshotStale: one of them is not of its model.
    """
    state = codec.load(before, old, process_id)
    state.counter = max(state.counter, codec.load(after, new, process_id).counter)
    return Stored(codec.dump(state), before.variables)


def _check(obstacles: Iterable[Obstacle]) -> None:
    found = list(dict.fromkeys(obstacles))
    if found:
        raise MigrationRefused(found)


def _carry(crossing: Crossing) -> None:
    """Give everything that lives its new place."""
    state = crossing.state
    for token in [each for each in state.tokens.values() if crossing.is_dropped(each)]:
        del state.tokens[token.id]
    for scope in state.scopes.values():
        scope.arrived = dict(_arrivals(crossing, scope, scope.arrived))
        scope.taken = {
            join_id: list(flows)
            for join_id, flows in _arrivals(crossing, scope, joins.came_by(scope.taken))
        }
        scope.done = list(_done(crossing, scope.process, scope.done))
        if scope.node is not None:
            scope.node = crossing.after(scope.process, scope.node)
    for token in state.tokens.values():
        process = state.scopes[token.scope].process
        token.undo = list(_done(crossing, process, token.undo))
        token.node = crossing.after(process, token.node)
        node = crossing.new.graphs[process].nodes[token.node]
        if token.items is not None and ad_hoc.is_choice(node, state.scopes[token.scope]):
            following = [crossing.after(process, str(each)) for each in token.items.items]
            token.items.items = [*following]


def _arrivals(
    crossing: Crossing, scope: Scope, came: Mapping[str, Mapping[str, int]]
) -> Iterator[tuple[str, dict[str, int]]]:
    flows = crossing.plan.flows.get(scope.process, {})
    for join_id, arrived in came.items():
        kept = {new: count for old, count in arrived.items() if (new := flows[old]) is not None}
        if kept:
            yield crossing.after(scope.process, join_id), kept


def _done(crossing: Crossing, process: str, done: Iterable[Done]) -> Iterator[Done]:
    for each in done:
        target = crossing.plan.element(process, each.node)
        if target is not None:
            yield Done(target, each.values, list(_done(crossing, process, each.inner)))


def _settle(walk: Walk, crossing: Crossing) -> None:
    """Let new events beside living activities wait, and joins go on that are complete."""
    for token in list(walk.state.tokens.values()):
        _arm_new(walk, token, crossing)
    for scope in list(walk.state.scopes.values()):
        graph = walk.graph(scope)
        _listen_new(walk, scope, crossing)
        for join in [graph.nodes[each] for each in scope.arrived]:
            if joins.is_complete(join, scope):
                joins.take(join, scope)
                walk.arrivals.append((join, scope.id, None))


def _arm_new(walk: Walk, token: Token, crossing: Crossing) -> None:
    """Let those events wait beside a token that the older version did not have.

    One that it had, and that waits no more, has happened: it does not happen again.
    """
    scope = walk.state.scopes[token.scope]
    node = walk.node(token)
    old = crossing.known(scope.process) if node.parts else frozenset[str]()
    for part in node.parts:
        if part not in old:
            awaiting.wait_beside(walk, walk.graph(scope).nodes[part], scope, token.id)
    if token.host is not None or loops.is_body(node, scope) or ad_hoc.is_choice(node, scope):
        return
    old = crossing.known(scope.process)
    for event in _beside(walk.graph(scope), node):
        if event.id not in old:
            awaiting.wait_beside(walk, event, scope, token.id)


def _listen_new(walk: Walk, scope: Scope, crossing: Crossing) -> None:
    """Listen for new event sub-processes, unless one runs in the place of the scope's flow."""
    graph, old = walk.graph(scope), crossing.known(scope.process)
    resting = {each.node for each in walk.state.tokens.values() if each.scope == scope.id}
    if scope.kind in ("item", "undo") or any(graph.nodes[each].by_event for each in resting):
        return
    for event in graph.events.get(scope.node, ()):
        if event not in old:
            awaiting.wait_beside(walk, graph.nodes[event], scope, LISTENS)


def _beside(graph: Graph, node: Node) -> list[Node]:
    if node.kind == "eventBasedGateway":
        return [graph.nodes[arc.target] for arc in node.outgoing]
    return [graph.nodes[each] for each in node.boundaries]
