"""Carries out what goes into an element and out of it, around its run.

An activity with data of its own runs inside a scope of its own, as an item of a repeating
activity does: its inputs are the variables of that scope, and nobody else sees them. Where an
act has to wait (a listener's job, a row of a data store) a token rests at the element with a
``phase``: n waits at the n-th act before it, -n at the n-th after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from engine.bpmn import awaiting, compensation, endings, loops
from engine.bpmn.conditions import as_plain
from engine.bpmn.errors import ExpressionFailed
from engine.bpmn.graph import Graph, Node
from engine.bpmn.inout import (
    Act,
    Await,
    Call,
    Declare,
    Fetch,
    Give,
    InOut,
    Keep,
    Named,
    Path,
    Put,
    Tell,
    Valued,
    Written,
)
from engine.bpmn.plain import Json
from engine.bpmn.state import Items, Scope, Token
from engine.findings import detail

if TYPE_CHECKING:
    from engine.bpmn.walk import Walk

_THROWING = frozenset({"intermediateThrowEvent", "endEvent"})
KEY = "key"  #: where a token that waits for a row has its key
ROW = "row"  #: what a `Fetch` is answered with


def enter(walk: Walk, node: Node, scope: Scope) -> bool:
    """Do what comes before ``node``; tell whether it may begin now."""
    if _of(node).wraps:
        if loops.is_body(node, scope):
            return _run(walk, node, scope, 0)
        inner = _wrap(walk, node, scope)
        if _run(walk, node, inner, 0):
            walk.begin(node, inner)
        return False
    if node.kind in _THROWING:
        _at_once(walk, node, scope)
    return True


def leave(walk: Walk, node: Node, scope: Scope) -> Scope | None:
    """Do what comes after ``node`` and return where it goes on; ``None``: not yet.

    What happens by itself (a boundary event, say) has its acts before it done here too.
    """
    if _of(node).wraps and loops.is_body(node, scope):
        return _unwrap(walk, node, scope) if _run(walk, node, scope, -1) else None
    if node.kind not in _THROWING and node.loop is None:
        _at_once(walk, node, scope)
    return scope


def taken(walk: Walk, node: Node, scope: Scope, flow_ids: Iterable[str]) -> None:
    """Tell those who listen for flows that they were taken."""
    takes = _of(node).takes
    for each in flow_ids if takes else ():
        for listener in takes.get(each, ()):
            _tell(walk, node.id, listener, walk.see(scope), scope)


def around(walk: Walk, inout: InOut, process: str, scope: Scope, *, begins: bool) -> None:
    """Tell those who listen for the begin or the end of a process."""
    for each in inout.before if begins else inout.after:
        if isinstance(each, Tell):
            _tell(walk, process, each, walk.see(scope), scope)


def bring(walk: Walk, token: Token, node: Node, values: dict[str, Json]) -> None:
    """Take what a token was answered with that an act, or only an event, is to have."""
    scope, act = walk.state.scopes[token.scope], act_at(node, token.phase)
    if isinstance(act, Fetch):
        _put(scope.values, act.path, values.get(ROW), node, act.store)
        walk.changed = True
    elif act is None:
        walk.brought[node.part_of or node.id] = values
    elif values:
        inside = not isinstance(act, Call) or act.inside
        walk.write(scope if inside else _outside(walk, scope), values)


def is_brought(token: Token, node: Node) -> bool:
    """Tell whether what a token is answered with is not for the case's variables as it is."""
    if node.inout is None:
        return False
    return token.phase != 0 or (node.inout.own and token.host is not None)


def go_on(walk: Walk, token: Token) -> None:
    """Go on behind the act that ``token`` rested at."""
    node, scope, phase = walk.node(token), walk.state.scopes[token.scope], token.phase
    endings.finish(walk, token)
    if phase < 0:
        if _run(walk, node, scope, phase - 1):
            walk.go_out(node, _unwrap(walk, node, scope), token.id)
    elif _run(walk, node, scope, phase):
        walk.begin(node, scope)


def look(walk: Walk, token: Token) -> None:
    """Let an activity begin whose inputs have come."""
    node, scope = walk.node(token), walk.state.scopes[token.scope]
    act = act_at(node, token.phase)
    if isinstance(act, Await) and _is_there(walk, act, scope):
        go_on(walk, token)


def act_at(node: Node, phase: int) -> Act | None:
    """Return the act that a token rests at; ``None`` when it rests at the element itself."""
    if node.inout is None or phase == 0:
        return None
    acts, place = (node.inout.before, phase) if phase > 0 else (node.inout.after, -phase)
    return acts[place - 1] if place <= len(acts) else None


def write_inside(graph: Graph, scope: Scope, values: Mapping[str, Json]) -> Mapping[str, Json]:
    """Write what belongs to ``scope`` itself; return the rest, which goes further out."""
    if not scope.values or not _declares(graph, scope):
        return values
    here = {name: each for name, each in values.items() if name in scope.values}
    scope.values.update(here)
    return {name: each for name, each in values.items() if name not in here}


def _declares(graph: Graph, scope: Scope) -> bool:
    if scope.kind == "part":
        return True
    return scope.kind == "item" and graph.nodes[scope.node or ""].inout is not None


def hold(walk: Walk, node: Node, scope: Scope) -> Scope:
    """Open an activity by hand, without waiting for what comes before it; return its scope."""
    if node.inout is None or not node.inout.wraps:
        return scope
    inner = _wrap(walk, node, scope)
    for act in node.inout.before:
        _do(_Place(walk, node, inner, inner.values, is_inside=True), act)
    return inner


def _of(node: Node) -> InOut:
    assert node.inout is not None
    return node.inout


def _wrap(walk: Walk, node: Node, scope: Scope) -> Scope:
    """Open the scope of an activity's own variables, and let its boundary events wait."""
    token = walk.state.new_token(node.id, scope.id)
    token.items = Items([None], opened=1)
    awaiting.arm(walk, node, scope, token)
    return walk.state.new_scope("item", scope.process, node.id, token.id)


def _unwrap(walk: Walk, node: Node, scope: Scope) -> Scope:
    """Close the scope of an activity's own variables and return the one around it."""
    if node.loop is not None or scope.owner is None:
        return scope
    owner = walk.state.tokens[scope.owner]
    outer = walk.state.scopes[owner.scope]
    if scope.done:
        compensation.hand_on(node, scope, outer)
    del walk.state.scopes[scope.id]
    endings.finish(walk, owner)
    return outer


def _outside(walk: Walk, scope: Scope) -> Scope:
    """Return the scope around an activity's own."""
    assert scope.owner is not None
    return walk.state.scopes[walk.state.tokens[scope.owner].scope]


def _run(walk: Walk, node: Node, scope: Scope, phase: int) -> bool:
    """Do the acts from a phase on; tell whether none of them has to be waited for."""
    before = phase >= 0
    acts = _of(node).before[phase:] if before else _of(node).after[-phase - 1 :]
    for index, act in enumerate(acts):
        if _waits(walk, act, scope):
            token = walk.state.new_token(node.id, scope.id)
            token.phase = phase + index + 1 if before else phase - index
            if isinstance(act, Fetch):
                token.correlation = {KEY: _value(node, act.key, walk.see(scope), walk.at)}
            walk.changed = True
            return False
        _do(_Place(walk, node, scope, scope.values, is_inside=True), act)
    return True


def _waits(walk: Walk, act: Act, scope: Scope) -> bool:
    if isinstance(act, Await):
        return not _is_there(walk, act, scope)
    return isinstance(act, (Fetch, Call))


def _is_there(walk: Walk, act: Await, scope: Scope) -> bool:
    seen = walk.see(scope)
    return any(all(seen.get(name) is not None for name in each) for each in act.sets)


def _at_once(walk: Walk, node: Node, scope: Scope) -> None:
    """Do all acts of an element without variables of its own: they last as long as this."""
    place = _Place(walk, node, scope, walk.brought.pop(node.id, {}), is_inside=False)
    for each in (*_of(node).before, *_of(node).after):
        if not isinstance(each, Declare):  # what is nowhere kept hides nothing
            _do(place, each)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an act is done."""

    walk: Walk
    node: Node
    scope: Scope
    own: dict[str, Json]  #: the element's own variables
    is_inside: bool  #: in a scope of the element's own

    @property
    def seen(self) -> Mapping[str, Json]:
        seen = self.walk.see(self.scope)
        return seen if self.is_inside or not self.own else {**seen, **self.own}

    @property
    def outer(self) -> Scope:
        return _outside(self.walk, self.scope) if self.is_inside else self.scope

    def value(self, source: Valued) -> Json:
        return _value(self.node, source, self.seen, self.walk.at)


def _do(place: _Place, act: Act) -> None:
    walk, node = place.walk, place.node
    walk.changed = True
    match act:
        case Put(path, source, is_copy):
            value = place.value(source)
            if value is not None or not is_copy:
                _put(place.own, path, value, node, source.text)
        case Declare(names):
            place.own.update({name: None for name in names if name not in place.own})
        case Give():
            _give(place, act)
        case Keep():
            walk.written.append(Written(act.store, node.id, _row(place, act)))
        case Tell():
            _tell(walk, node.id, act, place.seen, place.scope if act.inside else place.outer)


def _put(own: dict[str, Json], path: Path, value: Json, node: Node, text: str) -> None:
    own[path[0]] = _at(own.get(path[0]), path[1:], value, node, text)


def _give(place: _Place, act: Give) -> None:
    """Hand a value on: to what is around the element, or to its item that collects."""
    walk, node, scope, text = place.walk, place.node, place.scope, act.source.text
    value = place.value(act.source)
    if value is None and act.is_copy:
        return
    if loops.keeps_its_own(walk.graph(scope), scope) and node.loop is not None:
        _put(place.own, act.path, value, node, text)
        return
    outer = place.outer
    known = walk.see(outer).get(act.path[0])
    walk.write(outer, {act.path[0]: _at(known, act.path[1:], value, node, text)})


def _row(place: _Place, act: Keep) -> dict[str, Json]:
    row = place.value(act.row) if act.row else {}
    if not isinstance(row, dict):
        text = act.row.text if act.row else ""
        raise ExpressionFailed(place.node.id, detail("STEP-021", text=text, store=act.store))
    return {**row, **{each.path[-1]: place.value(each.source) for each in act.columns}}


def _tell(walk: Walk, element_id: str, act: Tell, seen: Mapping[str, Json], into: Scope) -> None:
    value = as_plain(act.value.value(seen, walk.at), element_id)
    if isinstance(value, dict):
        walk.write(into, value)
    elif value is not None:
        told = detail("STEP-022", text=act.value.text, value=repr(value))
        raise ExpressionFailed(element_id, told)


def _value(node: Node, source: Valued, seen: Mapping[str, Json], at: datetime) -> Json:
    if isinstance(source, Named):
        return seen.get(source.text)
    try:
        return as_plain(source.value(seen, at), node.id)
    except ExpressionFailed as failure:
        raise ExpressionFailed(
            node.id, detail("STEP-023", text=source.text, element=node.id, why=failure.told)
        ) from failure


def _at(known: Json, path: Path, value: Json, node: Node, text: str) -> Json:
    """Return ``known`` with ``value`` at a place inside it; nothing is changed in place."""
    if not path:
        return value
    if known is not None and not isinstance(known, dict):
        raise ExpressionFailed(
            node.id, detail("STEP-024", text=text, name=repr(path[0]), value=repr(known))
        )
    inner = known or {}
    return {**inner, path[0]: _at(inner.get(path[0]), path[1:], value, node, text)}
