"""Lint of decision tables: their shape, their cells, and what the rules leave or take twice."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from engine import feel
from engine.dmn.analysis import Analysis, analysed
from engine.dmn.boxes import AGGREGATIONS, HIT_POLICIES, Output, Rule, TableBox
from engine.dmn.cells import Cover, cover_of
from engine.dmn.checked import Checked
from engine.dmn.hits import values_of
from engine.dmn.model import Decision, Knowledge
from engine.dmn.types import Mismatch, coerced, described, shown
from engine.feel.nodes import Literal
from engine.findings import Detail, Finding, detail


def tables(checked: Checked) -> Iterator[tuple[Decision | Knowledge, TableBox]]:
    """Yield every decision table with the node it belongs to."""
    for node, box in checked.boxes():
        if isinstance(box, TableBox):
            yield node, box


def shapes(checked: Checked) -> Iterator[Finding]:
    """DMN-031: a row with too few or too many cells, an empty output, outputs without names."""
    for node, box in tables(checked):
        if not box.outputs:
            yield checked.found("DMN-031", node, detail("DMN-031-1"), box=box)
        if len(box.outputs) > 1 and not all(each.name for each in box.outputs):
            yield checked.found("DMN-031", node, detail("DMN-031-2"), box=box)
        for each in box.inputs:
            if not each.text:
                yield checked.found("DMN-031", node, detail("DMN-031-3"), box=box)
        for rule in box.rules:
            problem = _bad_row(box, rule)
            if problem:
                message = detail("DMN-031-4", number=rule.number, problem=problem)
                yield checked.found("DMN-031", node, message, box=box, rows=str(rule.number))


def _bad_row(box: TableBox, rule: Rule) -> Detail | None:
    if len(rule.tests) != len(box.inputs):
        return detail("DMN-031-5", tests=len(rule.tests), inputs=len(box.inputs))
    if len(rule.outputs) != len(box.outputs):
        return detail("DMN-031-6", values=len(rule.outputs), outputs=len(box.outputs))
    return None if all(rule.outputs) else detail("DMN-031-7")


def policies(checked: Checked) -> Iterator[Finding]:
    """DMN-030: a hit policy that is none, or that lacks what it needs."""
    for node, box in tables(checked):
        problem = _bad_policy(checked, box)
        if problem:
            yield checked.found("DMN-030", node, problem, box=box)


def _bad_policy(checked: Checked, box: TableBox) -> Detail | None:
    if box.hit_policy not in HIT_POLICIES:
        return detail("DMN-030-1", hit_policy=box.hit_policy)
    if box.aggregation is not None:
        if box.aggregation not in AGGREGATIONS or box.hit_policy != "COLLECT":
            return detail("DMN-030-2", hit_policy=box.hit_policy, aggregation=box.aggregation)
        if box.aggregation != "COUNT" and len(box.outputs) > 1:
            return detail("DMN-030-3", aggregation=box.aggregation)
    ranked = box.hit_policy in ("PRIORITY", "OUTPUT ORDER")
    if ranked and not any(_allowed(checked, box, each) for each in box.outputs):
        return detail("DMN-030-4", hit_policy=box.hit_policy)
    return None


def _allowed(checked: Checked, box: TableBox, output: Output) -> bool:
    wanted = output.type_ref or box.type_ref
    return bool(output.allowed) or (wanted is not None and wanted in checked.types.names())


def cells(checked: Checked) -> Iterator[Finding]:
    """DMN-034: a cell whose value can never be of its column's type or among its values."""
    for node, box in tables(checked):
        for rule in box.rules:
            names = checked.names(node)
            bad = (*_bad_tests(checked, names, box, rule), *_bad_outputs(checked, names, box, rule))
            for problem in bad:
                message = detail("DMN-034-1", number=rule.number, problem=problem)
                yield checked.found("DMN-034", node, message, box=box, rows=str(rule.number))


def _bad_tests(
    checked: Checked, names: frozenset[str], box: TableBox, rule: Rule
) -> Iterator[Detail]:
    for column, text in zip(box.inputs, rule.tests, strict=False):
        tests = tests_of(names, text)
        cover = None if tests is None else cover_of(tests)
        wanted = checked.types.of(column.type_ref)
        if cover is not None and not may_be(cover, wanted):
            yield detail("DMN-034-2", text=text, label=column.label, type=described(wanted))


def tests_of(names: frozenset[str], text: str) -> feel.UnaryTests | None:
    """Compile a cell; ``None`` when it is no FEEL."""
    try:
        return feel.compile_unary_tests(text, names)
    except feel.FeelSyntaxError:
        return None


def may_be(cover: Cover, wanted: feel.Type) -> bool:
    """Tell whether a value of the type may lie in a cell's spans, by one of their ends."""
    ends = [end for span in cover.spans for end in (span.low, span.high) if end is not None]
    return not ends or wanted.holds(ends[0]) or isinstance(wanted, feel.ListType)


def _bad_outputs(
    checked: Checked, names: frozenset[str], box: TableBox, rule: Rule
) -> Iterator[Detail]:
    for column, text in zip(box.outputs, rule.outputs, strict=False):
        value = literal_of(text, names)
        if value is None:
            continue
        try:
            coerced(value, checked.types.of(column.type_ref))
        except Mismatch as problem:
            yield detail("DMN-034-4", value=problem.shown, type=problem.wanted)
            continue
        allowed = values_of(column.allowed) if column.allowed else ()
        if allowed and value not in allowed and not lies_in(value, str(column.allowed)):
            yield detail("DMN-034-3", value=shown(value), allowed=column.allowed)


def lies_in(value: object, allowed: str) -> bool:
    """Tell whether a value is one that a column allows."""
    return feel.compile_unary_tests(allowed).matches(value, {}).value is True


def literal_of(text: str, names: frozenset[str]) -> Any:
    """Return the value of an output that is a plain literal."""
    try:
        tree = feel.compile_expression(text, names).tree if text else None
    except feel.FeelSyntaxError:
        return None
    return tree.value if isinstance(tree, Literal) else None


def regions(checked: Checked) -> Iterator[Finding]:
    """DMN-040 to DMN-043: rules that overlap, gaps between them, rules that are never hit."""
    for node, box in tables(checked):
        if any(_bad_row(box, rule) for rule in box.rules) or not box.rules or not box.inputs:
            continue
        found = analysed(box, partial(tests_of, checked.names(node)))
        yield from _overlaps(checked, node, box, found)
        yield from _unreachable(checked, node, box, found)
        for gap in found.gaps:
            yield checked.found(
                "DMN-041",
                node,
                detail("DMN-041-1", words=gap.words),
                box=box,
                refuses=False,
                gap=str(gap.words),
            )
        if not found.whole:
            message = detail("DMN-043-1")
            yield checked.found("DMN-043", node, message, box=box, refuses=False)


def _overlaps(
    checked: Checked, node: Decision | Knowledge, box: TableBox, found: Analysis
) -> Iterator[Finding]:
    for left, right in found.overlaps:
        rows = f"{left.number}, {right.number}"
        if box.hit_policy == "UNIQUE":
            message = detail("DMN-040-1", rows=rows)
            yield checked.found("DMN-040", node, message, box=box, rows=rows)
        elif left.outputs != right.outputs:
            values = (*left.outputs, *right.outputs)
            sure = all(literal_of(each, checked.names(node)) is not None for each in values)
            message = detail("DMN-040-2", rows=rows)
            yield checked.found("DMN-040", node, message, box=box, refuses=sure, rows=rows)


def _unreachable(
    checked: Checked, node: Decision | Knowledge, box: TableBox, found: Analysis
) -> Iterator[Finding]:
    for rule in found.unreachable:
        message = detail("DMN-042-1", number=rule.number)
        yield checked.found("DMN-042", node, message, box=box, refuses=False, rows=str(rule.number))
