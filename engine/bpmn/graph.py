"""The compiled form a step runs on: nodes, arcs and expressions, looked up by id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

from engine.bpmn.conditions import Expression
from engine.bpmn.deciding import DecisionCall
from engine.bpmn.inout import InOut
from engine.bpmn.timers import Timer

PART = "#"  #: between the id of an event and the number of one of its definitions
if TYPE_CHECKING:
    from engine.bpmn.schedule import Schedule

HUMAN = "userTask"
SERVICES = frozenset({"serviceTask", "sendTask", "businessRuleTask"})
CATCHING = frozenset({"intermediateCatchEvent", "receiveTask"})
EMBEDDED = frozenset({"subProcess", "transaction", "adHocSubProcess"})
SCOPES = EMBEDDED | {"callActivity"}
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

    kind: str  #: timer, message, signal, conditional, error, escalation, compensate, …
    timer: Timer | None = None
    message: str = ""  #: name of the message or signal
    correlation: tuple[tuple[str, Expression], ...] = ()  #: the parts of a message's key
    condition: Expression | None = None
    code: str | None = None  #: of an error or escalation; None catches every code
    activity: str | None = None  #: what a compensation undoes; None: all of its scope
    payload: tuple[tuple[str, Expression | None], ...] = ()  #: thrown along; None: everything
    is_optional: bool = False  #: of a plain start that another pool may, but need not, begin


@dataclass(frozen=True, slots=True)
class Sending:
    """A message that leaves an element along a message flow."""

    message: str  #: its name
    process: str | None  #: where the flow leads; None: to the world outside
    element: str | None  #: what catches it there; None: whatever waits for it
    correlation: tuple[tuple[str, Expression], ...] = ()


#: which version of a process is called: the newest, the caller's own, one by number or tag
Binding: TypeAlias = Literal["latest", "deployment", "version", "versionTag"]
#: where each value is put (a variable, or a place inside it), and what it is
Assigned: TypeAlias = "tuple[tuple[tuple[str, ...], Expression], ...]"


@dataclass(frozen=True, slots=True)
class Call:
    """What a call activity calls, and what goes in and comes back."""

    process: str | None  #: None: ``asked`` says which
    asked: Expression | None = None
    binding: Binding | None = None
    version: str | None = None  #: number or tag; None: ``version_asked`` says which
    version_asked: Expression | None = None
    business_key: Expression | None = None
    keeps_key: bool = False  #: the called case has its caller's business key
    everything_in: bool = True
    everything_out: bool = True
    inputs: Assigned = ()
    outputs: Assigned = ()

    @property
    def is_plain(self) -> bool:
        """Tell whether it works on a copy of all variables, and all come back."""
        is_open = self.everything_in and self.everything_out
        return is_open and not self.inputs and not self.outputs


@dataclass(frozen=True, slots=True)
class Loop:
    """An activity that repeats: once per item, or as long as a condition holds."""

    sequential: bool
    collection: Expression | None = None
    cardinality: Expression | None = None
    variable: str | None = None  #: what one item is called inside
    output_collection: str | None = None
    output_element: Expression | None = None
    completion: Expression | None = None  #: true after an item: the rest is cancelled
    goes_on: Expression | None = None  #: of a standard loop: true, once more
    maximum: int | None = None  #: of a standard loop
    test_before: bool = False
    throws: tuple[ThrownByItem, ...] = ()  #: when an item is done

    @property
    def is_standard(self) -> bool:
        """Tell whether it repeats as long as a condition holds, not once per item."""
        return self.collection is None and self.cardinality is None


@dataclass(frozen=True, slots=True)
class ThrownByItem:
    """An event that a multi-instance activity throws when one of its items is done."""

    event: Node
    only_first: bool = False
    condition: Expression | None = None


@dataclass(frozen=True, slots=True)
class AdHoc:
    """A sub-process whose activities are done in any order."""

    completion: Expression | None  #: true after an activity inside: it is over
    sequential: bool = False  #: one activity after the other
    cancels: bool = True  #: what still runs when it is over ends without an answer
    active: Expression | None = None  #: the ids of what begins on entry; None: all


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
    retries: str | None = None
    trigger: Trigger | None = None
    loop: Loop | None = None
    script: Expression | None = None
    result_variable: str | None = None
    decision: DecisionCall | None = None
    called: str | None = None  #: a process of the same files, which runs inside the case
    call: Call | None = None  #: None: all variables go in and come back
    attached_to: str | None = None
    interrupting: bool = True
    boundaries: tuple[str, ...] = ()
    by_event: bool = False  #: an event sub-process
    handler: str | None = None  #: the activity that undoes this one
    linked: str | None = None  #: the link event that goes on where this one throws
    instantiates: bool = False  #: a receive task or event-based gateway that begins a case
    parts: tuple[str, ...] = ()  #: of an event with several definitions, in their order
    part_of: str | None = None  #: the event whose one definition this is
    joins: bool = False  #: tokens wait for one another here
    activation: Expression | None = None  #: of a complex gateway: what lets it go on
    start_quantity: int = 1  #: tokens that an activity needs to begin
    completion_quantity: int = 1  #: tokens that it sends along each flow it takes
    ad_hoc: AdHoc | None = None
    in_ad_hoc: bool = False  #: stands in an ad-hoc sub-process
    parallel: bool = False  #: all that is awaited has to come, not the first of it
    kept_for: Timer | None = None  #: how long a message it sends waits for a receiver
    sends: tuple[Sending, ...] = ()  #: along message flows, when a visit of it has ended
    inout: InOut | None = None  #: what goes into it and out of it
    schedule: Schedule | None = None  #: of a human task or a job

    @property
    def is_link(self) -> bool:
        """Tell whether it only goes on where a link was thrown."""
        return self.trigger is not None and self.trigger.kind == "link"


def is_outside(node: Node) -> bool:
    """Tell whether what ``node`` calls runs as a case of its own."""
    return node.call is not None and node.called is None


@dataclass(frozen=True)
class Graph:
    """One process and all its embedded sub-processes."""

    process_id: str
    nodes: Mapping[str, Node]
    #: what a token comes to when a sub-process begins; None: the process
    starts: Mapping[str | None, tuple[str, ...]]
    objects: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  #: data, by sub-process
    inout: InOut | None = None  #: who listens for the begin and the end of the process

    @cached_property
    def events(self) -> Mapping[str | None, tuple[str, ...]]:
        """The starts of event sub-processes, by what they stand in; never compensation's."""
        found: dict[str | None, tuple[str, ...]] = {}
        for sub, start in self._event_starts():
            if start.trigger is not None and start.trigger.kind != "compensate":
                found[sub.parent] = (*found.get(sub.parent, ()), start.id)
        return found

    @cached_property
    def listens(self) -> bool:
        """Whether something in it waits beside a scope and does not keep it open."""
        return bool(self.events) or self.has_ad_hoc

    @cached_property
    def has_ad_hoc(self) -> bool:
        """Whether an ad-hoc sub-process is in it."""
        return any(each.ad_hoc for each in self.nodes.values())

    @cached_property
    def catches(self) -> bool:
        """Whether an event in it catches errors or escalations."""
        return any(
            each.trigger.kind in ("error", "escalation")
            for each in self.nodes.values()
            if each.trigger is not None and each.kind in ("boundaryEvent", "startEvent")
        )

    @cached_property
    def undoing(self) -> Mapping[str, str]:
        """The event sub-process that undoes a sub-process, by the latter's id."""
        return {
            sub.parent: sub.id
            for sub, start in self._event_starts()
            if sub.parent and start.trigger is not None and start.trigger.kind == "compensate"
        }

    @cached_property
    def apart(self) -> frozenset[str]:
        """The elements that may see variables which are not the case's."""
        found: set[str] = set()
        for node in self.nodes.values():  # what is inside comes after what it is inside of
            wraps = node.inout is not None and node.inout.wraps
            inside = node.parent in found or bool(self.objects.get(node.parent or ""))
            if wraps or inside or node.loop is not None:
                found.add(node.id)
        return frozenset(found)

    @cached_property
    def is_watched(self) -> bool:
        """Whether an event waits for a condition over the variables, or an activity for data."""
        return any(
            (each.trigger and each.trigger.condition) or (each.inout and each.inout.awaits)
            for each in self.nodes.values()
        )

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
            found.update(arc.id for arc in node.outgoing if arc.target == gateway)
            ahead = [arc.target for arc in node.outgoing if arc.target != gateway]
            ahead += [*node.boundaries, *([node.linked] if node.linked else [])]
            todo.extend(each for each in dict.fromkeys(ahead) if each not in seen)
            seen.update(ahead)
        return frozenset(found)

    def _event_starts(self) -> list[tuple[Node, Node]]:
        return [
            (self.nodes[each.parent], each)
            for each in self.nodes.values()
            if each.kind == "startEvent"
            and each.parent
            and not each.part_of
            and self.nodes[each.parent].by_event
        ]
