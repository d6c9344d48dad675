"""Moves tokens of a running case by hand: start here, cancel there, all or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NoReturn, TypeAlias

from engine.bpmn import ad_hoc, complex_gateways, endings, exchange, joins, loops, scopes
from engine.bpmn import snapshot as codec
from engine.bpmn.ahead import starved
from engine.bpmn.errors import ModificationRefused, Obstacle, ProcessNotFound, StepFailed
from engine.bpmn.graph import Node
from engine.bpmn.limits import Limits
from engine.bpmn.model import Model
from engine.bpmn.plain import plain
from engine.bpmn.routes import way_out
from engine.bpmn.run import LIMITS, moment, step_of, tokens_of
from engine.bpmn.state import ROOT, Scope, State, Token
from engine.bpmn.step import Step, Stored
from engine.bpmn.walk import Walk
from engine.findings import Detail, detail


@dataclass(frozen=True, slots=True)
class StartBefore:
    """A token comes to an element, as if by a flow; sub-processes around it open as needed."""

    element_id: str
    process_id: str | None = None  #: needed when called processes have an element of this id too
    inside: str | None = None  #: a token: the one visit of a sub-process or call that is meant


@dataclass(frozen=True, slots=True)
class StartAfter:
    """A token leaves an element, by the flows that it chooses now."""

    element_id: str
    process_id: str | None = None
    inside: str | None = None


@dataclass(frozen=True, slots=True)
class CancelToken:
    """One visit of an element ends without an answer, with all that runs inside it."""

    token: str


@dataclass(frozen=True, slots=True)
class CancelAll:
    """Every visit of an element ends, and every arrival at it when it is a join."""

    element_id: str
    process_id: str | None = None


@dataclass(frozen=True, slots=True)
class SetVariables:
    """Variables get other values: the case's, or what the visit ``inside`` sees as its own."""

    values: Mapping[str, object] = field(default_factory=dict)
    inside: str | None = None


@dataclass(frozen=True, slots=True)
class RemoveVariables:
    """Variables of the case, or those of its own that the visit ``inside`` sees, are no more."""

    names: tuple[str, ...]
    inside: str | None = None


Instruction: TypeAlias = (
    StartBefore | StartAfter | CancelToken | CancelAll | SetVariables | RemoveVariables
)


def modify(
    model: Model,
    process_id: str,
    stored: Stored,
    instructions: Sequence[Instruction],
    *,
    at: datetime,
    limits: Limits = LIMITS,
) -> Step:
    """Carry out ``instructions`` in their order, then run the case to its waits.

    A sub-process that is left empty by a cancellation is cancelled too: nobody came to its end.

    Raises:
        ModificationRefused: an instruction is impossible or ambiguous, or nothing would be
            left to do; nothing has changed.
        SnapshotStale, NotJson: nothing has changed.
    """
    walk = Walk(model, codec.load(stored, model, process_id), moment(at), limits)
    before = tokens_of(walk)
    known = {each[:2] for each in starved(model, walk.state)}  # by nobody's hand
    hand = _Hand(walk)
    try:
        for each in instructions:
            hand.carry_out(each)
        hand.prune()
        step = step_of(walk, before, None)
    except StepFailed as failure:
        raise ModificationRefused([Obstacle.of(process_id, failure)]) from failure
    hungry = [each for each in starved(model, walk.state) if each[:2] not in known]
    if hungry:
        raise ModificationRefused(hungry)
    return step


def begin_at(
    model: Model,
    process_id: str,
    values: Mapping[str, object],
    instructions: Sequence[StartBefore | StartAfter],
    *,
    at: datetime,
    seed: str,
    limits: Limits = LIMITS,
) -> Step:
    """Begin a case at elements that are chosen, as if it had come there, not at its start.

    Args:
        values: the case's variables.
        seed: what the tokens of this case begin with.

    Raises:
        ProcessNotFound: the model has no such process.
        ModificationRefused: an instruction is impossible or ambiguous, or there is none.
        NotJson: a value is not plain data.
    """
    if process_id not in model.graphs:
        raise ProcessNotFound(process_id)
    if not instructions:
        raise ModificationRefused([Obstacle(process_id, process_id, detail("MOVE-046"))])
    state = State(seed)
    state.new_scope("process", process_id, None, None, plain(values, heaviest=limits.bytes))
    walk = Walk(model, state, moment(at), limits)
    try:
        hand = _Hand(walk)
        for each in instructions:
            hand.carry_out(each)
        step = step_of(walk, frozenset(), None)
    except StepFailed as failure:
        raise ModificationRefused([Obstacle.of(process_id, failure)]) from failure
    if hungry := list(starved(model, state)):
        raise ModificationRefused(hungry)
    return step


@dataclass(slots=True)
class _Hand:
    """Carries out instructions on one case."""

    walk: Walk
    emptied: set[int] = field(default_factory=set)  #: scopes in which something was cancelled

    def carry_out(self, instruction: Instruction) -> None:
        """Do one instruction."""
        match instruction:
            case StartBefore():
                self._start_before(instruction)
            case StartAfter():
                self._start_after(instruction)
            case CancelToken(token):
                self._cancel(self._resting(token))
            case CancelAll():
                self._cancel_all(instruction)
            case SetVariables(values, inside):
                state = self.walk.state
                scope = state.scopes[self._resting(inside).scope if inside else ROOT]
                self.walk.write(scope, plain(values))
            case RemoveVariables(names, inside):
                state = self.walk.state
                scope = state.scopes[self._resting(inside).scope if inside else ROOT]
                self.walk.changed = True
                for each in names:
                    scope.values.pop(each, None)

    def prune(self) -> None:
        """Cancel sub-processes that a cancellation left empty.

        Raises:
            ModificationRefused: that would end one item of several, or the case.
        """
        state = self.walk.state
        while self.emptied:
            scope = state.scopes.get(self.emptied.pop())
            if scope is None or self._is_busy(scope):
                continue
            if scope.owner is None:
                self._refuse(scope.process, scope.process, detail("MOVE-031"))
            owner = state.tokens[scope.owner]
            if scope.kind == "item" and self.walk.node(owner).loop is not None:
                self._refuse(scope.process, owner.node, detail("MOVE-032"))
            self._cancel(owner)

    def _is_busy(self, scope: Scope) -> bool:
        return (
            bool(scope.arrived)
            or scope.id in self.walk.state.busy
            or any(scope_id == scope.id for _, scope_id, _ in self.walk.arrivals)
        )

    def _start_before(self, start: StartBefore) -> None:
        node, scope = self._place(start)
        if node.kind == "boundaryEvent":
            self._refuse(scope.process, node.id, detail("MOVE-033"))
        if node.kind in joins.JOINING and joins.is_join(node):
            self._refuse(scope.process, node.id, detail("MOVE-034"))
        if node.by_event or node.id in self._handlers(scope.process):
            self._refuse(scope.process, node.id, detail("MOVE-035"))
        self.walk.arrivals.append((node, scope.id, None))

    def _start_after(self, start: StartAfter) -> None:
        node, scope = self._place(start)
        if node.kind in ("endEvent", "eventBasedGateway"):
            self._refuse(scope.process, node.id, detail("MOVE-036"))
        seen = self.walk.see(scope)
        if node.kind == complex_gateways.KIND:
            seen = {**seen, complex_gateways.STATE: True}
        flows, decision = way_out(node, seen, self.walk.at)
        if decision is not None:  # it was not gone through, but what it decided is worth telling
            self.walk.passed_by(node, scope, None, tuple(each.id for each in flows), decision)
        nodes = self.walk.graph(scope).nodes
        self.walk.arrivals.extend((nodes[each.target], scope.id, each.id) for each in flows)
        if node.linked is not None:
            self.walk.arrivals.append((nodes[node.linked], scope.id, None))

    def _handlers(self, process_id: str) -> set[str | None]:
        return {each.handler for each in self.walk.model.graphs[process_id].nodes.values()}

    def _place(self, start: StartBefore | StartAfter) -> tuple[Node, Scope]:
        """Return the element and the scope it is started in, opening what is around it."""
        process_id = self._process(start.element_id, start.process_id)
        node = self.walk.model.graphs[process_id].nodes[start.element_id]
        if node.part_of is not None:
            self._refuse(process_id, node.id, detail("MOVE-037", event=node.part_of))
        return node, self._scope(process_id, node, start.inside)

    def _process(self, element_id: str, named: str | None) -> str:
        """Return the one open process that has the element."""
        graphs = self.walk.model.graphs
        open_ids = dict.fromkeys(each.process for each in self.walk.state.scopes.values())
        having = [
            each for each in open_ids if element_id in graphs[each].nodes and named in (None, each)
        ]
        if not having:
            self._refuse(named or next(iter(open_ids)), element_id, detail("MOVE-038"))
        if len(having) > 1:
            self._refuse(having[0], element_id, detail("MOVE-039", processes=", ".join(having)))
        return having[0]

    def _scope(self, process_id: str, node: Node, inside: str | None) -> Scope:
        kind = "process" if node.parent is None else "part"
        found = [
            each
            for each in self.walk.state.scopes.values()
            if (each.kind, each.process, each.node) == (kind, process_id, node.parent)
            and (inside is None or self._is_inside(each, inside))
        ]
        if len(found) > 1:
            self._refuse(process_id, node.id, detail("MOVE-040", count=len(found)))
        if found:
            return found[0]
        if node.parent is None or inside is not None:
            self._refuse(process_id, node.id, detail("MOVE-041"))
        return self._open(process_id, self.walk.model.graphs[process_id].nodes[node.parent])

    def _open(self, process_id: str, around: Node) -> Scope:
        if around.by_event:
            self._refuse(process_id, around.id, detail("MOVE-042"))
        if around.loop is not None:
            self._refuse(process_id, around.id, detail("MOVE-043"))
        scope = self._scope(process_id, around, None)
        scope = exchange.hold(self.walk, around, scope)
        return scopes.open_empty(self.walk, around, self.walk.rest(around, scope), scope)

    def _is_inside(self, scope: Scope, token: str) -> bool:
        state = self.walk.state
        while scope.owner is not None:
            if scope.owner == token:
                return True
            scope = state.scopes[state.tokens[scope.owner].scope]
        return False

    def _resting(self, token: str) -> Token:
        found = self.walk.state.tokens.get(token)
        if found is None:
            case = self.walk.state.scopes[ROOT]
            self._refuse(case.process, token, detail("MOVE-044"))
        return found

    def _cancel(self, token: Token) -> None:
        scope = self.walk.state.scopes[token.scope]
        if token.host is not None:
            self._refuse(scope.process, token.node, detail("MOVE-045"))
        self.emptied.add(scope.id)
        endings.drop(self.walk, [token])

    def _cancel_all(self, cancel: CancelAll) -> None:
        process_id = self._process(cancel.element_id, cancel.process_id)
        arrived = self._forget_arrivals(process_id, cancel.element_id)
        found = list(self._visits(process_id, cancel.element_id))
        if not found and not arrived:
            self._refuse(process_id, cancel.element_id, detail("MOVE-044"))
        for token in found:
            self._cancel(token)

    def _visits(self, process_id: str, element_id: str) -> Iterable[Token]:
        """Yield whole visits: of a multi-instance activity not its items one by one."""
        for token in list(self.walk.state.tokens.values()):
            scope = self.walk.state.scopes[token.scope]
            is_there = scope.process == process_id and token.node == element_id
            node = self.walk.node(token)
            if is_there and not loops.is_body(node, scope) and not ad_hoc.is_choice(node, scope):
                yield token

    def _forget_arrivals(self, process_id: str, join_id: str) -> bool:
        forgotten = False
        for scope in self.walk.state.scopes.values():
            if scope.process != process_id:
                continue
            reset = scope.taken.pop(join_id, [])
            if scope.arrived.pop(join_id, {}) or reset:
                self.emptied.add(scope.id)
                forgotten = True
        return forgotten

    def _refuse(self, process_id: str, element_id: str, reason: Detail) -> NoReturn:
        raise ModificationRefused([Obstacle(process_id, element_id, reason)])
