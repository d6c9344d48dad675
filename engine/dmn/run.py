"""What one evaluation of a decision carries along: values known, reasons, and its bounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, TypeAlias

from engine import feel
from engine.dmn.explanation import Made, TableSeen

MAX_EXPRESSIONS: Final = 50_000  #: expressions and cells evaluated on the way to one value
MAX_CALLS: Final = 25  #: functions of the model inside one another
MAX_REASONS: Final = 50  #: warnings kept; a loop would repeat the same one for each item
MAX_TABLES: Final = 100  #: tables told of one decision

#: where a node stands: the names of the imports that lead to its model, and its id
Place: TypeAlias = "tuple[tuple[str, ...], str, str]"
Scope: TypeAlias = "dict[str, object]"


class Stopped(Exception):
    """An evaluation went beyond its bounds; never leaves this room."""


class Run:
    """One evaluation. It lives as long as the call that asked for it."""

    __slots__ = ("around", "calls", "expressions", "inputs", "made", "now", "tables", "values",
                 "violations", "warnings")  # fmt: skip

    def __init__(
        self, inputs: Mapping[str, object], now: datetime | None, *, all_see_inputs: bool = False
    ) -> None:
        #: what every decision sees beside what it requires
        self.around: Mapping[str, object] = dict(inputs) if all_see_inputs else {}
        self.inputs = inputs
        self.now = now
        self.values: dict[Place, object] = {}
        self.made: list[Made] = []
        self.tables: list[TableSeen] = []
        self.warnings: list[str] = []
        self.violations: list[str] = []
        self.expressions = 0
        self.calls = 0

    def evaluate(self, expression: feel.Expression, scope: Mapping[str, object]) -> object:
        """Return the value of a FEEL text; the reasons for nulls in it are kept."""
        self.count()
        value, warnings, _ = expression.evaluate(scope, now=self.now)
        for each in warnings:
            self.warn(f"{_short(expression.text)}: {each}")
        return value

    def warn(self, reason: str) -> None:
        """Keep why something is null."""
        if len(self.warnings) < MAX_REASONS:
            self.warnings.append(reason)

    def violated(self, reason: str) -> None:
        """Keep that something is as the model says it must not be."""
        if len(self.violations) < MAX_REASONS:
            self.violations.append(reason)

    def tell(self, table: TableSeen) -> None:
        """Keep how a table was evaluated."""
        if len(self.tables) < MAX_TABLES:
            self.tables.append(table)

    def count(self, expressions: int = 1) -> None:
        """Count work, and end an evaluation that does not end itself."""
        self.expressions += expressions
        if self.expressions > MAX_EXPRESSIONS:
            raise Stopped(f"more than {MAX_EXPRESSIONS} expressions")

    def call(self, body: Callable[[], object]) -> object:
        """Run the body of a function of the model."""
        if self.calls >= MAX_CALLS:
            self.warn(f"more than {MAX_CALLS} calls inside one another")
            return None
        self.calls += 1
        try:
            return body()
        finally:
            self.calls -= 1


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:57]}…"


#: A compiled boxed expression.
Logic: TypeAlias = Callable[[Run, Scope], object]
