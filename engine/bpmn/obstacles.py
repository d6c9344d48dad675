"""What keeps a case from going on in another version of its model: all of it, by element."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.bpmn.ahead import ahead, sources
from engine.bpmn.errors import Obstacle
from engine.bpmn.graph import ACTIVITIES, Node
from engine.bpmn.joins import came_by
from engine.bpmn.likeness import unlike, unlike_act
from engine.bpmn.model import Model
from engine.bpmn.plan import Plan
from engine.bpmn.state import Done, Scope, State, Token
from engine.findings import Detail, detail


@dataclass(slots=True)
class Crossing:
    """One case between two models, as it stands in the older one."""

    old: Model
    new: Model
    state: State
    plan: Plan

    def obstacles(self) -> Iterator[Obstacle]:
        """Yield all that keeps the case where it is.

        Whether the order of steps changed is only asked when everything has its place.
        """
        processes = sorted({each.process for each in self.state.scopes.values()})
        nowhere = [each for each in processes if each not in self.new.graphs]
        if nowhere:
            yield from (Obstacle(each, each, detail("MOVE-013")) for each in nowhere)
            return
        misplaced = list(self._misplaced(processes))
        yield from misplaced
        for process_id in processes if not misplaced else ():
            yield from self._out_of_order(process_id)

    def _misplaced(self, processes: list[str]) -> Iterator[Obstacle]:
        for process_id in processes:
            yield from self._doubled(process_id)
        for token in self.state.tokens.values():
            yield from self._at_token(token)
        for scope in self.state.scopes.values():
            yield from self._at_joins(scope)
            for done in scope.done:
                yield from self._of_done(scope.process, done)

    def _doubled(self, process_id: str) -> Iterator[Obstacle]:
        seen: dict[str, str] = {}
        for source, target in self.plan.elements.get(process_id, {}).items():
            if target is not None and target in seen:
                reason = detail("MOVE-014", target=target, other=seen[target])
                yield Obstacle(process_id, source, reason)
            elif target is not None:
                seen[target] = source

    def is_dropped(self, token: Token) -> bool:
        """Tell whether the plan drops this event, which is awaited beside an activity."""
        process = self.state.scopes[token.scope].process
        if token.host is None or not self.plan.says(process, token.node):
            return False
        target, event = self.plan.element(process, token.node), self._whole(process, token.node)
        if target is None:
            return True
        nodes = self.new.graphs[process].nodes
        whole = nodes.get(event or "")
        return whole is not None and bool(whole.parts) and target not in nodes

    def _whole(self, process: str, element_id: str) -> str | None:
        """Return what becomes of the event that a definition is a part of."""
        event = self.old.graphs[process].nodes[element_id].part_of
        return event and self.plan.element(process, event)

    def _at_token(self, token: Token) -> Iterator[Obstacle]:
        process = self.state.scopes[token.scope].process
        if self.is_dropped(token):
            return
        before, after = self._both(process, token.node)
        if after is None:
            yield Obstacle(process, token.node, self._why_nowhere(process, token.node))
            return
        reason = unlike(before, after) or unlike_act(before, after, token.phase)
        reason = reason or self._elsewhere(process, before, after)
        if reason is None and token.host and not before.attached_to:
            reason = self._not_awaited(process, self.state.tokens[token.host], after)
        if reason is not None:
            yield Obstacle(process, token.node, reason)

    def _both(self, process: str, element_id: str) -> tuple[Node, Node | None]:
        target = self.plan.element(process, element_id)
        nodes = self.new.graphs[process].nodes
        return self.old.graphs[process].nodes[element_id], nodes.get(target or "")

    def _why_nowhere(self, process: str, element_id: str) -> Detail:
        if not self.plan.says(process, element_id):
            return detail("MOVE-015")
        target = self.plan.element(process, element_id)
        if target is None:
            return detail("MOVE-016")
        return detail("MOVE-017", target=target)

    def _elsewhere(self, process: str, before: Node, after: Node) -> Detail | None:
        parent = before.parent and self.plan.element(process, before.parent)
        if after.parent != parent:
            there, here = after.parent or process, parent or process
            return detail("MOVE-018", id=after.id, there=there, here=here)
        host = before.attached_to and self.plan.element(process, before.attached_to)
        if after.attached_to != host:
            return detail("MOVE-019", id=after.id, there=after.attached_to, here=host)
        return None

    def _not_awaited(self, process: str, gateway: Token, after: Node) -> Detail | None:
        _, new_gateway = self._both(process, gateway.node)
        if new_gateway is None or after.part_of == new_gateway.id:
            return None
        if any(arc.target == after.id for arc in new_gateway.outgoing):
            return None
        return detail("MOVE-020", gateway=new_gateway.id, id=after.id)

    def _at_joins(self, scope: Scope) -> Iterator[Obstacle]:
        for join_id, arrived in (*scope.arrived.items(), *came_by(scope.taken).items()):
            before, after = self._both(scope.process, join_id)
            if after is None:
                reason: Detail | None = self._why_nowhere(scope.process, join_id)
            else:
                reason = unlike(before, after) or self._elsewhere(scope.process, before, after)
                reason = reason or self._lost_arrival(scope.process, arrived, after)
            if reason is not None:
                yield Obstacle(scope.process, join_id, reason)

    def _lost_arrival(self, process: str, arrived: Mapping[str, int], after: Node) -> Detail | None:
        flows = self.plan.flows.get(process, {})
        for flow in arrived:
            if flow not in flows:
                return detail("MOVE-021", flow=flow)
            if flows[flow] is not None and flows[flow] not in after.incoming:
                return detail("MOVE-022", flow=flow, new=flows[flow], id=after.id)
        return None

    def _of_done(self, process: str, done: Done) -> Iterator[Obstacle]:
        if self.plan.says(process, done.node) and self.plan.element(process, done.node) is None:
            return
        before, after = self._both(process, done.node)
        reason = self._why_nowhere(process, done.node) if after is None else unlike(before, after)
        if reason is not None:
            yield Obstacle(process, done.node, detail("MOVE-023", why=reason))
        for inner in done.inner:
            yield from self._of_done(process, inner)

    def _out_of_order(self, process: str) -> Iterator[Obstacle]:
        """Yield steps that the other version would skip, or come to a second time."""
        before, after = self.old.graphs[process], self.new.graphs[process]
        here = sources(self.state, process)
        there = {self.after(process, each) for each in here} & after.nodes.keys()
        ahead_before, ahead_after = ahead(before, here), ahead(after, there)
        accepted = self.plan.accepted.get(process, frozenset())
        for node in before.nodes.values():
            target = self.after(process, node.id)
            if node.kind not in ACTIVITIES or target not in after.nodes or target in accepted:
                continue
            if node.id in ahead_before and target not in ahead_after:
                yield Obstacle(process, node.id, detail("MOVE-024"))
            elif target in ahead_after and node.id not in ahead_before:
                yield Obstacle(process, node.id, detail("MOVE-025"))

    def known(self, process: str) -> set[str]:
        """Return what the older version's elements become."""
        return {self.after(process, each) for each in self.old.graphs[process].nodes}

    def after(self, process: str, element_id: str) -> str:
        """Return what an element becomes: by the plan, else the one of the same id."""
        return self.plan.element(process, element_id) or element_id
