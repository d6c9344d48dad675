"""Message flows between the pools of one file: what is sent along them, and who hears it.

A flow says where a message goes, so its ends need not name one: what has no name is called
after the element that catches it, ``process/element``, which nothing else is called.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from lxml import etree

from engine.bpmn import correlation, vendor
from engine.bpmn.graph import Graph, Node, Sending, Trigger
from engine.bpmn.source import Source, child, children, id_of, kind, name, processes

#: what may wait for a message, or begin with one
_CATCHING = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent", "receiveTask"})


@dataclass(frozen=True, slots=True)
class End:
    """One end of a message flow: an element of a process, a process, or the world outside."""

    process: str | None = None  #: an executable one of the same file
    node: etree._Element | None = None
    message: etree._Element | None = None  #: the one that the element refers to

    @property
    def is_outside(self) -> bool:
        """Tell whether nothing here runs at this end."""
        return self.process is None

    @property
    def catches(self) -> bool:
        """Tell whether a message may be awaited there, or begin something."""
        if self.node is None or kind(self.node) not in _CATCHING:
            return False
        events = list(vendor.events_of(self.node))
        if child(self.node, "messageEventDefinition") is not None:
            return True
        around = self.node.getparent()
        begins = (
            kind(self.node) == "startEvent" and around is not None and kind(around) == "process"
        )
        return not events and (begins or kind(self.node) == "receiveTask")

    @property
    def address(self) -> str:
        """What a message without a name is called there."""
        return f"{self.process}/{'' if self.node is None else id_of(self.node)}"


@dataclass(frozen=True, slots=True)
class MessageFlow:
    """One arrow between two pools."""

    element: etree._Element
    source: End
    target: End
    message: etree._Element | None  #: the one it says it carries

    @property
    def is_understood(self) -> bool:
        """Tell whether its ends need not name the message: something here knows what comes."""
        return self.target.catches or self.target.is_outside or self.told is not None

    @property
    def told(self) -> etree._Element | None:
        """The message that comes by it; ``None`` where nothing names one."""
        for each in (self.target.message, self.message, self.source.message):
            if each is not None and name(each):
                return each
        return None


def message_flows(source: Source) -> Iterator[MessageFlow]:
    """Yield the message flows of a file whose ends both stand in it."""
    flows = [
        flow
        for collaboration in children(source.root, "collaboration")
        for flow in children(collaboration, "messageFlow")
    ]
    if not flows:
        return
    messages = {id_of(each): each for each in children(source.root, "message")}
    ends = _ends(source, messages)
    for flow in flows:
        first, last = ends.get(_id(flow, "sourceRef")), ends.get(_id(flow, "targetRef"))
        if first is not None and last is not None:
            yield MessageFlow(flow, first, last, messages.get(_id(flow, "messageRef")))


def understood(source: Source) -> frozenset[str]:
    """Return the elements that need name no message, because a message flow says which."""
    ends = [
        each.node
        for flow in message_flows(source)
        if flow.is_understood
        for each in ([flow.source, flow.target] if flow.target.catches else [flow.source])
    ]
    return frozenset(id_of(each) for each in ends if each is not None)


def _ends(source: Source, messages: Mapping[str, etree._Element]) -> Mapping[str, End]:
    """Return what a message flow may join, by id: pools, and all that stands in them."""
    running = {id_of(each) for each in processes(source)}
    found: dict[str, End] = {}
    for collaboration in children(source.root, "collaboration"):
        for pool in children(collaboration, "participant"):
            told = _id(pool, "processRef")
            found[id_of(pool)] = End(told if told in running else None)
    for process in children(source.root, "process"):
        runs = id_of(process) in running
        for node in process.iter("{*}*"):
            if kind(node) and id_of(node):
                said = messages.get(vendor.message_ref_of(node) or "")
                found[id_of(node)] = End(id_of(process), node, said) if runs else End()
    return found


def _id(element: etree._Element, reference: str) -> str:
    """Return the id an attribute refers to, its namespace prefix dropped."""
    return str(element.get(reference) or "").rpartition(":")[2]


class Pools:
    """What the message flows of one file mean to each of its elements."""

    def __init__(self, source: Source) -> None:
        self._heard: dict[str, str] = {}  #: the message's name, by the element that catches it
        self._begun: set[str] = set()  #: what only the world outside sends to
        self._sent: dict[str, tuple[Sending, ...]] = {}
        flows = list(message_flows(source))
        into: dict[str, list[MessageFlow]] = defaultdict(list)
        for flow in flows:
            if flow.target.catches and flow.target.node is not None:
                into[id_of(flow.target.node)].append(flow)
        for element_id, arriving in into.items():
            names = {_name(each.told) for each in arriving}
            [told, *others] = sorted(names)
            self._heard[element_id] = arriving[0].target.address if others or not told else told
            if all(each.source.is_outside for each in arriving):
                self._begun.add(element_id)
        for flow in flows:
            self._send(flow)

    def _send(self, flow: MessageFlow) -> None:
        target = flow.target
        heard = "" if target.node is None else self._heard.get(id_of(target.node), "")
        told = heard or _name(flow.told)
        sender = flow.source.node
        if sender is None or not (told or target.is_outside):
            return  # nothing leaves a pool as a whole, and nobody would know what came
        element_id = id_of(target.node) if heard and target.node is not None else None
        keys = correlation.sent(flow.told)
        sending = Sending(told or flow.source.address, target.process, element_id, keys)
        self._sent[id_of(sender)] = (*self._sent.get(id_of(sender), ()), sending)

    def joined(self, graph: Graph) -> Graph:
        """Return a graph whose elements know what they send to other pools and hear from them."""
        if not (self._sent or self._heard):
            return graph
        nodes = {each.id: self._joined(each) for each in graph.nodes.values()}
        return replace(graph, nodes=nodes)

    def _joined(self, node: Node) -> Node:
        trigger, element_id = node.trigger, node.part_of or node.id
        heard = self._heard.get(element_id)
        if node.parts or (trigger is not None and trigger.kind != "message"):
            return node  # of several definitions, the message's is another node
        if heard is not None:
            is_optional = trigger is None and node.id in self._begun
            trigger = trigger or Trigger("message")
            told = trigger.message or heard
            trigger = replace(trigger, message=told, is_optional=is_optional)
        sends = self._sent.get(element_id, ())
        if trigger is node.trigger and not sends:
            return node
        return replace(node, trigger=trigger, sends=sends)


def _name(message: etree._Element | None) -> str:
    return "" if message is None else name(message) or ""
