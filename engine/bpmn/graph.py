"""The compiled form a step runs on: nodes, arcs and expressions, looked up by id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.bpmn.conditions import Expression
from engine.bpmn.timers import Timer

HUMAN = "userTask"
SERVICES = frozenset({"serviceTask", "sendTask", "businessRuleTask"})
CATCHING = frozenset({"intermediateCatchEvent", "receiveTask"})
SCOPES = frozenset({"subProcess", "callActivity"})
ACTIVITIES = (
    SERVICES
    | SCOPES
    | {
        HUMAN,
        "task",
        "manualTask",
        "scriptTask",
        "receiveTask",
    }
)


@dataclass(frozen=True, slots=True)
class Arc:
    """A sequence flow."""

    id: str
    name: str | None
    source: str
    target: str
    condition: Expression | None
    is_default: bool


@dataclass(frozen=True, slots=True)
class Trigger:
    """What an event waits for or does."""

    kind: str  #: timer, message, error, terminate
    timer: Timer | None = None
    message: str = ""
    correlation: Expression | None = None
    error_code: str | None = None  #: None on a boundary catches every code


@dataclass(frozen=True, slots=True)
class Loop:
    """Multi-instance: once per item, one after the other or all at once."""

    sequential: bool
    collection: Expression | None
    cardinality: Expression | None
    variable: str | None  #: what one item is called inside
    output_collection: str | None
    output_element: Expression | None


@dataclass(frozen=True, slots=True)
class Node:
    """One element to run."""

    id: str
    kind: str
    name: str | None
    lane_id: str | None
    parent: str | None
    outgoing: tuple[Arc, ...]
    incoming: tuple[str, ...]
    form_id: str | None = None
    topic: str | None = None
    trigger: Trigger | None = None
    loop: Loop | None = None
    script: Expression | None = None
    result_variable: str | None = None
    called: str | None = None
    attached_to: str | None = None
    interrupting: bool = True
    boundaries: tuple[str, ...] = ()


@dataclass(frozen=True)
class Graph:
    """One process and all its embedded sub-processes."""

    process_id: str
    nodes: Mapping[str, Node]
    starts: Mapping[str | None, str]  #: start event by sub-process; None: the process

    def catcher(self, node: Node, code: str | None) -> Node | None:
        """Return the boundary event that catches an error of ``node``: by name before any."""
        any_code = None
        for event in (self.nodes[each] for each in node.boundaries):
            if event.trigger is None or event.trigger.kind != "error":
                continue
            if event.trigger.error_code == code and code is not None:
                return event
            if event.trigger.error_code is None:
                any_code = event
        return any_code

    def reach(self, source: str, gateway: str) -> frozenset[str]:
        """Return the flows into ``gateway`` a token at ``source`` may yet come by.

        Ways through the gateway itself do not count: they begin a new turn.
        """
        key = (source, gateway)
        if key not in self._reached:
            self._reached[key] = self._search(source, gateway)
        return self._reached[key]

    @cached_property
    def _reached(self) -> dict[tuple[str, str], frozenset[str]]:
        return {}

    def _search(self, source: str, gateway: str) -> frozenset[str]:
        found: set[str] = set()
        seen = {source}
        todo = [source]
        while todo:
            node = self.nodes[todo.pop()]
            for arc in node.outgoing:
                if arc.target == gateway:
                    found.add(arc.id)
                elif arc.target not in seen:
                    seen.add(arc.target)
                    todo.append(arc.target)
            todo.extend(each for each in node.boundaries if each not in seen)
            seen.update(node.boundaries)
        return frozenset(found)
