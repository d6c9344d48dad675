"""Errors and escalations: the nearest catcher has them and nobody beyond it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from engine.bpmn import endings, loops, scopes
from engine.bpmn.graph import Graph, Node, Trigger
from engine.bpmn.state import Scope, Token

if TYPE_CHECKING:
    from engine.bpmn.walk import Walk

_CAUGHT: Final = frozenset({"error", "escalation"})


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


def throw_at(walk: Walk, host: Token, code: str, kind: str = "error") -> bool:
    """Give what one activity throws to its boundary, else outwards; tell whether one took it."""
    for catchers, scope, attached in _around(walk, host):
        event = _match(walk.graph(scope), catchers, kind, code)
        if event is not None:
            take(walk, Catcher(event, scope, attached))
            return True
    return False


def nearest(walk: Walk, scope: Scope, kind: str, code: str | None) -> Catcher | None:
    """Return what catches an error or escalation thrown in ``scope``, from inside outwards.

    An event sub-process does not catch what it throws itself.
    """
    for catchers, around, host in _outwards(walk, scope):
        event = _match(walk.graph(around), catchers, kind, code)
        if event is not None:
            return Catcher(event, around, host)
    return None


def caught_at(walk: Walk, host: Token) -> Iterator[tuple[Node, Trigger]]:
    """Yield what catches an error or escalation of one activity, the nearest of a code only."""
    known: set[tuple[str, str | None]] = set()
    for catchers, scope, _ in _around(walk, host):
        graph = walk.graph(scope)
        found = [(each, trigger) for each in catchers for trigger in _triggers(graph, each)]
        yield from (
            (each, trigger)
            for each, trigger in found
            if known.isdisjoint({(trigger.kind, trigger.code), (trigger.kind, None)})
        )
        known |= {(trigger.kind, trigger.code) for _, trigger in found}


def take(walk: Walk, catcher: Catcher) -> None:
    """Let ``catcher`` have what was thrown."""
    if catcher.host is None:
        scopes.open_event(walk, catcher.event, catcher.scope)
        return
    if catcher.event.interrupting:
        endings.drop(walk, [catcher.host])
    walk.leave(catcher.event, catcher.scope)


#: events that may catch, the scope they stand in, and what they are attached to
_Place: TypeAlias = "tuple[list[Node], Scope, Token | None]"


def _around(walk: Walk, host: Token) -> Iterator[_Place]:
    """Yield where something of one activity may be caught, from inside outwards."""
    yield from _boundaries(walk, host)
    yield from _outwards(walk, walk.state.scopes[host.scope])


def _outwards(walk: Walk, scope: Scope) -> Iterator[_Place]:
    left = None
    while True:
        graph = walk.graph(scope)
        if scope.kind in ("process", "part"):
            starts = (graph.nodes[each] for each in graph.events.get(scope.node, ()))
            yield [each for each in starts if each.parent != left], scope, None
        if scope.owner is None:
            return
        owner = walk.state.tokens[scope.owner]
        yield from _boundaries(walk, owner)
        left, scope = owner.node, walk.state.scopes[owner.scope]


def _boundaries(walk: Walk, host: Token) -> Iterator[_Place]:
    scope = walk.state.scopes[host.scope]
    graph, node = walk.graph(scope), walk.node(host)
    if node.boundaries and not loops.is_body(node, scope):
        yield [graph.nodes[each] for each in node.boundaries], scope, host


def _match(graph: Graph, candidates: Iterable[Node], kind: str, code: str | None) -> Node | None:
    """Return what names the code, before what takes any."""
    any_code = None
    for each in candidates:
        for trigger in _triggers(graph, each):
            if trigger.kind != kind:
                continue
            if trigger.code == code and code is not None:
                return each
            if trigger.code is None and any_code is None:
                any_code = each
    return any_code


def _triggers(graph: Graph, event: Node) -> Iterator[Trigger]:
    """Yield the errors and escalations that an event catches."""
    for part in [graph.nodes[each] for each in event.parts] or [event]:
        if part.trigger is not None and part.trigger.kind in _CAUGHT:
            yield part.trigger
