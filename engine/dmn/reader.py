"""From a parsed file to a model: what the six versions write differently is settled here."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree

from engine.dmn.boxes import Parameter
from engine.dmn.model import (
    Decision,
    Definitions,
    Import,
    InputData,
    ItemDefinition,
    Knowledge,
    Node,
    Reference,
    Service,
)
from engine.dmn.reader_boxes import function_of, logic_of
from engine.dmn.source import Source, attribute, child, children, content_of, kind, text_in


def definitions_of(source: Source) -> Definitions:
    """Return what a file says."""
    root = source.root
    return Definitions(
        source.file,
        str(root.get("namespace") or ""),
        str(root.get("id") or ""),
        attribute(root, "name") or "",
        source.version,
        tuple(_import(each) for each in children(root, "import")),
        tuple(_item(each) for each in children(root, "itemDefinition")),
        tuple(_nodes(root)),
        {str(key or ""): str(each) for key, each in root.nsmap.items()},
        root.get("expressionLanguage"),
    )


def _import(node: etree._Element) -> Import:
    return Import(
        attribute(node, "name") or "",
        str(node.get("namespace") or ""),
        str(node.get("importType") or ""),
        node.get("locationURI"),
    )


def _item(node: etree._Element) -> ItemDefinition:
    function = child(node, "functionItem")
    return ItemDefinition(
        attribute(node, "name") or "",
        node.get("id"),
        content_of(child(node, "typeRef")) or None,
        tuple(_item(each) for each in children(node, "itemComponent")),
        node.get("isCollection") == "true",
        text_in(child(node, "allowedValues")) or None,
        text_in(child(node, "typeConstraint")) or None,
        None if function is None else _function_item(function),
    )


def _function_item(node: etree._Element) -> tuple[tuple[Parameter, ...], str | None]:
    parameters = tuple(
        Parameter(attribute(each, "name") or "", attribute(each, "typeRef"))
        for each in children(node, "parameters")
    )
    return parameters, attribute(node, "outputTypeRef")


def _nodes(root: etree._Element) -> Iterator[Node]:
    readers: dict[str, Callable[[etree._Element], Node]] = {
        "inputData": _input_data,
        "decision": _decision,
        "businessKnowledgeModel": _knowledge,
        "decisionService": _service,
    }
    for each in children(root, *readers):
        yield readers[kind(each)](each)


def _identity(node: etree._Element) -> tuple[str, str, str | None]:
    """Return id, name and type; the variable's name is the one that expressions use."""
    variable = child(node, "variable")
    written = attribute(node, "name")
    if variable is None:
        return str(node.get("id") or written or ""), written or "", None
    name = attribute(variable, "name") or written or ""
    return str(node.get("id") or name), name, attribute(variable, "typeRef")


def _input_data(node: etree._Element) -> InputData:
    return InputData(*_identity(node))


def _decision(node: etree._Element) -> Decision:
    requirements = children(node, "informationRequirement")
    return Decision(
        *_identity(node),
        requires=tuple(_targets(requirements, "requiredInput", "requiredDecision")),
        knowledge=tuple(_targets(children(node, "knowledgeRequirement"), "requiredKnowledge")),
        logic=logic_of(node),
    )


def _knowledge(node: etree._Element) -> Knowledge:
    logic = child(node, "encapsulatedLogic")
    return Knowledge(
        *_identity(node),
        knowledge=tuple(_targets(children(node, "knowledgeRequirement"), "requiredKnowledge")),
        logic=None if logic is None else function_of(logic),
    )


def _service(node: etree._Element) -> Service:
    return Service(
        *_identity(node),
        outputs=tuple(_references(children(node, "outputDecision"))),
        encapsulated=tuple(_references(children(node, "encapsulatedDecision"))),
        input_decisions=tuple(_references(children(node, "inputDecision"))),
        input_data=tuple(_references(children(node, "inputData"))),
    )


def _targets(requirements: Iterator[etree._Element], *kinds: str) -> Iterator[Reference]:
    for each in requirements:
        yield from _references(children(each, *kinds))


def _references(nodes: Iterator[etree._Element]) -> Iterator[Reference]:
    for each in nodes:
        namespace, _, element_id = str(each.get("href") or "").rpartition("#")
        yield Reference(namespace or None, element_id)
