"""A decision table by itself, tried on values of its columns instead of a case's variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.dmn.boxes import TableBox
from engine.dmn.explanation import plain_of
from engine.dmn.graph import Graph
from engine.dmn.model import Decision, Definitions
from engine.dmn.run import Run, Stopped
from engine.dmn.types import restored
from engine.feel.values import imported


@dataclass(frozen=True, slots=True)
class Tried:
    """What a table answered."""

    value: Any  #: as the history keeps it
    rules: tuple[int, ...]  #: that were hit, from 1
    violations: tuple[str, ...]  #: what the model says must not be
    warnings: tuple[str, ...]

    @property
    def says(self) -> tuple[Any, bool]:
        """What two answers are compared by: the value, and whether the case would have stopped."""
        return (None, True) if self.violations else (self.value, False)


class Trial:
    """One table, compiled once."""

    def __init__(self, graph: Graph, model: Definitions, node: Decision, box: TableBox) -> None:
        self.box = box
        names = [f"__column_{at}" for at in range(len(box.inputs))]
        inputs = tuple(
            replace(each, text=name) for each, name in zip(box.inputs, names, strict=True)
        )
        self._names = names
        self._types = [graph.type_of(model, each.type_ref) for each in box.inputs]
        self._logic = graph.alone(model, node, replace(box, inputs=inputs))

    def __call__(
        self,
        values: Sequence[object],
        around: Mapping[str, object] | None = None,
        *,
        now: datetime | None = None,
    ) -> Tried:
        """Return what the table says of values of its columns.

        Args:
            values: as JSON has them: dates are texts.
            around: other variables that its cells may look at, as the history keeps them.
            now: an aware moment; without it ``now()`` and ``today()`` are null.
        """
        run = Run({}, now)
        pairs = zip(values, self._types, strict=True)
        columns = (restored(imported(each), wanted) for each, wanted in pairs)
        scope = {name: imported(each) for name, each in (around or {}).items()}
        scope |= zip(self._names, columns, strict=True)
        try:
            value = self._logic(run, scope)
        except Stopped as limit:
            value = None
            run.violated(str(limit))
        except RecursionError:
            value = None
            run.violated("calls too deep inside one another")
        hits = run.tables[-1].hits if run.tables else ()
        return Tried(
            plain_of(value),
            tuple(each.number for each in hits),
            tuple(dict.fromkeys(run.violations)),
            tuple(dict.fromkeys(run.warnings)),
        )
