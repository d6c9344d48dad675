"""Decision tables: compiled once, each rule a row of tests and of outputs (DMN 1.5, clause 8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine import feel
from engine.dmn.around import Around
from engine.dmn.boxes import Input, Output, Rule, TableBox
from engine.dmn.cells import cover_of
from engine.dmn.explanation import RuleHit, TableSeen
from engine.dmn.hits import Hit, ManyHits, Violated, result_of
from engine.dmn.index import Index
from engine.dmn.run import Logic, Run, Scope
from engine.dmn.types import Mismatch, coerced, shown


@dataclass(frozen=True, slots=True)
class _Column:
    """An input column: its expression and the values it may have."""

    label: str
    value: Logic
    type: feel.Type
    allowed: feel.UnaryTests | None


@dataclass(frozen=True, slots=True)
class _Row:
    """A rule with its cells compiled; a cell that is no FEEL is never met."""

    rule: Rule
    tests: tuple[feel.UnaryTests | None, ...]
    outputs: Logic


def compile_table(box: TableBox, around: Around) -> Logic:
    """Return the logic of a decision table."""
    return _Table(box, around).evaluate


class _Table:
    """One compiled decision table."""

    def __init__(self, box: TableBox, around: Around) -> None:
        self._box = box
        self._owner = around.owner
        self._columns = [_column(each, around) for each in box.inputs]
        self._rows = [_row(each, box, around) for each in box.rules]
        self._policy = result_of(box, around)
        self._default = _default(box, around)
        self._index = Index(
            [[cover_of(each) if each else None for each in row.tests] for row in self._rows]
        )

    def evaluate(self, run: Run, scope: Scope) -> object:
        """Return what the hit policy makes of the rules hit."""
        values = [self._input(run, scope, each) for each in self._columns]
        if not self._are_allowed(run, values):
            self._tell(run, values, [])
            return None
        hits = self._hits(run, scope, values)
        self._tell(run, values, hits)
        if not hits and self._default is not None:
            default = self._default(run, scope)
            return [default] if isinstance(self._policy, ManyHits) else default
        try:
            return self._policy.answer(hits)
        except Violated as reason:
            run.violated(f"{self._owner}: {reason}")
            return None

    def _input(self, run: Run, scope: Scope, column: _Column) -> object:
        value = column.value(run, scope)
        try:
            return coerced(value, column.type)
        except Mismatch as problem:
            run.warn(f"{self._owner}: {column.label}: {problem}")
            return None

    def _are_allowed(self, run: Run, values: Sequence[object]) -> bool:
        for column, value in zip(self._columns, values, strict=True):
            if column.allowed is not None and column.allowed.matches(value, {}).value is not True:
                allowed = column.allowed.text
                run.violated(
                    f"{self._owner}: {column.label} is {shown(value)}, not one of {allowed}"
                )
                return False
        return True

    def _hits(self, run: Run, scope: Scope, values: Sequence[object]) -> list[Hit]:
        found = []
        for at in self._index.candidates(values):
            row = self._rows[at]
            if _is_hit(run, scope, row, values):
                found.append(Hit(row.rule, row.outputs(run, scope)))
                if self._box.hit_policy == "FIRST":
                    break
        return found

    def _tell(self, run: Run, values: Sequence[object], hits: Sequence[Hit]) -> None:
        labels = [each.label for each in self._columns]
        names = [each.name or self._owner for each in self._box.outputs]
        told = tuple(
            RuleHit(
                each.rule.number,
                each.rule.id,
                each.value if len(names) > 1 and isinstance(each.value, dict)
                else dict.fromkeys(names, each.value),
                each.rule.notes,
            )
            for each in hits
        )  # fmt: skip
        policy = self._box.hit_policy
        if self._box.aggregation:
            policy = f"{policy} {self._box.aggregation}"
        run.tell(TableSeen(self._box.id, policy, dict(zip(labels, values, strict=True)), told))


def _is_hit(run: Run, scope: Scope, row: _Row, values: Sequence[object]) -> bool:
    run.count()
    for test, value in zip(row.tests, values, strict=False):
        if test is None:
            return False
        if test.text != "-" and test.matches(value, scope, now=run.now).value is not True:
            return False
    return True


def _column(column: Input, around: Around) -> _Column:
    wanted = around.types.of(column.type_ref)
    allowed = around.tests(column.allowed) if column.allowed else None
    return _Column(column.label, around.expression(column.text), wanted, allowed)


def _row(rule: Rule, box: TableBox, around: Around) -> _Row:
    tests = tuple(around.tests(each) for each in rule.tests[: len(box.inputs)])
    cells = [
        _cell(text, output, around) for text, output in zip(rule.outputs, box.outputs, strict=False)
    ]
    return _Row(rule, tests, _outputs(box.outputs, cells))


def _cell(text: str, output: Output, around: Around) -> Logic:
    if not text:
        return around.null("an output cell is empty")
    return around.typed(around.expression(text), output.type_ref)


def _outputs(outputs: Sequence[Output], cells: Sequence[Logic]) -> Logic:
    """Return the value of a row: that of its one output, or a context of all."""
    if len(outputs) == 1 and cells:
        return cells[0]
    named = [
        (each.name or f"output {number}", cell)
        for number, (each, cell) in enumerate(zip(outputs, cells, strict=False), 1)
    ]
    return lambda run, scope: {name: cell(run, scope) for name, cell in named}


def _default(box: TableBox, around: Around) -> Logic | None:
    if not any(each.default for each in box.outputs):
        return None
    cells = [_cell(each.default or "null", each, around) for each in box.outputs]
    return _outputs(box.outputs, cells)
