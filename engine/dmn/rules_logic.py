"""Lint of logic: what is missing, what is no FEEL, what looks at names that are not there."""

from __future__ import annotations

from collections.abc import Iterator

from engine import feel
from engine.dmn.boxes import (
    Box,
    ContextBox,
    FilterBox,
    FunctionBox,
    IteratorBox,
    LiteralBox,
    TableBox,
    UnknownBox,
)
from engine.dmn.checked import Checked
from engine.dmn.compiler import is_feel
from engine.dmn.model import Decision, Knowledge
from engine.findings import Detail, Fact, Finding, detail, not_parsed


def missing(checked: Checked) -> Iterator[Finding]:
    """DMN-012: a decision, function or box without logic, or one we do not know."""
    for node in checked.model.nodes:
        if isinstance(node, Decision | Knowledge) and node.logic is None:
            yield checked.found("DMN-012", node, detail("DMN-012-1"), refuses=False)
    for node, box in checked.boxes():
        if isinstance(box, UnknownBox):
            yield checked.found("DMN-012", node, detail("DMN-012-2", kind=box.kind))
        elif isinstance(box, LiteralBox) and not box.text:
            yield checked.found("DMN-012", node, detail("DMN-012-3"), box=box)


def languages(checked: Checked) -> Iterator[Finding]:
    """DMN-023: logic in another language than FEEL."""
    whole = checked.model.language
    if whole and not is_feel(whole):
        yield checked.found("DMN-023", None, detail("DMN-023-1", language=whole))
    for node, box in checked.boxes():
        said = box.language if isinstance(box, LiteralBox | FunctionBox) else None
        if said and not is_feel(said):
            message = detail("DMN-023-2", language=said)
            yield checked.found("DMN-023", node, message, box=box, language=said)


def expressions(checked: Checked) -> Iterator[Finding]:
    """DMN-020, DMN-021: a text that is no FEEL."""
    for item in checked.model.items:
        for tests in (item.allowed, item.constraint):
            problem = tests and not_tests(tests)
            if problem:
                yield checked.found(
                    "DMN-021",
                    None,
                    detail("DMN-021-1", name=item.name, problem=problem),
                    text=str(tests),
                )
    for node, box in checked.boxes():
        names = checked.names(node)
        for text in _texts(box):
            problem = not_feel(text, names)
            if problem:
                yield checked.found("DMN-020", node, problem, box=box, text=text)
        for where, text in _tests(box):
            problem = not_tests(text, names)
            if problem:
                yield checked.found(
                    "DMN-021",
                    node,
                    detail("DMN-021-2", where=where, problem=problem),
                    box=box,
                    text=text,
                )


def _texts(box: Box) -> Iterator[str]:
    match box:
        case LiteralBox(text, language) if text and (not language or is_feel(language)):
            yield text
        case TableBox():
            yield from (each.text for each in box.inputs)
            yield from (each.default for each in box.outputs if each.default)
            yield from (text for rule in box.rules for text in rule.outputs if text)


def _tests(box: Box) -> Iterator[tuple[Fact, str]]:
    if not isinstance(box, TableBox):
        return
    yield from ((each.label, each.allowed) for each in box.inputs if each.allowed)
    yield from (
        (each.name or detail("DMN-021-4"), each.allowed) for each in box.outputs if each.allowed
    )
    for rule in box.rules:
        yield from ((detail("DMN-021-3", number=rule.number), text) for text in rule.tests)


def not_feel(text: str, names: frozenset[str] = frozenset()) -> Detail | None:
    """Return why a text is no FEEL, ``None`` when it is."""
    try:
        feel.compile_expression(text, names)
    except feel.FeelSyntaxError as failure:
        return detail("FEEL-001", text=text, failure=not_parsed(failure))
    return None


def not_tests(text: str, names: frozenset[str] = frozenset()) -> Detail | None:
    """Return why a text is no input cell, ``None`` when it is."""
    try:
        feel.compile_unary_tests(text, names)
    except feel.FeelSyntaxError as failure:
        return detail("FEEL-003", text=text, failure=not_parsed(failure))
    return None


def unknown_names(checked: Checked) -> Iterator[Finding]:
    """DMN-024: a name that nothing in sight has; a process may give it as a variable."""
    for node, _ in checked.logics():
        inside = {name for _, box in _boxes_of(checked, node) for name in _defined(box)}
        known = inside | checked.around(node)
        names = checked.names(node)
        told: set[str] = set()
        for _, box in _boxes_of(checked, node):
            for text in _texts(box):
                unknown = _free(text, names) - known - told
                told |= unknown
                for each in sorted(unknown):
                    message = detail("DMN-024-1", name=each)
                    yield checked.found("DMN-024", node, message, box=box, refuses=False, text=each)


def _boxes_of(
    checked: Checked, node: Decision | Knowledge
) -> Iterator[tuple[Decision | Knowledge, Box]]:
    return ((each, box) for each, box in checked.boxes() if each is node)


def _free(text: str, names: frozenset[str]) -> frozenset[str]:
    try:
        return feel.compile_expression(text, names).names
    except feel.FeelSyntaxError:
        return frozenset()


def _defined(box: Box) -> Iterator[str]:
    match box:
        case ContextBox(entries):
            yield from (each.name for each in entries if each.name)
        case FunctionBox(parameters):
            yield from (each.name for each in parameters)
        case IteratorBox():
            yield from (box.variable, "partial")
        case FilterBox():
            yield "item"
