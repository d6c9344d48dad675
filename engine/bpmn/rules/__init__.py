"""Every rule that a model is held to, by what is checked; `engine.findings` explains each."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from engine.bpmn.rules import (
    connections,
    data,
    drawing,
    elements,
    events,
    flows,
    mappings,
    names,
    pools,
    references,
    scopes,
    shapes,
    standing,
    tokens,
    vendors,
    ways,
)
from engine.bpmn.source import Source
from engine.bpmn.structure import Structure
from engine.findings import Finding

Rule = Callable[[Source], Iterable[Finding]]
StructureRule = Callable[[Structure], Iterable[Finding]]

RULES: tuple[Rule, ...] = (
    shapes.unsupported,
    shapes.markers,
    shapes.starts,
    shapes.instantiating,
    tokens.complex_gateways,
    tokens.quantities,
    tokens.ad_hoc,
    tokens.behaviours,
    shapes.services,
    shapes.retries,
    shapes.scripts,
    shapes.ignored_marks,
    vendors.expressions,
    vendors.names,
    flows.ids,
    flows.gateways,
    flows.unreachable,
    flows.conditions,
    events.definitions,
    events.timers,
    events.messages,
    events.conditions,
    events.codes,
    events.boundaries,
    scopes.event_sub_processes,
    scopes.transactions,
    scopes.compensation,
    scopes.links,
    *pools.RULES,
    data.data_associations,
    mappings.mappings,
    mappings.listeners,
    mappings.beside_nodes,
)

#: of all processes, those too that are only drawn
STRUCTURE: tuple[StructureRule, ...] = (
    *elements.REFUSING,
    *references.REFUSING,
    *connections.REFUSING,
    *standing.REFUSING,
)

#: what runs, and is worth a look
LOOKS: tuple[StructureRule, ...] = (
    *elements.LOOKS,
    *references.LOOKS,
    *connections.LOOKS,
    *standing.LOOKS,
    *ways.LOOKS,
    *names.LOOKS,
    *drawing.LOOKS,
)
