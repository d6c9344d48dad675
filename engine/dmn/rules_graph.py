"""Lint of requirement graphs: who needs whom, by which name, of which type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from engine.dmn.boxes import FunctionBox, Parameter
from engine.dmn.checked import Checked
from engine.dmn.model import (
    Decision,
    InputData,
    ItemDefinition,
    Knowledge,
    Node,
    Reference,
    Service,
)
from engine.dmn.source import VERSIONS
from engine.dmn.type_table import UnknownType
from engine.findings import Finding, detail


def names(checked: Checked) -> Iterator[Finding]:
    """DMN-002: an id or a name that two elements have."""
    nodes = checked.model.nodes
    ids, known = Counter(each.id for each in nodes), Counter(each.name for each in nodes)
    for node in nodes:
        if ids[node.id] > 1:
            yield checked.found("DMN-002", node, detail("DMN-002-1", id=node.id))
        elif known[node.name] > 1:
            yield checked.found("DMN-002", node, detail("DMN-002-2", name=node.name))


def imports(checked: Checked) -> Iterator[Finding]:
    """DMN-003: an import that brings nothing."""
    for each in checked.model.imports:
        if each.kind and each.kind not in VERSIONS:
            message = detail("DMN-003-1", kind=each.kind)
            yield checked.found("DMN-003", None, message, refuses=False)
        elif checked.links.imported(each) is None:
            message = detail("DMN-003-2", namespace=each.namespace)
            yield checked.found("DMN-003", None, message, imported=each.namespace)


def references(checked: Checked) -> Iterator[Finding]:
    """DMN-010: a requirement that leads nowhere, or to something it cannot use."""
    for node in checked.model.nodes:
        for reference, usable in _references(node):
            target = checked.links.target(checked.model, reference)
            if target is None:
                message = detail("DMN-010-1", id=reference.id)
                yield checked.found("DMN-010", node, message, required=reference.id)
            elif not isinstance(target.node, usable):
                message = detail("DMN-010-2", name=target.node.name)
                yield checked.found("DMN-010", node, message, required=reference.id)


def _references(node: Node) -> Iterator[tuple[Reference, tuple[type, ...]]]:
    match node:
        case Decision():
            yield from ((each, (Decision, InputData)) for each in node.requires)
            yield from ((each, (Knowledge, Service)) for each in node.knowledge)
        case Knowledge():
            yield from ((each, (Knowledge, Service)) for each in node.knowledge)
        case Service():
            for each in (*node.outputs, *node.encapsulated, *node.input_decisions):
                yield each, (Decision,)
            yield from ((each, (InputData,)) for each in node.input_data)


def cycles(checked: Checked) -> Iterator[Finding]:
    """DMN-011: decisions that require one another in a circle."""
    for node in checked.model.nodes:
        if isinstance(node, Decision) and _reaches_itself(checked, node):
            yield checked.found("DMN-011", node, detail("DMN-011-1"))


def _reaches_itself(checked: Checked, start: Decision) -> bool:
    own = checked.model.namespace, start.id
    waiting = list(checked.links.targets(checked.model, start.requires))
    seen: set[tuple[str, str]] = set()
    while waiting:
        target = waiting.pop()
        key = target.model.namespace, target.node.id
        if key == own:
            return True
        if key not in seen and isinstance(target.node, Decision):
            waiting += checked.links.targets(target.model, target.node.requires)
        seen.add(key)
    return False


def types(checked: Checked) -> Iterator[Finding]:
    """DMN-022: a type nobody defines."""
    told: set[str] = set()
    for node, type_ref in _type_refs(checked):
        try:
            checked.types.named(type_ref)
        except UnknownType:
            if type_ref not in told:
                told.add(type_ref)
                yield checked.found(
                    "DMN-022", node, detail("DMN-022-1", type=type_ref), type=type_ref
                )


def _type_refs(checked: Checked) -> Iterator[tuple[Node | None, str]]:
    for item in checked.model.items:
        yield from ((None, each) for each in _of_item(item))
    for node in checked.model.nodes:
        if node.type_ref:
            yield node, node.type_ref
    for node, box in checked.boxes():
        parameters: tuple[Parameter, ...] = box.parameters if isinstance(box, FunctionBox) else ()
        for type_ref in (box.type_ref, *(each.type_ref for each in parameters)):
            if type_ref:
                yield node, type_ref


def _of_item(item: ItemDefinition) -> Iterator[str]:
    if item.type_ref:
        yield item.type_ref
    for each in item.components:
        yield from _of_item(each)
    if item.function is not None:
        parameters, result = item.function
        yield from (each.type_ref for each in parameters if each.type_ref)
        if result:
            yield result
