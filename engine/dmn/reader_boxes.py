"""From elements to boxed expressions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from lxml import etree

from engine.dmn.boxes import (
    Box,
    ConditionalBox,
    ContextBox,
    Entry,
    FilterBox,
    FunctionBox,
    Input,
    InvocationBox,
    IteratorBox,
    ListBox,
    LiteralBox,
    Output,
    Parameter,
    RelationBox,
    Rule,
    TableBox,
    UnknownBox,
)
from engine.dmn.source import attribute, child, children, kind, text_in

#: what stands beside a box without being one
_BESIDE: Final = frozenset(
    {
        "description",
        "extensionElements",
        "variable",
        "question",
        "allowedAnswers",
        "informationRequirement",
        "knowledgeRequirement",
        "authorityRequirement",
        "supportedObjective",
        "impactedPerformanceIndicator",
        "decisionMaker",
        "decisionOwner",
        "usingProcess",
        "usingTask",
        "parameter",
        "formalParameter",
    }
)


def logic_of(node: etree._Element) -> Box | None:
    """Return the boxed expression an element holds; ``None`` when it holds none."""
    for each in node:
        name = kind(each)
        if name and name not in _BESIDE:
            return box_of(each)
    return None


def box_of(node: etree._Element) -> Box:
    """Return the boxed expression that an element is."""
    reader = _READERS.get(kind(node))
    return UnknownBox(kind(node)) if reader is None else reader(node)


def function_of(node: etree._Element) -> FunctionBox:
    """Return a function definition."""
    parameters = tuple(_parameter(each) for each in children(node, "formalParameter"))
    return FunctionBox(parameters, logic_of(node), str(node.get("kind") or "FEEL"), **_about(node))


def _about(node: etree._Element) -> dict[str, str | None]:
    return {"id": node.get("id"), "type_ref": attribute(node, "typeRef")}


def _parameter(node: etree._Element) -> Parameter:
    return Parameter(attribute(node, "name") or "", attribute(node, "typeRef"))


def _literal(node: etree._Element) -> Box:
    return LiteralBox(text_in(node) or "", node.get("expressionLanguage"), **_about(node))


def _inside(node: etree._Element, name: str) -> Box:
    """Return the box within a named part, such as ``if`` or ``return``."""
    part = child(node, name)
    found = None if part is None else logic_of(part)
    return found or UnknownBox(f"no {name}")


def _context(node: etree._Element) -> Box:
    entries = []
    for each in children(node, "contextEntry"):
        variable = child(each, "variable")
        entries.append(
            Entry(
                None if variable is None else attribute(variable, "name"),
                None if variable is None else attribute(variable, "typeRef"),
                logic_of(each) or UnknownBox("no value"),
            )
        )
    return ContextBox(tuple(entries), **_about(node))


def _invocation(node: etree._Element) -> Box:
    bindings = []
    for each in children(node, "binding"):
        parameter = child(each, "parameter")
        name = None if parameter is None else attribute(parameter, "name")
        bindings.append((name or "", logic_of(each)))
    called = next((each for each in node if kind(each) and kind(each) not in _BOUND), None)
    function = UnknownBox("no function") if called is None else box_of(called)
    return InvocationBox(function, tuple(bindings), **_about(node))


_BOUND = frozenset({"binding", "description", "extensionElements"})


def _list(node: etree._Element) -> Box:
    items = [each for each in node if kind(each) and kind(each) not in _BESIDE]
    return ListBox(tuple(box_of(each) for each in items), **_about(node))


def _relation(node: etree._Element) -> Box:
    rows = []
    for row in children(node, "row"):
        cells = [each for each in row if kind(each) and kind(each) not in _BESIDE]
        rows.append(tuple(box_of(each) for each in cells))
    columns = tuple(_parameter(each) for each in children(node, "column"))
    return RelationBox(columns, tuple(rows), **_about(node))


def _conditional(node: etree._Element) -> Box:
    return ConditionalBox(
        _inside(node, "if"), _inside(node, "then"), _inside(node, "else"), **_about(node)
    )


def _filter(node: etree._Element) -> Box:
    return FilterBox(_inside(node, "in"), _inside(node, "match"), **_about(node))


def _iterator(
    quantifier: Literal["for", "some", "every"], body: str
) -> Callable[[etree._Element], Box]:
    def read(node: etree._Element) -> Box:
        variable = attribute(node, "iteratorVariable") or "item"
        return IteratorBox(
            quantifier, variable, _inside(node, "in"), _inside(node, body), **_about(node)
        )

    return read


def _table(node: etree._Element) -> Box:
    rules = enumerate(children(node, "rule"), 1)
    return TableBox(
        tuple(_input(each) for each in children(node, "input")),
        tuple(_output(each) for each in children(node, "output")),
        tuple(_rule(number, each) for number, each in rules),
        str(node.get("hitPolicy") or "UNIQUE"),
        node.get("aggregation"),
        str(node.get("preferredOrientation") or "Rule-as-Row"),
        attribute(node, "outputLabel"),
        **_about(node),
    )


def _input(node: etree._Element) -> Input:
    expression = child(node, "inputExpression")
    text = text_in(expression) or ""
    return Input(
        node.get("id"),
        attribute(node, "label") or text,
        text,
        None if expression is None else attribute(expression, "typeRef"),
        text_in(child(node, "inputValues")) or None,
    )


def _output(node: etree._Element) -> Output:
    return Output(
        node.get("id"),
        attribute(node, "name"),
        attribute(node, "typeRef"),
        text_in(child(node, "outputValues")) or None,
        text_in(child(node, "defaultOutputEntry")) or None,
    )


def _rule(number: int, node: etree._Element) -> Rule:
    return Rule(
        number,
        node.get("id"),
        tuple(text_in(each) or "-" for each in children(node, "inputEntry")),
        tuple(text_in(each) or "" for each in children(node, "outputEntry")),
        tuple(text_in(each) or "" for each in children(node, "annotationEntry")),
    )


_READERS: Final[dict[str, Callable[[etree._Element], Box]]] = {
    "literalExpression": _literal,
    "context": _context,
    "invocation": _invocation,
    "functionDefinition": function_of,
    "encapsulatedLogic": function_of,
    "list": _list,
    "relation": _relation,
    "conditional": _conditional,
    "filter": _filter,
    "for": _iterator("for", "return"),
    "some": _iterator("some", "satisfies"),
    "every": _iterator("every", "satisfies"),
    "decisionTable": _table,
}
