"""Which rules of a table may be hit, found without asking each of them.

Built once when the table is compiled. A column whose cells are values or ranges of one
type becomes a sorted list of the places where something changes, each with the rules that
hold there; an evaluation asks the column that leaves the fewest rules.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.dmn.cells import Cover, Span

SMALLEST = 8  #: rules; below this asking all of them is as fast
_DENSEST = 64  #: places one rule may hold in on average, before a column is worth no index


@dataclass(slots=True)
class Column:
    """One input column: rules by the value."""

    type: type
    always: list[int] = field(default_factory=list)  #: rules whose cell is opaque or ``-``
    ends: list[Any] = field(default_factory=list)  #: sorted; between them nothing changes
    rules: list[list[int]] = field(default_factory=list)  #: by segment, see ``_segment``

    def candidates(self, value: object) -> tuple[int, list[int]] | None:
        """Return how many rules a value leaves, and those not of ``always``."""
        if type(value) is not self.type:
            return None
        found = self.rules[self._segment(value)]
        return len(found) + len(self.always), found

    def _segment(self, value: Any) -> int:
        """Return the segment of a value: even between two ends, odd upon one."""
        at = bisect_left(self.ends, value)
        upon = at < len(self.ends) and self.ends[at] == value
        return 2 * at + upon

    def add(self, rule: int, span: Span) -> int:
        """Note where a rule holds and return in how many places."""
        first = 0 if span.low is None else self._segment(span.low) + (not span.low_included)
        last = 2 * len(self.ends)
        if span.high is not None:
            last = self._segment(span.high) - (not span.high_included)
        for each in range(first, last + 1):
            self.rules[each].append(rule)
        return last - first + 1


class Index:
    """The indexed columns of one table."""

    def __init__(self, covers: Sequence[Sequence[Cover | None]]) -> None:
        """Build it from what the cells cover: by rule, then by column."""
        self._all = range(len(covers))
        self._columns: list[tuple[int, Column]] = []
        width = len(covers[0]) if len(covers) >= SMALLEST else 0
        for number in range(width):
            column = _column([row[number] for row in covers])
            if column is not None:
                self._columns.append((number, column))

    def candidates(self, values: Sequence[object]) -> Sequence[int]:
        """Return the rules that may be hit, in order; those left out are surely not."""
        best: tuple[int, Column, list[int]] | None = None
        for number, column in self._columns:
            found = column.candidates(values[number])
            if found is not None and (best is None or found[0] < best[0]):
                best = found[0], column, found[1]
        if best is None:
            return self._all
        return sorted([*best[1].always, *best[2]]) if best[1].always else best[2]


def _column(cells: Sequence[Cover | None]) -> Column | None:
    kinds = {each.type for each in cells if each is not None and each.type is not None}
    if len(kinds) != 1:
        return None
    kind = kinds.pop()
    known = [(rule, each) for rule, each in enumerate(cells) if each and each.type]
    column = Column(kind)
    column.always = [rule for rule, each in enumerate(cells) if not each or not each.type]
    ends = {end for _, each in known for span in each.spans for end in (span.low, span.high)}
    column.ends = sorted(ends - {None})
    column.rules = [[] for _ in range(2 * len(column.ends) + 1)]
    room = _DENSEST * len(cells)
    for rule, each in known:
        for span in each.spans:
            room -= column.add(rule, span)
            if room < 0:
                return None
    return column
