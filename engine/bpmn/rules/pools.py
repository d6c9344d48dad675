"""Lint of what goes between pools: message flows, and the keys that messages find cases by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine import feel
from engine.bpmn import correlation
from engine.bpmn.findings import found
from engine.bpmn.pools import message_flows
from engine.bpmn.rules.shapes import nodes, not_feel
from engine.bpmn.source import Source, id_of, kind, name
from engine.bpmn.timers import compile_timer
from engine.findings import Finding, detail, not_parsed, said_by

_SPEAKING = frozenset({"sendTask", "intermediateThrowEvent", "endEvent"})


def message_names(source: Source) -> Iterator[Finding]:
    """BPMN-110: a message flow between ends that speak of different messages."""
    for flow in message_flows(source):
        told = [flow.source.message, flow.message, flow.target.message]
        names = list(dict.fromkeys(name(each) for each in told if each is not None and name(each)))
        speaks = flow.source.node is not None and kind(flow.source.node) in _SPEAKING
        if len(names) > 1 and (speaks or flow.message is not None):
            problem = detail("BPMN-110-1", names=", ".join(map(str, names)))
            yield found("BPMN-110", source, flow.element, problem)


def unheard(source: Source) -> Iterator[Finding]:
    """BPMN-111: a message flow that brings nothing, because nothing waits where it ends."""
    for flow in message_flows(source):
        node = flow.target.node
        if flow.source.is_outside or flow.target.is_outside or flow.target.catches:
            continue
        if node is None and flow.told is not None:
            continue
        if node is None:
            problem = detail("BPMN-111-1")
        else:
            problem = detail("BPMN-111-2", kind=kind(node), id=id_of(node))
        yield replace(found("BPMN-111", source, flow.element, problem), refuses=False)


def keys(source: Source) -> Iterator[Finding]:
    """BPMN-112: a part of a message's key that is not FEEL."""
    for element, text in correlation.texts(source.root):
        problem = not_feel(text) if text else detail("BPMN-112-1")
        if problem:
            yield found("BPMN-112", source, element, problem, text=text)


def lives(source: Source) -> Iterator[Finding]:
    """BPMN-116: a time to live that is neither an ISO 8601 duration nor FEEL."""
    for node in nodes(source):
        told = correlation.kept_for(node)
        if told is None:
            continue
        try:
            compile_timer("duration", told)
        except feel.FeelSyntaxError as failure:
            yield found(
                "BPMN-116",
                source,
                node,
                detail("BPMN-116-1", told=told, failure=not_parsed(failure)),
            )
        except (ValueError, OverflowError) as failure:
            yield found(
                "BPMN-116", source, node, detail("BPMN-116-2", failure=said_by(failure, "TIME-009"))
            )


RULES = (message_names, unheard, keys, lives)
