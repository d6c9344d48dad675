"""A compiled model: what pages show of it, and what a step runs on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from engine import dmn
from engine.bpmn.graph import Call, Graph, is_outside


@dataclass(frozen=True, slots=True)
class Lane:
    """Who does the steps drawn in it; ``process.toml`` maps its id to a role."""

    id: str
    name: str | None


@dataclass(frozen=True, slots=True)
class Flow:
    """A way out of an element."""

    id: str
    name: str | None
    target: str
    condition: str | None  #: FEEL, without the leading ``=``
    is_default: bool


@dataclass(frozen=True, slots=True)
class Element:
    """One shape of the diagram, as an outline lists it."""

    id: str
    kind: str  #: the BPMN name: userTask, exclusiveGateway, …
    name: str | None
    lane_id: str | None
    form_id: str | None
    topic: str | None
    documentation: str | None
    outgoing: tuple[Flow, ...]
    parent: str | None  #: the sub-process it stands in
    attached_to: str | None  #: the activity whose boundary it stands on
    trigger: str | None = None  #: of an event: timer, message, signal, conditional, error, …
    no_return: str | None = None  #: why nothing goes back behind it; ``""``: no reason is said


@dataclass(frozen=True, slots=True)
class Process:
    """One executable process in reading order: along the flows, from the start."""

    id: str
    name: str | None
    file: str
    lanes: tuple[Lane, ...]
    elements: tuple[Element, ...]
    version_tag: str | None = None

    def element(self, element_id: str) -> Element:
        """Return the element of this id, or raise ``KeyError``."""
        for each in self.elements:
            if each.id == element_id:
                return each
        raise KeyError(element_id)


@dataclass(frozen=True)
class Model:
    """All processes of one deployment, ready to run; cache it by the files' hash."""

    processes: Mapping[str, Process]
    graphs: Mapping[str, Graph] = field(repr=False)
    decisions: dmn.Decisions | None = field(default=None, repr=False)

    def sees_apart(self, element_id: str) -> bool:
        """Tell whether an element may see variables that are not the case's: see `own_of`."""
        return any(element_id in each.apart for each in self.graphs.values())

    @cached_property
    def is_scheduled(self) -> bool:
        """Whether a task in it says until when, how urgent or for whom it is."""
        nodes = (node for each in self.graphs.values() for node in each.nodes.values())
        return any(each.schedule is not None for each in nodes)

    @cached_property
    def is_watched(self) -> bool:
        """Whether something in it waits for a condition over the variables, or for data."""
        return any(each.is_watched for each in self.graphs.values())

    @cached_property
    def has_ad_hoc(self) -> bool:
        """Whether an ad-hoc sub-process is in it."""
        return any(each.has_ad_hoc for each in self.graphs.values())

    @cached_property
    def callees(self) -> Mapping[tuple[str, str], Call]:
        """What runs as a case of its own when called, by process and element."""
        return {
            (graph.process_id, node.id): node.call
            for graph in self.graphs.values()
            for node in graph.nodes.values()
            if is_outside(node) and node.call is not None
        }

    def called_by(self, process_id: str) -> Mapping[str, list[str]]:
        """Return the processes that one calls by name, each with the elements that call it."""
        found: dict[str, list[str]] = {}
        for node in self.graphs[process_id].nodes.values():
            name = node.called or (node.call.process if node.call is not None else None)
            if name is not None:
                found.setdefault(name, []).append(node.id)
        return dict(sorted(found.items()))

    @cached_property
    def calls_outside(self) -> bool:
        """Whether a case may call a case of its own."""
        return bool(self.callees)
