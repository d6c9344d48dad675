"""Run a case from a command to its next waits.

A token walks the compiled graph until everything that lives waits for something; only
what lives is kept, so a step costs what it touches and not what the case went through.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.bpmn import joins, loops
from engine.bpmn.conditions import as_plain
from engine.bpmn.errors import JoinStarved, StepsExceeded
from engine.bpmn.graph import CATCHING, SCOPES, Graph, Node
from engine.bpmn.limits import Limits
from engine.bpmn.model import Model
from engine.bpmn.plain import Json
from engine.bpmn.routes import way_out
from engine.bpmn.state import ROOT, Scope, State, Token
from engine.bpmn.step import Decision, Passed
from engine.bpmn.timers import due


@dataclass(slots=True)
class Walk:
    """One command being carried out on one case."""

    model: Model
    state: State
    at: datetime
    limits: Limits
    passed: list[Passed] = field(default_factory=list)
    arrivals: deque[tuple[Node, int, str | None]] = field(default_factory=deque)
    steps: int = 0

    def drain(self) -> None:
        """Move everything that can move.

        Raises:
            StepFailed: see its kinds; the state is then worthless and must be dropped.
        """
        while self.arrivals or self._settle():
            node, scope_id, flow = self.arrivals.popleft()
            self._count(node)
            self._arrive(node, self.state.scopes[scope_id], flow)

    def graph(self, scope: Scope) -> Graph:
        """Return the graph of the process ``scope`` belongs to."""
        return self.model.graphs[scope.process]

    def node(self, token: Token) -> Node:
        """Return the element ``token`` rests at."""
        return self.graph(self.state.scopes[token.scope]).nodes[token.node]

    def see(self, scope: Scope) -> Mapping[str, Json]:
        """Return the variables visible in ``scope``."""
        return self.state.visible(scope)

    def write(self, scope: Scope, values: Mapping[str, Json]) -> None:
        """Set variables where they belong: in this item when it collects, else in the case."""
        for each in self.state.chain(scope):
            if each.kind == "process" or loops.keeps_its_own(self.graph(each), each):
                each.values.update(values)
                return

    def enter_scope(self, scope: Scope) -> None:
        """Put a token on the start event of a process or sub-process."""
        graph = self.graph(scope)
        start = graph.nodes[graph.starts[scope.node]]
        if self.state.depth(scope) > self.limits.depth:
            raise StepsExceeded(start.id, f"calls deeper than {self.limits.depth}")
        self.arrivals.append((start, scope.id, None))

    def begin(self, node: Node, scope: Scope) -> None:
        """Carry out ``node``: wait at it, open what is inside, or go through it."""
        inside = loops.is_body(node, scope)
        if node.kind == "scriptTask" and node.script and node.result_variable:
            value = as_plain(node.script.value(self.see(scope), self.at), node.id)
            self.write(scope, {node.result_variable: value})
            self.leave(node, scope)
        elif node.kind in SCOPES:
            self._open(node, self._rest(node, scope, arm=not inside), scope)
        elif node.kind in CATCHING or node.kind == "userTask" or node.topic:
            self._rest(node, scope, arm=not inside)
        elif node.kind == "eventBasedGateway":
            gateway = self.state.new_token(node.id, scope.id)
            for arc in node.outgoing:
                self._await(self.graph(scope).nodes[arc.target], scope, gateway.id)
        elif node.kind == "endEvent":
            self._end(node, scope)
        else:
            self.leave(node, scope)

    def leave(self, node: Node, scope: Scope, token: str | None = None) -> None:
        """Go on from ``node`` along the flows it chooses."""
        if loops.is_body(node, scope):
            self.passed.append(self._passed(node, scope, token, ()))
            return
        if node.kind == "endEvent":
            self._end(node, scope, token)
            return
        flows, decision = way_out(node, self.see(scope), self.at)
        ids = tuple(each.id for each in flows)
        self.passed.append(self._passed(node, scope, token, ids, decision))
        if not flows and scope.id == ROOT:
            self.state.end_id = node.id
        nodes = self.graph(scope).nodes
        self.arrivals.extend((nodes[each.target], scope.id, each.id) for each in flows)

    def win(self, token: Token, node: Node) -> None:
        """Let an event happen: on a boundary, or behind an event-based gateway."""
        scope = self.state.scopes[token.scope]
        host = self.state.tokens[token.host] if token.host else token
        if node.kind != "boundaryEvent":
            gateway = self.node(host)
            taken = tuple(arc.id for arc in gateway.outgoing if arc.target == node.id)
            self.passed.append(self._passed(gateway, scope, None, taken))
            self.cancel(host)
        elif node.interrupting:
            self.cancel(host)
        else:
            del self.state.tokens[token.id]
            self._again(token, node, scope)
        self.leave(node, scope, token.id)

    def cancel(self, token: Token) -> None:
        """End a visit without an answer, with all that hangs on it and runs inside it."""
        self.state.tokens.pop(token.id, None)
        for each in self.state.attached(token.id):
            self.state.tokens.pop(each.id, None)
        for scope in [each for each in self.state.scopes.values() if each.owner == token.id]:
            self._clear(scope)
            del self.state.scopes[scope.id]

    def throw(self, scope: Scope, code: str | None) -> bool:
        """Give an error to the nearest boundary around ``scope``; tell whether one took it."""
        while scope.owner is not None:
            owner = self.state.tokens[scope.owner]
            if self.catch(owner, code):
                return True
            scope = self.state.scopes[owner.scope]
        return False

    def catch(self, host: Token, code: str | None) -> bool:
        """Give an error to the boundary of one activity; tell whether it took it."""
        scope = self.state.scopes[host.scope]
        node = self.node(host)
        if loops.is_body(node, scope):
            return False
        catcher = self.graph(scope).catcher(node, code)
        if catcher is None:
            return False
        self.cancel(host)
        self.leave(catcher, scope)
        return True

    def finish_token(self, token: Token) -> None:
        """Drop a visit that ended well and whatever stood on its boundary."""
        del self.state.tokens[token.id]
        for each in self.state.attached(token.id):
            del self.state.tokens[each.id]

    def _count(self, node: Node) -> None:
        self.steps += 1
        if self.steps > self.limits.steps:
            raise StepsExceeded(node.id, f"more than {self.limits.steps} steps in one command")
        if len(self.state.tokens) > self.limits.tokens:
            raise StepsExceeded(node.id, f"more than {self.limits.tokens} tokens at once")

    def _arrive(self, node: Node, scope: Scope, flow: str | None) -> None:
        if joins.is_join(node):
            if not joins.arrive(node, scope, flow):
                return
        elif node.loop is not None and not loops.is_body(node, scope):
            self._arm(node, scope, loops.open_loop(self, node, scope))
            return
        self.begin(node, scope)

    def _open(self, node: Node, token: Token, scope: Scope) -> None:
        if node.kind == "callActivity" and node.called:
            seen = dict(self.see(scope))  # values are replaced, never changed in place
            inner = self.state.new_scope("process", node.called, None, token.id, seen)
        else:
            inner = self.state.new_scope("part", scope.process, node.id, token.id)
        self.enter_scope(inner)

    def open_empty(self, node: Node, scope: Scope) -> Scope:
        """Open a sub-process in which nobody begins."""
        token = self._rest(node, scope, arm=True)
        return self.state.new_scope("part", scope.process, node.id, token.id)

    def _rest(self, node: Node, scope: Scope, *, arm: bool) -> Token:
        token = self._await(node, scope, None)
        if arm:
            self._arm(node, scope, token)
        return token

    def _arm(self, node: Node, scope: Scope, host: Token) -> None:
        nodes = self.graph(scope).nodes
        for each in node.boundaries:
            self.arm(nodes[each], scope, host)

    def arm(self, event: Node, scope: Scope, host: Token) -> None:
        """Let an event wait beside what waits at ``host``; an error is not waited for."""
        if event.trigger and event.trigger.kind in ("timer", "message"):
            self._await(event, scope, host.id)

    def _await(self, node: Node, scope: Scope, host: str | None) -> Token:
        token = self.state.new_token(node.id, scope.id, host)
        trigger = node.trigger
        if trigger and trigger.timer:
            token.due = due(trigger.timer, node.id, self.see(scope), self.at)
        if trigger and trigger.correlation:
            key = trigger.correlation.value(self.see(scope), self.at)
            token.correlation = {"correlationKey": as_plain(key, node.id)}
        return token

    def _again(self, token: Token, node: Node, scope: Scope) -> None:
        following = token.due.next(self.at) if token.due else None
        if token.due is None:
            self._await(node, scope, token.host)
        elif following is not None:
            self.state.new_token(node.id, scope.id, token.host).due = following

    def _end(self, node: Node, scope: Scope, token: str | None = None) -> None:
        self.passed.append(self._passed(node, scope, token, ()))
        if scope.id == ROOT:
            self.state.end_id = node.id
        kind = node.trigger.kind if node.trigger else None
        if kind == "terminate":
            self._clear(scope)
        elif kind == "error" and node.trigger and not self.throw(scope, node.trigger.error_code):
            self._clear(self.state.scopes[ROOT])
            self.state.end_id = node.id
            self.state.error_code = node.trigger.error_code or ""

    def _clear(self, scope: Scope) -> None:
        scope.arrived.clear()
        self.arrivals = deque(each for each in self.arrivals if each[1] != scope.id)
        for token in [each for each in self.state.tokens.values() if each.scope == scope.id]:
            self.cancel(token)

    def _settle(self) -> bool:
        """When nothing moves, close what is empty until something does; tell whether."""
        while not self.arrivals:
            if self.state.finished or not self._settle_one():
                return False
        return True

    def _settle_one(self) -> bool:
        scopes = list(reversed(self.state.scopes.values()))
        for scope in scopes:
            join = joins.ready_inclusive(self.graph(scope), scope, self.state)
            if join is not None:
                self.begin(join, scope)
                return True
        busy = {each.scope for each in self.state.tokens.values()}
        for scope in scopes:
            if scope.id not in busy:
                self._close(scope)
                return True
        return False

    def _close(self, scope: Scope) -> None:
        if scope.arrived:
            gateway = next(iter(scope.arrived))
            raise JoinStarved(gateway, "waits for a branch that can no longer arrive")
        if scope.owner is None:
            self.state.finished = True
            return
        owner = self.state.tokens[scope.owner]
        node = self.node(owner)
        outer = self.state.scopes[owner.scope]
        del self.state.scopes[scope.id]
        if scope.kind == "item":
            if not loops.close_item(self, owner, node, scope):
                return
        elif scope.kind == "process":
            self.write(outer, scope.values)
        self.finish_token(owner)
        self.leave(node, outer, owner.id)

    def _passed(
        self,
        node: Node,
        scope: Scope,
        token: str | None,
        flow_ids: tuple[str, ...],
        decision: Decision | None = None,
    ) -> Passed:
        return Passed(
            scope.process, node.id, node.kind, node.name, node.lane_id, token, flow_ids, decision
        )
