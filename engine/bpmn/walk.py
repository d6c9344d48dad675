"""Run a case from a command to its next waits.

A token walks the compiled graph until everything that lives waits for something; only
what lives is kept, so a step costs what it touches and not what the case went through.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.bpmn import (
    ad_hoc,
    awaiting,
    closing,
    compensation,
    complex_gateways,
    deciding,
    events,
    exchange,
    joins,
    loops,
    scopes,
    watching,
)
from engine.bpmn.conditions import as_plain
from engine.bpmn.errors import StepsExceeded
from engine.bpmn.graph import CATCHING, SCOPES, Graph, Node
from engine.bpmn.inout import Written
from engine.bpmn.limits import Limits
from engine.bpmn.model import Model
from engine.bpmn.plain import Json
from engine.bpmn.routes import way_out
from engine.bpmn.state import ROOT, Scope, State, Token
from engine.bpmn.step import Decision, Passed, Thrown
from engine.findings import detail


@dataclass(slots=True)
class Walk:
    """One command being carried out on one case."""

    model: Model
    state: State
    at: datetime
    limits: Limits
    passed: list[Passed] = field(default_factory=list)
    thrown: list[Thrown] = field(default_factory=list)
    arrivals: deque[tuple[Node, int, str | None]] = field(default_factory=deque)
    written: list[Written] = field(default_factory=list)
    #: what an event was answered with that only its own outputs see, by element
    brought: dict[str, dict[str, Json]] = field(default_factory=dict)
    steps: int = 0
    changed: bool = False  #: conditional events have to look at the variables again

    def drain(self) -> None:
        """Move everything that can move.

        Raises:
            StepFailed: see its kinds; the state is then worthless and must be dropped.
        """
        watched = self.model.is_watched
        while True:
            if watched and self.changed:
                watching.look(self)
            if self.arrivals:
                node, scope_id, flow = self.arrivals.popleft()
                self._count(node)
                self._arrive(node, self.state.scopes[scope_id], flow)
            elif not closing.settle(self):
                return

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
        """Set variables where they belong: in what is inside and has them, else in the case."""
        self.changed = True
        for each in self.state.chain(scope):
            if each.kind == "process" or loops.keeps_its_own(self.graph(each), each):
                each.values.update(values)
                return
            values = exchange.write_inside(self.graph(each), each, values)

    def begin(self, node: Node, scope: Scope) -> None:
        """Carry out ``node``: wait at it, open what is inside, or go through it."""
        if node.kind == "scriptTask" and node.script and node.result_variable:
            value = as_plain(node.script.value(self.see(scope), self.at), node.id)
            self.write(scope, {node.result_variable: value})
            self.leave(node, scope)
        elif node.decision and self.model.decisions:
            made = deciding.decide(
                self.model.decisions, node.decision, self.see(scope), node.id, self.at
            )
            self.write(scope, made.values)
            self.leave(node, scope, explanation=made.explanation)
        elif node.kind in SCOPES:
            scopes.open_inside(self, node, self.rest(node, scope), scope)
        elif node.kind == "userTask" or node.topic or (node.kind in CATCHING and not node.is_link):
            self.rest(node, scope)
        elif node.kind == "eventBasedGateway":
            awaiting.race(self, node, scope)
        elif node.kind == complex_gateways.KIND:
            complex_gateways.split(self, node, scope)
        elif node.kind == "endEvent":
            events.end(self, node, scope)
        elif node.kind in ("intermediateThrowEvent", "sendTask"):
            events.throw(self, node, scope)
        else:
            self.leave(node, scope)

    def rest(self, node: Node, scope: Scope) -> Token:
        """Wait at ``node`` and for what may happen on its boundary."""
        token = awaiting.wait_at(self, node, scope, None)
        if node.boundaries and not loops.is_body(node, scope):
            awaiting.arm(self, node, scope, token)
        return token

    def leave(
        self,
        node: Node,
        scope: Scope,
        token: str | None = None,
        explanation: Mapping[str, Json] | None = None,
    ) -> None:
        """Go on from ``node`` along the flows it chooses, once its outputs are handed on."""
        if node.inout is not None:
            outer = exchange.leave(self, node, scope)
            if outer is None:
                if explanation is not None:
                    self.passed_by(node, scope, token, explanation=explanation)
                return
            scope = outer
        self.go_out(node, scope, token, explanation)

    def go_out(
        self,
        node: Node,
        scope: Scope,
        token: str | None = None,
        explanation: Mapping[str, Json] | None = None,
    ) -> None:
        """Go on from ``node``, after which nothing is left to do."""
        is_item = loops.is_body(node, scope)
        if node.handler is not None and (is_item or node.loop is None):
            compensation.remember(node, scope)
        if node.sends and (is_item or node.loop is None):
            events.send_along(self, node, scope)
        if is_item:
            self.passed_by(node, scope, token, explanation=explanation)
            closing.close(self, scope)
            return
        if node.in_ad_hoc and ad_hoc.is_over(self, node, scope):
            self.passed_by(node, scope, token, explanation=explanation)
            return
        flows, decision = way_out(node, self.see(scope), self.at)
        if node.completion_quantity > 1:
            flows *= node.completion_quantity
        ids = tuple(each.id for each in flows)
        if node.inout is not None:
            exchange.taken(self, node, scope, ids)
        self.passed_by(node, scope, token, ids, decision, explanation)
        nodes = self.graph(scope).nodes
        self.arrivals.extend((nodes[each.target], scope.id, each.id) for each in flows)

    def _ran_beside(self, node: Node, scope: Scope) -> bool:
        """Tell whether an event sub-process was over after an end, which stays the case's."""
        if not node.by_event or self.state.end_id is None:
            return False
        graph = self.graph(scope)
        return not any(graph.nodes[each].interrupting for each in graph.starts[node.id])

    def passed_by(
        self,
        node: Node,
        scope: Scope,
        token: str | None = None,
        flow_ids: tuple[str, ...] = (),
        decision: Decision | None = None,
        explanation: Mapping[str, Json] | None = None,
    ) -> None:
        """Note that the step went through ``node``; one without a way on may end the case."""
        if not flow_ids and scope.id == ROOT and not self._ran_beside(node, scope):
            self.state.end_id = node.part_of or node.id
        self.passed.append(
            Passed(
                scope.process,
                node.part_of or node.id,
                node.kind,
                node.name,
                node.lane_id,
                token,
                flow_ids,
                decision,
                explanation,
            )
        )

    def _count(self, node: Node) -> None:
        self.steps += 1
        if self.steps > self.limits.steps:
            raise StepsExceeded(node.id, detail("STEP-032", most=self.limits.steps))
        if len(self.state.tokens) > self.limits.tokens:
            raise StepsExceeded(node.id, detail("STEP-033", most=self.limits.tokens))

    def _arrive(self, node: Node, scope: Scope, flow: str | None) -> None:
        if node.joins and flow is not None:
            if node.kind == complex_gateways.KIND:
                complex_gateways.arrive(self, node, scope, flow)
                return
            if not joins.arrive(node, scope, flow):
                return
        if node.in_ad_hoc and ad_hoc.has_to_wait(self, node, scope):
            return
        if node.loop is not None and not loops.is_body(node, scope):
            loops.open_loop(self, node, scope)
            return
        if node.inout is not None and not exchange.enter(self, node, scope):
            return
        self.begin(node, scope)
