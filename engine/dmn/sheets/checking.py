"""What is wrong with a table, at the cell or the row where it is; and what its rules leave out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Literal

from engine import feel
from engine.dmn.analysis import Analysis, Gap, analysed
from engine.dmn.boxes import TableBox
from engine.dmn.cells import cover_of
from engine.dmn.checked import Checked
from engine.dmn.hits import values_of
from engine.dmn.lint import lint
from engine.dmn.model import Decision, Definitions
from engine.dmn.reader import definitions_of
from engine.dmn.rules_tables import lies_in, literal_of, may_be, tests_of
from engine.dmn.sheets.sheet import WrongTable
from engine.dmn.source import read
from engine.dmn.types import Mismatch, coerced, described
from engine.findings import Finding
from engine.xml import Unreadable

#: rules of the book that are told at the cells and rows themselves
_TOLD_AT_CELLS: Final = frozenset(
    f"DMN-{each}" for each in ("020", "021", "031", "034", "040", "041", "042", "043")
)
Kind = Literal["syntax", "empty", "type", "choice", "overlap", "contradiction", "hidden"]
Place = Literal["test", "output", "input", "input-allowed", "output-allowed", "default", "row"]


@dataclass(frozen=True, slots=True)
class Blemish:
    """One thing wrong, or worth a look, at one place of a table."""

    kind: Kind
    place: Place
    row: int | None = None  #: from 0
    column: int | None = None  #: from 0, among the inputs or the outputs
    facts: Mapping[str, str | int] = field(default_factory=dict)
    refuses: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    """All that was found about one table."""

    blemishes: tuple[Blemish, ...]
    gaps: tuple[Gap, ...]
    is_whole: bool  #: False: too large to look for all overlaps and gaps
    others: tuple[Finding, ...]  #: of the same file


def examined(files: Mapping[str, bytes], file: str, decision_id: str) -> Report:
    """Return what is found about the table of a decision.

    Raises:
        WrongTable: there is none.
        Unreadable: the file cannot be read.
    """
    models = list(_models(files, file))
    checked = Checked(models[0], models)
    node, box = _table(models[0], decision_id)
    blemishes = [*_columns(checked, node, box), *_cells(checked, node, box)]
    gaps: tuple[Gap, ...] = ()
    is_whole = True
    if box.rules and box.inputs and all(_is_drawn_whole(box, at) for at in range(len(box.rules))):
        found = analysed(box, partial(tests_of, checked.names(node)))
        blemishes += _regions(checked, node, box, found)
        gaps, is_whole = tuple(found.gaps), found.whole
    others = (e for e in lint(files) if e.file == file and e.rule not in _TOLD_AT_CELLS)
    return Report(tuple(blemishes), gaps, is_whole, tuple(others))


def _models(files: Mapping[str, bytes], file: str) -> Iterator[Definitions]:
    """Yield the model of the file, then those of the others that can be read."""
    yield definitions_of(read(file, files[file]))
    for name in sorted(files):
        if name != file:
            try:
                yield definitions_of(read(name, files[name]))
            except Unreadable:
                continue


def _table(model: Definitions, decision_id: str) -> tuple[Decision, TableBox]:
    for node in model.nodes:
        if node.id == decision_id and isinstance(node, Decision):
            if isinstance(node.logic, TableBox):
                return node, node.logic
            break
    raise WrongTable(decision_id)


def _is_drawn_whole(box: TableBox, at: int) -> bool:
    rule = box.rules[at]
    return len(rule.tests) == len(box.inputs) and len(rule.outputs) == len(box.outputs)


def _columns(checked: Checked, node: Decision, box: TableBox) -> Iterator[Blemish]:
    names = checked.names(node)
    for at, each in enumerate(box.inputs):
        if not each.text:
            yield Blemish("empty", "input", column=at)
        else:
            yield from _no_expression(each.text, names, "input", None, at)
        if each.allowed:
            yield from _no_tests(each.allowed, names, "input-allowed", None, at)
    for at, output in enumerate(box.outputs):
        if output.allowed:
            yield from _no_tests(output.allowed, names, "output-allowed", None, at)
        if output.default:
            yield from _no_expression(output.default, names, "default", None, at)


def _cells(checked: Checked, node: Decision, box: TableBox) -> Iterator[Blemish]:
    names = checked.names(node)
    for row, rule in enumerate(box.rules):
        for at, (column, text) in enumerate(zip(box.inputs, rule.tests, strict=False)):
            yield from _no_tests(text, names, "test", row, at)
            tests = tests_of(names, text)
            cover = None if tests is None else cover_of(tests)
            wanted = checked.types.of(column.type_ref)
            if cover is not None and not may_be(cover, wanted):
                yield Blemish("type", "test", row, at, {"type": described(wanted)})
        for at, text in enumerate(rule.outputs[: len(box.outputs)]):
            if text:
                yield from _no_expression(text, names, "output", row, at)
                yield from _no_value(checked, names, box, row, at)
            else:
                yield Blemish("empty", "output", row, at)


def _no_expression(
    text: str, names: frozenset[str], place: Place, row: int | None, column: int
) -> Iterator[Blemish]:
    try:
        feel.compile_expression(text, names)
    except feel.FeelSyntaxError as wrong:
        yield Blemish("syntax", place, row, column, _where(wrong))


def _no_tests(
    text: str, names: frozenset[str], place: Place, row: int | None, column: int
) -> Iterator[Blemish]:
    try:
        feel.compile_unary_tests(text, names)
    except feel.FeelSyntaxError as wrong:
        yield Blemish("syntax", place, row, column, _where(wrong))


def _where(wrong: feel.FeelSyntaxError) -> dict[str, str | int]:
    return {
        "line": wrong.line,
        "column": wrong.column,
        "expected": wrong.expected,
        "found": wrong.found,
    }


def _no_value(
    checked: Checked, names: frozenset[str], box: TableBox, row: int, at: int
) -> Iterator[Blemish]:
    column = box.outputs[at]
    value = literal_of(box.rules[row].outputs[at], names)
    if value is None:
        return
    wanted = checked.types.of(column.type_ref)
    try:
        coerced(value, wanted)
    except Mismatch:
        yield Blemish("type", "output", row, at, {"type": described(wanted)})
        return
    allowed = values_of(column.allowed) if column.allowed else ()
    if allowed and value not in allowed and not lies_in(value, str(column.allowed)):
        yield Blemish("choice", "output", row, at, {"allowed": str(column.allowed)})


def _regions(checked: Checked, node: Decision, box: TableBox, found: Analysis) -> Iterator[Blemish]:
    """Yield the rows that others hide, and each of two rows that may be hit together."""
    for left, right in found.overlaps:
        disagree = left.outputs != right.outputs
        if box.hit_policy != "UNIQUE" and not disagree:
            continue
        kind: Kind = "overlap" if box.hit_policy == "UNIQUE" else "contradiction"
        outputs = (*left.outputs, *right.outputs)
        names = checked.names(node)
        sure = kind == "overlap" or all(literal_of(e, names) is not None for e in outputs)
        for one, other in ((left, right), (right, left)):
            facts = {"other": other.number}
            yield Blemish(kind, "row", one.number - 1, None, facts, refuses=sure)
    for rule in found.unreachable:
        yield Blemish("hidden", "row", rule.number - 1, None, refuses=False)
