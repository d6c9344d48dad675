"""Which combinations of inputs the rules of a table take twice, leave out, or never reach.

Each column is cut where any of its cells begins or ends; between two cuts nothing changes.
A cell is then the set of its stretches, as the bits of one integer, and a rule a box of such
sets. Cells that look at other variables may be anything: nothing is claimed because of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from operator import and_
from typing import Any, Final

from engine import feel
from engine.dmn.axes import Axis, axis_of, first_of
from engine.dmn.boxes import Rule, TableBox
from engine.findings import Fact, detail, listed

MAX_PAIRS: Final = 1_500_000  #: of rules compared
MAX_WORK: Final = 2_000_000  #: rules compared with groups of stretches in the search for gaps
MAX_TOLD: Final = 20  #: overlaps, and gaps, of one table


@dataclass(frozen=True, slots=True)
class Gap:
    """What no rule accepts."""

    words: Fact  #: what it is like
    tests: tuple[str, ...]  #: by input: a cell that accepts just this, in FEEL
    example: tuple[Any, ...]  #: by input: a value that lies in it; ``None`` where any does


@dataclass(slots=True)
class Analysis:
    """What was found; ``whole`` is False when a bound ended the search."""

    overlaps: list[tuple[Rule, Rule]] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    unreachable: list[Rule] = field(default_factory=list)
    whole: bool = True


class _TooLarge(Exception):
    """A bound was reached."""


def analysed(box: TableBox, tests_of: Callable[[str], feel.UnaryTests | None]) -> Analysis:
    """Return what the rules of a table take twice, leave out, or never reach.

    Args:
        box: a table whose rows are complete.
        tests_of: compiles a cell; ``None`` for what is no FEEL.
    """
    axes = [axis_of(box, at, tests_of) for at in range(len(box.inputs))]
    boxes = [_Box(rule, [axis.cells[at] for axis in axes]) for at, rule in enumerate(box.rules)]
    found = Analysis()
    empty = [each.rule for each in boxes if 0 in each.cells]
    live = [each for each in boxes if 0 not in each.cells]
    if box.hit_policy in ("UNIQUE", "ANY"):
        _find_overlaps(live, found)
    try:
        if box.hit_policy == "FIRST":
            empty += _hidden(live, axes)
        answers_once = box.hit_policy in ("UNIQUE", "ANY", "PRIORITY", "FIRST")
        if answers_once and not any(each.default for each in box.outputs):
            _Search(axes).gaps(live, found.gaps)
    except _TooLarge:
        found.whole = False
    found.unreachable = sorted(empty, key=lambda each: each.number)
    return found


@dataclass(frozen=True, slots=True)
class _Box:
    """A rule as the stretches it accepts, by column."""

    rule: Rule
    cells: list[int | None]


def _find_overlaps(boxes: Sequence[_Box], found: Analysis) -> None:
    """Note the pairs of rules that surely can be hit together.

    Rules are swept along the column that keeps the fewest of them apart from one another.
    """
    known = [(each, [cell for cell in each.cells if cell is not None]) for each in boxes]
    known = [(each, cells) for each, cells in known if len(cells) == len(each.cells)]
    if not known:
        return
    at = min(range(len(known[0][1])), key=lambda each: sum(_width(row[each]) for _, row in known))
    known.sort(key=lambda each: first_of(each[1][at]))
    compared = 0
    for number, (left, cells) in enumerate(known):
        last = cells[at].bit_length()
        for right, others in islice(known, number + 1, None):
            if first_of(others[at]) > last:
                break
            compared += 1
            if compared > MAX_PAIRS or len(found.overlaps) == MAX_TOLD:
                found.whole = False
                return
            if all(map(and_, cells, others)):
                pair = sorted((left.rule, right.rule), key=lambda each: each.number)
                found.overlaps.append((pair[0], pair[1]))


def _width(cell: int) -> int:
    return cell.bit_length() - first_of(cell)


def _hidden(boxes: Sequence[_Box], axes: Sequence[Axis]) -> list[Rule]:
    """Return the rules of a first-hit table for which those above leave nothing."""
    hidden = []
    search = _Search(axes)
    for at, each in enumerate(boxes):
        above = [other for other in boxes[:at] if None not in other.cells]
        if above and not search.leaves_any(each, above):
            hidden.append(each.rule)
    return hidden


class _Search:
    """Looks for combinations of stretches that no rule accepts, column by column."""

    def __init__(self, axes: Sequence[Axis]) -> None:
        self._axes = axes
        self._work = 0

    def gaps(self, boxes: Sequence[_Box], found: list[Gap]) -> None:
        """Add what no rule accepts; rules that may accept it count as doing so."""
        for gap in self._uncovered(boxes, [each.domain for each in self._axes], 0):
            parts = list(zip(self._axes, gap, strict=True))
            words = [said for axis, each in parts if (said := axis.words(each)) is not None]
            tests = tuple(axis.test(each) for axis, each in parts)
            examples = tuple(axis.example(each) for axis, each in parts)
            found.append(Gap(listed("DMN-041-3", words or [detail("DMN-041-4")]), tests, examples))
            if len(found) == MAX_TOLD:
                break

    def leaves_any(self, box: _Box, above: Sequence[_Box]) -> bool:
        """Tell whether a rule accepts anything that those above do not."""
        cells = [
            axis.domain if each is None else each
            for axis, each in zip(self._axes, box.cells, strict=True)
        ]
        return next(self._uncovered(above, cells, 0), None) is not None

    def _uncovered(self, boxes: Sequence[_Box], within: list[int], at: int) -> Iterator[list[int]]:
        if not boxes:
            yield within
            return
        if at == len(within):
            return
        for stretches, holding in self._groups(boxes, within[at], at):
            narrowed = [*within]
            narrowed[at] = stretches
            yield from self._uncovered(holding, narrowed, at + 1)

    def _groups(
        self, boxes: Sequence[_Box], within: int, at: int
    ) -> Iterable[tuple[int, list[_Box]]]:
        """Part the stretches of a column by the rules that hold in them."""
        groups: list[tuple[int, list[_Box]]] = [(within, [])]
        for box in boxes:
            self._work += len(groups)
            if self._work > MAX_WORK:
                raise _TooLarge
            cell = box.cells[at]
            parted: list[tuple[int, list[_Box]]] = []
            for stretches, holding in groups:
                inside = stretches if cell is None else stretches & cell
                if inside != stretches:
                    parted.append((stretches ^ inside, holding))
                if inside:
                    parted.append((inside, [*holding, box]))
            groups = parted
        return groups
