"""Lint of names: whether people find one where they read one."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.findings import found
from engine.bpmn.source import id_of, name, processes
from engine.bpmn.structure import ACTIVITIES, EVENTS, Structure, definitions_of
from engine.findings import Finding, detail


def activities(structure: Structure) -> Iterator[Finding]:
    """BPMN-025: an activity without a name."""
    for node in structure.of(*sorted(ACTIVITIES)):
        if not name(node):
            yield found("BPMN-025", structure.source, node, detail("BPMN-025-1"))


def events(structure: Structure) -> Iterator[Finding]:
    """BPMN-026: an event that waits for something or does something, without a name."""
    for node in structure.of(*sorted(EVENTS)):
        told = set(definitions_of(node)) - {"compensate", "terminate", "link", "cancel"}
        if told and not name(node):
            yield found("BPMN-026", structure.source, node, detail("BPMN-026-1", event=told.pop()))


def gateways(structure: Structure) -> Iterator[Finding]:
    """BPMN-027: a choice that does not say what is asked."""
    for node in structure.of("exclusiveGateway", "inclusiveGateway"):
        if not name(node) and len(structure.leaving.get(id_of(node), ())) > 1:
            yield found("BPMN-027", structure.source, node, detail("BPMN-027-1"))


def places(structure: Structure) -> Iterator[Finding]:
    """BPMN-013, BPMN-029: a process, a pool or a lane without a name."""
    for node in processes(structure.source):
        if not name(node):
            yield found("BPMN-013", structure.source, node, detail("BPMN-013-1"))
    for node in structure.of("participant", "lane"):
        if not name(node):
            yield found("BPMN-029", structure.source, node, detail("BPMN-029-1"))


REFUSING = ()
LOOKS = (activities, events, gateways, places)
